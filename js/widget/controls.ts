/** Parameters: a slider with a number box, a menu of values, or a number box alone. */
import { disable, element } from './nodes';
import { numberProblem, refuse } from './number';
import type { ControlSpec } from './protocol';
import { fromPosition, stepOf, toPosition } from './scale';
import { formatValue } from './ticks';
import { unitText } from './words';

const POSITIONS = 1000;
const REBUILDS = 'acts when it is let go: the cell is run again, from t = 0';

export interface ControlHost {
  /** `released` is false while a slider is being dragged. */
  change(control: number, value: number, released: boolean): void;
}

class Control {
  readonly node: HTMLElement;
  private range: HTMLInputElement | null = null;
  private box: HTMLInputElement | null = null;
  private menu: HTMLSelectElement | null = null;
  private held = false;
  private shown = NaN;
  private readonly hints: string[];
  private resting = '';

  constructor(
    private readonly index: number,
    private readonly spec: ControlSpec,
    private readonly host: ControlHost
  ) {
    this.node = element('div', `bpw-control${spec.slider ? '' : ' bpw-control-small'}`, '');
    this.node.dataset.control = String(index);
    const id = `bpw-${Math.random().toString(36).slice(2)}`;
    const name = element('label', 'bpw-control-name', spec.label) as HTMLLabelElement;
    name.htmlFor = id;
    const full = spec.owner ? `${spec.owner} ${spec.label}` : spec.label;
    this.node.append(name);
    if (spec.rebuilds) {
      const note = element('span', 'bpw-control-note', '↻');
      note.setAttribute('aria-hidden', 'true');
      name.append(note);
    }
    if (spec.choices.length) {
      this.menu = document.createElement('select');
      this.menu.className = `bpw-select${spec.labels?.length ? ' bpw-words' : ''}`;
      spec.choices.forEach((value, k) => {
        this.menu?.append(new Option(spec.labels?.[k] ?? formatValue(value), String(value)));
      });
      this.menu.addEventListener('change', () => this.change(Number(this.menu?.value), true));
    } else {
      this.box = document.createElement('input');
      this.box.type = 'number';
      this.box.className = 'bpw-number';
      this.box.step = 'any';
      if (spec.slider) {
        this.box.min = String(spec.low);
        this.box.max = String(spec.high);
      }
      this.box.addEventListener('change', () => this.typed());
      this.box.addEventListener('input', () => this.box?.setCustomValidity(''));
      this.box.addEventListener('keydown', event => this.nudge(event));
    }
    const field = (this.menu ?? this.box) as HTMLElement;
    field.id = id;
    this.hints = [spec.hint ?? '', spec.rebuilds ? REBUILDS : ''].filter(Boolean);
    field.setAttribute('aria-label', spec.unit ? `${full}, ${unitText(spec.unit)}` : full);
    this.node.append(field, element('span', 'bpw-control-unit', unitText(spec.unit)));
    if (spec.slider && !spec.choices.length) {
      this.addRange(full);
    }
    this.describe();
    this.show(spec.value);
  }

  /** The value that is shown. */
  get value(): number {
    return this.shown;
  }

  /** Rest while a choice makes the value do nothing; `why` says which choice, '' where it acts. */
  rest(why: string): void {
    if (why === this.resting) {
      return;
    }
    this.resting = why;
    this.node.classList.toggle('bpw-resting', why !== '');
    [this.range, this.box, this.menu].forEach(one => one && disable(one, why !== ''));
    this.describe();
  }

  /** What it does, where it can be read and heard. */
  private describe(): void {
    const said = [...this.hints, this.resting].filter(Boolean).join('; ');
    this.node.title = said;
    (this.menu ?? this.box)?.setAttribute('aria-description', said);
  }

  /** Show the value that the kernel uses, unless a hand is on the control. */
  show(value: number): void {
    if (this.held || value === this.shown) {
      return;
    }
    this.shown = value;
    this.write(value);
  }

  private write(value: number): void {
    const text = formatValue(value);
    if (this.range) {
      const position = toPosition(this.spec, value);
      this.range.value = String(Math.round(position * POSITIONS));
      this.range.style.setProperty('--bpw-filled', `${(100 * position).toFixed(1)}%`);
      this.range.setAttribute('aria-valuetext', this.spec.unit ? `${text} ${unitText(this.spec.unit)}` : text);
    }
    if (this.box && this.box.value !== text && document.activeElement !== this.box) {
      this.box.value = text;
    }
    if (this.menu) {
      this.menu.value = String(value);
    }
  }

  private addRange(full: string): void {
    const range = document.createElement('input');
    this.range = range;
    range.type = 'range';
    range.className = 'bpw-range';
    range.min = '0';
    range.max = String(POSITIONS);
    range.step = 'any';
    range.setAttribute('aria-label', full);
    range.title = 'Double-click or Backspace: back to the value in the cell. Arrows: one step, Page keys: ten.';
    range.addEventListener('input', () => {
      this.held = true;
      this.change(fromPosition(this.spec, Number(range.value) / POSITIONS), false);
    });
    range.addEventListener('change', () => {
      this.held = false;
      this.change(fromPosition(this.spec, Number(range.value) / POSITIONS), true);
    });
    range.addEventListener('dblclick', () => {
      this.held = false;
      this.change(this.spec.value, true);
    });
    range.addEventListener('keydown', event => this.nudge(event));
    this.node.append(range);
  }

  private nudge(event: KeyboardEvent): void {
    if (event.key === 'Enter' && event.target === this.box) {
      event.preventDefault(); // JupyterLab keeps Enter from committing the field by itself
      this.typed();
      return;
    }
    if (event.target === this.range && (event.key === 'Backspace' || event.key === 'Delete')) {
      event.preventDefault();
      event.stopPropagation();
      this.change(this.spec.value, true);
      return;
    }
    const steps: Record<string, number> = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
    if (event.target === this.range) {
      Object.assign(steps, { ArrowRight: 1, ArrowLeft: -1 });
    }
    const count = steps[event.key];
    if (count === undefined) {
      return;
    }
    event.preventDefault();
    const { spec } = this;
    let value = this.shown + count * stepOf(spec);
    if (spec.slider && spec.scale === 'log') {
      value = this.shown * Math.pow(spec.high / spec.low, count / 100);
    }
    if (spec.slider) {
      value = Math.min(spec.high, Math.max(spec.low, value));
    }
    this.change(Number(value.toPrecision(12)), true);
    if (this.box) {
      this.box.value = formatValue(value);
    }
  }

  private typed(): void {
    const box = this.box as HTMLInputElement;
    const { label, owner, slider, low, high } = this.spec;
    const name = owner ? `${owner}.${label}` : label;
    const problem = numberProblem(box.value, slider ? { label, low, high } : { label });
    if (problem) {
      refuse(box, name, problem);
      box.value = formatValue(this.shown);
      return;
    }
    box.setCustomValidity('');
    this.change(Number(box.value), true);
  }

  private change(value: number, released: boolean): void {
    this.shown = value;
    this.write(value);
    this.host.change(this.index, value, released);
  }
}

export class Controls {
  readonly node = element('div', 'bpw-controls', '');
  private readonly controls: Control[];
  private readonly dependent: ReturnType<Controls['dependents']>;

  constructor(specs: ControlSpec[], host: ControlHost) {
    this.controls = specs.map((spec, k) => new Control(k, spec, host));
    this.dependent = this.dependents(specs);
    this.node.setAttribute('role', 'group');
    this.node.setAttribute('aria-label', 'Parameters');
    this.node.classList.toggle('bpw-with-units', specs.some(spec => spec.unit !== ''));
    const owners = [...new Set(specs.map(spec => spec.owner))];
    for (const owner of owners) {
      if (owners.length > 1 || owner) {
        this.node.append(element('div', 'bpw-controls-owner', owner));
      }
      const mine = specs.map((spec, k) => ({ spec, k })).filter(item => item.spec.owner === owner);
      for (const item of mine.filter(one => one.spec.slider)) {
        this.node.append(this.controls[item.k].node);
      }
      const rest = mine.filter(one => !one.spec.slider);
      if (rest.length) {
        this.node.append(this.more(rest.map(one => this.controls[one.k].node), mine.length === rest.length));
      }
    }
    this.rest();
  }

  /** Values that the kernel uses; `waiting` tells which of them this page is about to change. */
  show(values: number[], waiting: (control: number) => boolean): void {
    values.forEach((value, k) => {
      if (!waiting(k)) {
        this.controls[k]?.show(value);
      }
    });
    this.rest();
  }

  /** Controls that do nothing with what is chosen elsewhere. */
  private rest(): void {
    for (const { control, other, values, why } of this.dependent) {
      control.rest(values.includes(other.value) ? '' : why);
    }
  }

  private dependents(specs: ControlSpec[]) {
    return specs.flatMap(({ acts_with }, k) => {
      if (!acts_with) {
        return [];
      }
      const [other, values] = acts_with;
      const { label, choices, labels } = specs[other];
      const called = values.map(value => labels?.[choices.indexOf(value)] ?? formatValue(value));
      const why = `acts when ${label} is ${called.join(' or ')}`;
      return [{ control: this.controls[k], other: this.controls[other], values, why }];
    });
  }

  /** Parameters without a slider, folded away unless there is nothing else or only a few. */
  private more(nodes: HTMLElement[], alone: boolean): HTMLElement {
    const grid = element('div', 'bpw-more-grid', '');
    grid.append(...nodes);
    if (alone && nodes.length <= 6) {
      return grid;
    }
    const details = document.createElement('details');
    details.className = 'bpw-more';
    details.open = nodes.length <= 4;
    details.append(element('summary', '', nodes.length === 1 ? '1 more parameter' : `${nodes.length} more parameters`), grid);
    return details;
  }
}
