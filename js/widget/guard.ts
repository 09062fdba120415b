/** What is shown instead of a blank where a lab cannot be shown. */
import { element } from './plot';

/** What to say when page and kernel are of different versions; '' when they are not. */
export function mismatch(page: string, kernel: string | undefined): string {
  if (page === kernel) {
    return '';
  }
  return (
    `This lab cannot be shown live: the kernel runs brainpy_lab ${kernel ?? 'of an unknown version'}, and this page was ` +
    `made for ${page}. Restart the kernel, run the cell again, and reload the page. In a clone, build the page first: npm run build.`
  );
}

/** A line in the place of a lab, which is read out. */
export function mishap(text: string): HTMLElement {
  const node = element('div', 'bpw-mishap', text);
  node.setAttribute('role', 'alert');
  return node;
}
