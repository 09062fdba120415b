/** Nodes of the page. What a frame writes again as it was is left alone: every change of a node costs a look at the page. */

/** A small element with a class and a text. */
export function element(tag: string, className: string, text: string): HTMLElement {
  const node = document.createElement(tag);
  if (className) {
    node.className = className;
  }
  if (text) {
    node.textContent = text;
  }
  return node;
}

export function write(node: Element, text: string): void {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

export function hide(node: HTMLElement, hidden: boolean): void {
  if (node.hidden !== hidden) {
    node.hidden = hidden;
  }
}

export function disable(node: HTMLButtonElement | HTMLInputElement | HTMLSelectElement, disabled: boolean): void {
  if (node.disabled !== disabled) {
    node.disabled = disabled;
  }
}
