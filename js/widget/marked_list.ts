/** Lines below a plot about places in it; the one under the pointer or with the focus is marked in the plot. */
import { element, hide, write } from './nodes';

export class MarkedList {
  readonly node = element('ul', 'bpw-places', '');
  /** Number of the line that is looked at. */
  marked: number | null = null;
  private shown = '';

  /** `none` is what stands there without any line. */
  constructor(
    label: string,
    private readonly redraw: () => void,
    private readonly none = ''
  ) {
    this.node.setAttribute('aria-label', label);
    this.node.hidden = true;
  }

  /** Each line in parts, the first of which is its name. */
  show(lines: string[][]): void {
    const told = JSON.stringify(lines);
    if (told === this.shown) {
      return;
    }
    this.shown = told;
    const nodes = [...this.node.querySelectorAll<HTMLElement>('.bpw-place')];
    this.node.querySelector('.bpw-places-none')?.remove();
    lines.forEach((parts, k) => {
      const node = nodes[k] ?? this.node.appendChild(this.line(k, parts.length));
      node.setAttribute('aria-label', parts.filter(Boolean).join(', '));
      parts.forEach((text, part) => {
        write(node.children[part], text);
      });
    });
    nodes.slice(lines.length).forEach(node => node.remove());
    if (!lines.length && this.none) {
      this.node.append(element('li', 'bpw-places-none', this.none));
    }
    hide(this.node, !this.node.childElementCount);
    if (this.marked !== null && this.marked >= lines.length) {
      this.marked = null;
    }
  }

  private line(k: number, parts: number): HTMLElement {
    const node = element('li', 'bpw-place', '');
    node.tabIndex = 0;
    for (let part = 0; part < parts; part++) {
      node.append(element('span', part ? '' : 'bpw-place-name', ''));
    }
    const mark = (marked: number | null) => {
      this.marked = marked;
      this.redraw();
    };
    node.addEventListener('mouseenter', () => mark(k));
    node.addEventListener('focus', () => mark(k));
    node.addEventListener('mouseleave', () => mark(null));
    node.addEventListener('blur', () => mark(null));
    return node;
  }
}
