/** A dialog above the page: it takes the focus, keeps it, and gives it back; Escape closes it. */
import { element } from './nodes';

export class Dialog {
  readonly node = document.createElement('dialog');
  readonly body = element('div', 'bpw-dialog-body', '');
  private readonly heading: HTMLElement;
  private before: Element | null = null;

  constructor(title: string) {
    this.node.className = 'bpw-dialog';
    const id = `bpw-${Math.random().toString(36).slice(2)}`;
    const head = element('div', 'bpw-dialog-head', '');
    this.heading = element('h2', 'bpw-dialog-title', title);
    this.heading.id = id;
    this.node.setAttribute('aria-labelledby', id);
    const close = element('button', 'bpw-button', 'Close') as HTMLButtonElement;
    close.type = 'button';
    close.addEventListener('click', () => this.node.close());
    head.append(this.heading, close);
    this.node.append(head, this.body);
    this.node.addEventListener('close', () => (this.before as HTMLElement | null)?.focus?.());
    this.node.addEventListener('click', event => {
      if (event.target === this.node) {
        this.node.close(); // beside it
      }
    });
    // Neither the lab nor JupyterLab may act on what is typed here.
    this.node.addEventListener('keydown', event => event.stopPropagation());
  }

  set title(text: string) {
    this.heading.textContent = text;
  }

  open(): void {
    if (!this.node.open) {
      this.before = document.activeElement;
      this.node.showModal();
    }
  }
}
