/** The list of keys. */
import { Dialog } from './dialog';
import type { Key, Keys } from './keys';
import { element } from './nodes';

/** What keys do where the focus is on something, besides those of the lab. */
const ELSEWHERE: [string, string][] = [
  ['Tab', 'the next control; with Shift the one before'],
  ['arrows', 'one step of a slider; the next command of a menu'],
  ['PgUp, PgDn', 'ten steps of a slider'],
  ['Home, End', 'the ends of a slider'],
  ['Backspace', 'a slider back to the value in the cell'],
  ['Enter', 'take the number that was typed'],
  ['Esc', 'close a menu or a dialog; from a control back to the lab']
];

/** What the dialog lists, keys of the lab first. */
export function rows(keys: Key[]): [string, string][] {
  return [...keys.map(key => [key.shown, key.does] as [string, string]), ...ELSEWHERE];
}

export class Help {
  readonly dialog = new Dialog('Keys');

  constructor(private readonly keys: Keys) {
    keys.add('?', 'this list', () => this.open());
  }

  open(): void {
    const table = document.createElement('table');
    table.className = 'bpw-keys';
    for (const [shown, does] of rows(this.keys.list)) {
      const row = table.insertRow();
      const head = document.createElement('th');
      head.scope = 'row';
      head.append(element('kbd', '', shown));
      row.append(head);
      row.insertCell().textContent = does;
    }
    this.dialog.body.replaceChildren(
      element('p', 'bpw-hint', 'Keys act while the lab has the focus: click it, or press Escape on one of its controls.'),
      table
    );
    this.dialog.open();
  }
}
