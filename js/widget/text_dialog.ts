/** A dialog with a text that can be copied. The browser keeps the focus inside and gives it back. */
import { element } from './plot';

let count = 0;

export class TextDialog {
  readonly node = document.createElement('dialog');
  private readonly title = element('h2', 'bpw-dialog-title', '');
  private readonly told = element('p', 'bpw-dialog-told', '');
  private readonly text = document.createElement('textarea');
  private readonly copy = document.createElement('button');

  constructor() {
    count += 1;
    this.node.className = 'bpw-dialog';
    this.title.id = `bpw-dialog-title-${count}`;
    this.told.id = `bpw-dialog-told-${count}`;
    this.node.setAttribute('aria-labelledby', this.title.id);
    this.node.setAttribute('aria-describedby', this.told.id);
    this.text.className = 'bpw-dialog-text';
    this.text.readOnly = true;
    this.text.spellcheck = false;
    this.text.setAttribute('aria-label', 'Text');
    const close = document.createElement('button');
    for (const [button, label] of [[this.copy, 'Copy'], [close, 'Close']] as const) {
      button.type = 'button';
      button.className = 'bpw-button';
      button.textContent = label;
    }
    this.copy.classList.add('bpw-button-main');
    this.copy.addEventListener('click', () => void this.copied());
    close.addEventListener('click', () => this.node.close());
    // Neither the lab nor the notebook has keys in here.
    this.node.addEventListener('keydown', event => event.stopPropagation());
    this.node.addEventListener('click', event => {
      if (event.target === this.node) {
        this.node.close();
      }
    });
    const foot = element('div', 'bpw-dialog-foot', '');
    foot.append(this.copy, close);
    const body = element('div', 'bpw-dialog-body', '');
    body.append(this.title, this.told, this.text, foot);
    this.node.append(body);
  }

  show(title: string, told: string, text: string): void {
    this.title.textContent = title;
    this.told.textContent = told;
    this.text.value = text;
    this.text.rows = Math.min(24, Math.max(3, text.split('\n').length));
    this.copy.textContent = 'Copy';
    if (!this.node.open) {
      this.node.showModal();
    }
    this.text.scrollTop = 0;
    this.copy.focus();
  }

  private async copied(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.text.value);
    } catch {
      // Pages that are not served safely have no clipboard of their own.
      this.text.select();
      document.execCommand('copy');
      this.copy.focus();
    }
    this.copy.textContent = 'Copied';
  }
}
