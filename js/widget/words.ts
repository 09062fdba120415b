/** Names of the kernel as a reader expects them. */

/** 'unstable-focus' -> 'unstable focus', and 'saddle-node', the manual's word for one, -> 'saddle'. */
export function className(name: string): string {
  return name === 'saddle-node' ? 'saddle' : name.replace(/^(stable|unstable)-/, '$1 ');
}

/** 'uA/cm2' -> '\u00b5A/cm\u00b2': units of a cell are typed on any keyboard, and read as in print. */
export function unitText(unit: string): string {
  return unit.replace(/\bu(?=[A-Z])/g, '\u00b5').replace(/(?<=[a-z])2\b/g, '\u00b2');
}

/** A number with its unit, where it has one. */
export function withUnit(text: string, unit: string): string {
  return unit ? `${text} ${unitText(unit)}` : text;
}
