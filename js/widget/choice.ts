/** What a view shows, where it can show several things: a menu in its head. */
import type { Outgoing } from './client';
import type { ViewSpec } from './protocol';

export class ChoiceMenu {
  readonly node = document.createElement('select');

  constructor(spec: ViewSpec, index: number, send: (message: Outgoing) => void) {
    this.node.className = 'bpw-select bpw-view-choice';
    this.node.setAttribute('aria-label', `What the ${spec.name} shows`);
    spec.offers.forEach((name, k) => this.node.append(new Option(name, String(k))));
    this.node.hidden = spec.offers.length < 2;
    this.node.addEventListener('change', () => send({ do: 'view of', view: index, of: Number(this.node.value) }));
  }

  show(of: number): void {
    if (document.activeElement !== this.node && this.node.value !== String(of)) {
      this.node.value = String(of);
    }
  }
}
