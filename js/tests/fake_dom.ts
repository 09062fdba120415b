/** As much of a page as buttons, menus and boxes need, for tests outside of a browser. */
type Listener = (event: FakeEvent) => void;

export interface FakeEvent {
  type: string;
  target: FakeElement;
  key?: string;
  relatedTarget?: FakeElement | null;
  detail?: string;
  prevented: boolean;
  stopped: boolean;
  preventDefault(): void;
  stopPropagation(): void;
}

export class FakeElement {
  children: (FakeElement | string)[] = [];
  parent: FakeElement | null = null;
  attributes = new Map<string, string>();
  dataset: Record<string, string> = {};
  style: Record<string, unknown> = { setProperty: () => undefined };
  className = '';
  hidden = false;
  disabled = false;
  open = false;
  value = '';
  placeholder = '';
  problem = '';
  private text = '';
  private listeners = new Map<string, Listener[]>();

  constructor(readonly tag: string) {}

  get classList() {
    const names = () => new Set(this.className.split(' ').filter(Boolean));
    const write = (all: Set<string>) => (this.className = [...all].join(' '));
    return {
      add: (name: string) => write(names().add(name)),
      remove: (name: string) => write(new Set([...names()].filter(one => one !== name))),
      contains: (name: string) => names().has(name),
      toggle: (name: string, on = !names().has(name)) => write(on ? names().add(name) : new Set([...names()].filter(one => one !== name)))
    };
  }

  get textContent(): string {
    return this.text + this.children.map(one => (typeof one === 'string' ? one : one.textContent)).join('');
  }

  set textContent(text: string) {
    this.children = [];
    this.text = text;
  }

  append(...nodes: (FakeElement | string)[]): void {
    for (const node of nodes) {
      this.children.push(node);
      if (node instanceof FakeElement) {
        node.parent = this;
      }
    }
  }

  after(...nodes: FakeElement[]): void {
    const { children } = this.parent!;
    children.splice(children.indexOf(this) + 1, 0, ...nodes);
    nodes.forEach(node => (node.parent = this.parent));
  }

  replaceWith(...nodes: FakeElement[]): void {
    this.after(...nodes);
    this.parent!.children.splice(this.parent!.children.indexOf(this), 1);
  }

  replaceChildren(...nodes: (FakeElement | string)[]): void {
    this.children = [];
    this.append(...nodes);
  }

  get childElementCount(): number {
    return this.children.filter(one => one instanceof FakeElement).length;
  }

  setAttribute(name: string, value: string): void {
    this.attributes.set(name, value);
  }

  getAttribute(name: string): string | null {
    return this.attributes.get(name) ?? null;
  }

  addEventListener(type: string, listener: Listener): void {
    this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
  }

  contains(node: FakeElement | null): boolean {
    for (let at = node; at; at = at.parent) {
      if (at === this) {
        return true;
      }
    }
    return false;
  }

  querySelectorAll(tag: string): FakeElement[] {
    const inside = this.children.filter((one): one is FakeElement => one instanceof FakeElement);
    return inside.flatMap(one => [...(one.tag === tag ? [one] : []), ...one.querySelectorAll(tag)]);
  }

  focus(): void {
    page.activeElement = this;
  }

  setCustomValidity(text: string): void {
    this.problem = text || this.problem;
  }

  dispatchEvent(event: CustomEvent<string>): void {
    this.fire(event.type, { detail: event.detail });
  }

  reportValidity(): void {
    // A browser would show the problem.
  }

  /** Let an event happen here; it rises until a listener stops it. */
  fire(type: string, more: Partial<FakeEvent> = {}): FakeEvent {
    const event: FakeEvent = {
      type, target: this, prevented: false, stopped: false,
      preventDefault: () => (event.prevented = true),
      stopPropagation: () => (event.stopped = true),
      ...more
    };
    for (let at: FakeElement | null = this; at && !event.stopped; at = at.parent) {
      (at.listeners.get(type) ?? []).forEach(listener => listener(event));
    }
    return event;
  }
}

const page = { activeElement: null as FakeElement | null, createElement: (tag: string) => new FakeElement(tag) };

/** Put the fake in the place of `document`; returns it. */
export function fakePage(): typeof page {
  page.activeElement = null;
  (globalThis as Record<string, unknown>).document = page;
  return page;
}
