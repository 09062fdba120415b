/** A dialog with a text that can be copied. */
import { Dialog } from './dialog';
import { element } from './nodes';

export class TextDialog {
  private readonly dialog = new Dialog('');
  private readonly told = element('p', 'bpw-dialog-told', '');
  private readonly text = document.createElement('textarea');
  private readonly copy = document.createElement('button');

  constructor() {
    this.dialog.node.classList.add('bpw-dialog-of-text');
    this.told.id = `bpw-${Math.random().toString(36).slice(2)}`;
    this.dialog.node.setAttribute('aria-describedby', this.told.id);
    this.text.className = 'bpw-dialog-text';
    this.text.readOnly = true;
    this.text.spellcheck = false;
    this.text.setAttribute('aria-label', 'Text');
    this.copy.type = 'button';
    this.copy.className = 'bpw-button bpw-button-main';
    this.copy.addEventListener('click', () => void this.copied());
    const foot = element('div', 'bpw-dialog-foot', '');
    foot.append(this.copy);
    this.dialog.body.append(this.told, this.text, foot);
  }

  get node(): HTMLDialogElement {
    return this.dialog.node;
  }

  show(title: string, told: string, text: string): void {
    this.dialog.title = title;
    this.told.textContent = told;
    this.text.value = text;
    this.text.rows = Math.min(24, Math.max(3, text.split('\n').length));
    this.copy.textContent = 'Copy';
    this.dialog.open();
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
