/** Script, save, and pictures, tables and recordings as downloads. */
import type { Outgoing } from './client';
import type { Keys } from './keys';
import { element } from './nodes';
import { TextDialog } from './text_dialog';
import type { Toolbar } from './toolbar';

/** What JupyterLab's plug-in hears: it puts the text into a new cell and calls preventDefault(). */
export const INSERT_CELL = 'brainpy-lab:insert-cell';

export interface FilesHost {
  node: HTMLElement;
  listen(kind: string, ear: (content: Record<string, unknown>, buffers: DataView[]) => void): void;
}

const DOWNLOADS: [kind: string, text: string, hint: string][] = [
  ['save', 'Save lab', 'A file from which bp.open_lab comes to the same bits'],
  ['png', 'Picture (PNG)', 'The views as an image'],
  ['svg', 'Picture (SVG)', 'The views as lines and text that can be scaled and edited'],
  ['csv', 'Numbers (CSV)', 'The arrays behind the views, with times and units'],
  ['html', 'Recording (HTML)', 'A page that plays the last ten seconds, with no network and no kernel']
];

export function addFiles(
  lab: FilesHost,
  name: string,
  id: string,
  toolbar: Toolbar,
  keys: Keys,
  say: (message: Outgoing) => void
): void {
  const dialog = new TextDialog();
  const spoken = element('span', 'bpw-spoken', '');
  spoken.setAttribute('role', 'status');
  lab.node.append(dialog.node, spoken);

  const script = () => say({ do: 'script' });
  toolbar.add('script', 'Script', 'Python that computes this figure again (s)', script, true);
  toolbar.more.line();
  keys.add('s', 'script of what is shown', script);
  for (const [kind, text, hint] of DOWNLOADS) {
    toolbar.more.add(text, hint, () => {
      spoken.textContent = `${text}: on its way`;
      say({ do: 'file', kind });
    });
  }

  lab.listen('script', content => {
    const text = String(content.text);
    const event = new CustomEvent(INSERT_CELL, { bubbles: true, cancelable: true, detail: { text, lab: id } });
    if (lab.node.dispatchEvent(event)) {
      dialog.show(`Script of ${name}`, 'Run it in a new cell or a file: it computes every bit of this figure again.', text);
    } else {
      spoken.textContent = 'The script is in a new cell.';
    }
  });
  lab.listen('file', (content, buffers) => {
    download(String(content.name), String(content.type), buffers);
    spoken.textContent = `${String(content.name)} was handed to the browser`;
  });
  lab.listen('refused', content => dialog.show(String(content.what), 'This was not possible:', String(content.why)));
}

function download(name: string, type: string, buffers: DataView[]): void {
  const parts = buffers.map(view => view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength) as ArrayBuffer);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(parts, { type }));
  link.download = name;
  link.click();
  // The browser has taken the address by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
