/** A labelled box for one number, which says what is wrong with what was typed. */
import { element } from './nodes';
import { formatValue } from './ticks';
import { unitText } from './words';

export interface NumberSpec {
  label: string;
  /** For screen readers, when the label alone does not say whose it is. */
  full?: string;
  unit?: string;
  hint?: string;
  low?: number | null;
  high?: number | null;
  whole?: boolean;
  /** The text of an empty box, for which `change` is told NaN; without it a number is needed. */
  empty?: string;
}

/** What is wrong with a text as a number, '' when nothing is. */
export function numberProblem(text: string, spec: NumberSpec): string {
  const value = Number(text);
  const { low, high } = spec;
  if (text.trim() === '' && spec.empty !== undefined) {
    return '';
  }
  const kind = spec.whole ? 'a whole number' : 'a number';
  const bounds = low != null && high != null ? ` from ${low} to ${high}` : low != null ? `, ${low} or more` : high != null ? `, ${high} at most` : '';
  const fits = (low == null || value >= low) && (high == null || value <= high) && (!spec.whole || Number.isInteger(value));
  return text.trim() === '' || !Number.isFinite(value) || !fits ? kind + bounds : '';
}

/** The event that rises from a box when what was typed cannot be taken; its detail says why. */
export const REFUSED = 'bpw-refused';

/** Say at the box, and to whoever listens above it, what was found and what was expected. */
export function refuse(box: HTMLInputElement, name: string, expected: string): void {
  const said = `${name}: found ${box.value.trim() || 'no number'}, expected ${expected}`;
  box.setCustomValidity(said);
  box.reportValidity();
  box.dispatchEvent(new CustomEvent(REFUSED, { detail: said, bubbles: true }));
}

export class NumberBox {
  readonly node = element('div', 'bpw-field', '');
  readonly box = document.createElement('input');
  private shown = NaN;

  constructor(
    private readonly spec: NumberSpec,
    private readonly change: (value: number) => void
  ) {
    const id = `bpw-${Math.random().toString(36).slice(2)}`;
    const label = element('label', 'bpw-field-name', spec.label) as HTMLLabelElement;
    label.htmlFor = id;
    this.box.id = id;
    this.box.type = 'number';
    this.box.className = 'bpw-number';
    this.box.step = spec.whole ? '1' : 'any';
    const full = spec.full ?? spec.label;
    this.box.setAttribute('aria-label', spec.unit ? `${full}, ${unitText(spec.unit)}` : full);
    if (spec.hint) {
      this.node.title = spec.hint;
    }
    if (spec.empty !== undefined) {
      this.box.placeholder = spec.empty;
    }
    this.box.addEventListener('change', () => this.typed());
    this.box.addEventListener('input', () => this.box.setCustomValidity(''));
    this.box.addEventListener('keydown', event => {
      if (event.key === 'Enter') {
        event.preventDefault(); // JupyterLab keeps Enter from committing the field by itself
        this.typed();
      }
    });
    this.node.append(label, this.box, element('span', 'bpw-field-unit', unitText(spec.unit ?? '')));
  }

  get value(): number {
    return this.shown;
  }

  /** Show a value, unless a person is typing. */
  show(value: number): void {
    this.shown = value;
    if (document.activeElement !== this.box) {
      this.write();
    }
  }

  private write(): void {
    this.box.value = Number.isNaN(this.shown) ? '' : formatValue(this.shown);
  }

  private typed(): void {
    const problem = numberProblem(this.box.value, this.spec);
    if (problem) {
      refuse(this.box, this.spec.full ?? this.spec.label, problem);
      this.write();
      return;
    }
    this.box.setCustomValidity('');
    const value = this.box.value.trim() === '' ? NaN : Number(this.box.value);
    if (Object.is(value, this.shown) || formatValue(value) === formatValue(this.shown)) {
      return; // leaving the box, or Enter before that
    }
    this.shown = value;
    this.change(value);
  }
}
