/** What the keyboard does while the lab has the focus, and what each key is for. */

export interface Key {
  /** As KeyboardEvent.key says it. */
  key: string;
  /** What the list of keys calls it, such as 'space'. */
  shown: string;
  does: string;
  act: () => void;
}

export class Keys {
  readonly list: Key[] = [];

  add(key: string, does: string, act: () => void, shown = key): void {
    if (this.list.some(one => one.key === key)) {
      throw new Error(`the key ${shown} means something already`);
    }
    this.list.push({ key, shown, does, act });
  }

  /** True when the key means something. */
  press(name: string): boolean {
    const found = this.list.find(one => one.key === name);
    found?.act();
    return found !== undefined;
  }
}
