/** What the keyboard does while the lab has the focus, and what each key is for. */

const SUPPRESS = 'data-lm-suppress-shortcuts';

/** Whether a key means something to the control that has the focus, or to the dialog or menu around it. */
export function isTaken(target: Element, key: string): boolean {
  if (target.closest('dialog, [role="menu"]')) {
    return true;
  }
  if (target.matches('input[type="range"]')) {
    return /^(Arrow|Page|Home$|End$|Backspace$|Delete$)/.test(key);
  }
  if (target.matches('button, summary, input[type="checkbox"], input[type="radio"]')) {
    return key === ' ' || key === 'Enter';
  }
  return target.matches('input, select, textarea');
}

/**
 * While the focus is in `node`, JupyterLab's commands hear only keys with Ctrl, Alt or Cmd, such as those that save:
 * single keys would edit the notebook. It asks the element with the focus first. Returns what ends it.
 */
export function keepSingleKeys(node: HTMLElement): () => void {
  const guard = (event: KeyboardEvent) => {
    const { target } = event;
    if (target instanceof Element && node.contains(target)) {
      const isSingle = !event.ctrlKey && !event.metaKey && !event.altKey;
      target.toggleAttribute(SUPPRESS, isSingle);
      node.toggleAttribute(SUPPRESS, isSingle);
    }
  };
  window.addEventListener('keydown', guard, true);
  return () => window.removeEventListener('keydown', guard, true);
}

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
