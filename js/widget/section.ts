/** A part of the column beside the views that folds: its heading opens and closes it. */
import { element } from './nodes';

export class Section {
  readonly node = document.createElement('details');
  readonly body = element('div', 'bpw-section-body', '');

  constructor(title: string, open: boolean) {
    this.node.className = 'bpw-section';
    this.node.open = open;
    this.node.append(element('summary', 'bpw-section-title', title), this.body);
  }
}
