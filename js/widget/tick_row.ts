/** Labels along an axis. */
import { element, hide, write } from './nodes';

export interface Label {
  /** Pixels from the beginning of the axis. */
  at: number;
  text: string;
}

/**
 * Labels at positions along one side, re-used from frame to frame.
 *
 * Where the axis scrolls they all move by the same, so they lie on a strip that is moved as one: labels that are moved
 * one by one make the browser lay out and paint the page for every frame.
 */
export class TickRow {
  private readonly strip = element('div', 'bpw-tick-strip', '');
  private shown = new Map<string, { node: HTMLElement; at: number }>();
  private spare: HTMLElement[] = [];
  private shift = 0;

  constructor(
    parent: HTMLElement,
    private readonly vertical: boolean
  ) {
    parent.append(this.strip);
  }

  show(labels: Label[]): void {
    const kept = this.vertical ? undefined : labels.find(label => this.shown.has(label.text)); // time alone scrolls
    const shift = kept ? kept.at - this.shown.get(kept.text)!.at : 0;
    if (shift !== this.shift) {
      this.shift = shift;
      this.strip.style.transform = this.move(shift, '');
    }
    const before = this.shown;
    this.shown = new Map();
    const texts = new Set(labels.map(label => label.text));
    this.spare.push(...[...before].filter(([text]) => !texts.has(text)).map(([, { node }]) => node));
    for (const { at, text } of labels) {
      const old = before.get(text);
      const isThere = old !== undefined && Math.abs(old.at + shift - at) < 0.5;
      const node = old?.node ?? this.spare.pop() ?? this.make();
      if (!isThere) {
        write(node, text);
        node.style.transform = this.move(at - shift, '-50%');
        hide(node, false);
      }
      this.shown.set(text, isThere ? old : { node, at: at - shift });
    }
    this.spare.forEach(node => hide(node, true));
  }

  private make(): HTMLElement {
    const node = element('span', 'bpw-tick', '');
    this.strip.append(node);
    return node;
  }

  private move(pixels: number, own: string): string {
    const name = this.vertical ? 'translateY' : 'translateX';
    return `${name}(${pixels.toFixed(1)}px)${own && ` ${name}(${own})`}`;
  }
}
