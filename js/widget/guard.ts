/** What is shown instead of a blank where a lab cannot be shown. */
import { element } from './nodes';

function versions(page: string, kernel: string | undefined): string {
  return `the kernel has brainpy_lab ${kernel ?? 'of an unknown version'}, this page has ${page}.`;
}

/** What to say when page and kernel are of different versions; '' when they are not. */
export function mismatch(page: string, kernel: string | undefined): string {
  if (page === kernel) {
    return '';
  }
  return (
    `This lab cannot be shown live: ${versions(page, kernel)} Restart the kernel, reload the page, and run the cell again; ` +
    'if this comes back, restart the server. In a clone, build the page first: npm run build.'
  );
}

/** What to say when the page cannot make sense of what the kernel sent. */
export function unreadable(name: string, error: unknown, page: string, kernel: string | undefined): string {
  return (
    `The lab ${name} cannot be shown any longer: the page does not understand what the kernel sent (${String(error)}); ` +
    `${versions(page, kernel)} ` +
    (page === kernel
      ? 'The versions agree, so one of the two was built from other sources: restart the kernel, reload the page, and run the cell again. In a clone, build the page first: npm run build. '
      : 'Restart the kernel, reload the page, and run the cell again; if this comes back, restart the server. ') +
    `The simulation is safe: bp.labs['${name}'].`
  );
}

/** A line in the place of a lab, which is read out. */
export function mishap(text: string): HTMLElement {
  const node = element('div', 'bpw-mishap', text);
  node.setAttribute('role', 'alert');
  return node;
}
