/** A button that opens a list of commands; arrows, Home, End and Escape work as in any menu. */
import { element } from './nodes';

export class Menu {
  readonly node = element('div', 'bpw-menu', '');
  private readonly button = document.createElement('button');
  private readonly list = element('div', 'bpw-menu-list', '');

  constructor(text: string, description: string) {
    this.button.type = 'button';
    this.button.className = 'bpw-button';
    this.button.textContent = text;
    this.button.setAttribute('aria-haspopup', 'menu');
    this.button.setAttribute('aria-label', description);
    this.list.setAttribute('role', 'menu');
    this.list.setAttribute('aria-label', description);
    this.show(false);
    this.button.addEventListener('click', () => this.show(this.list.hidden === true));
    this.node.addEventListener('keydown', event => this.pressed(event));
    this.node.addEventListener('focusout', event => {
      if (!this.node.contains(event.relatedTarget as Node | null)) {
        this.show(false);
      }
    });
    this.node.append(this.button, this.list);
  }

  /** One more command. Its text and hint may be changed through the node that is returned. */
  add(text: string, hint: string, act: () => void): HTMLButtonElement {
    const item = document.createElement('button');
    item.type = 'button';
    item.className = 'bpw-menu-item';
    item.setAttribute('role', 'menuitem');
    item.tabIndex = -1;
    item.textContent = text;
    item.title = hint;
    item.addEventListener('click', () => {
      this.show(false);
      this.button.focus();
      act();
    });
    this.list.append(item);
    return item;
  }

  /** A line between what stands above and what comes below. */
  line(): void {
    if (this.isEmpty || this.list.lastElementChild?.getAttribute('role') === 'separator') {
      return;
    }
    const line = element('div', 'bpw-menu-line', '');
    line.setAttribute('role', 'separator');
    this.list.append(line);
  }

  /** A command that is on or off (`aria-checked` says so); the list stays open. */
  check(text: string, hint: string, act: () => void): HTMLButtonElement {
    const item = this.add(text, hint, () => {});
    item.setAttribute('role', 'menuitemcheckbox');
    item.setAttribute('aria-checked', 'false');
    item.addEventListener('click', event => {
      event.stopImmediatePropagation();
      act();
    }, { capture: true });
    return item;
  }

  /** Open the list and go to its first command. */
  open(): void {
    this.show(true);
  }

  get isEmpty(): boolean {
    return !this.list.childElementCount;
  }

  private get items(): HTMLButtonElement[] {
    return [...this.list.querySelectorAll('button')].filter(item => !item.disabled && !item.hidden);
  }

  private show(open: boolean): void {
    this.list.hidden = !open;
    this.button.setAttribute('aria-expanded', String(open));
    if (open) {
      this.items[0]?.focus();
    }
  }

  private pressed(event: KeyboardEvent): void {
    const { items } = this;
    const now = items.indexOf(document.activeElement as HTMLButtonElement);
    const moves: Record<string, number> = {
      ArrowDown: (now + 1) % items.length,
      ArrowUp: (now - 1 + items.length) % items.length,
      Home: 0,
      End: items.length - 1
    };
    if (this.list.hidden) {
      return;
    }
    if (event.key === 'Escape') {
      this.show(false);
      this.button.focus();
    } else if (event.key in moves) {
      items[moves[event.key]]?.focus();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}
