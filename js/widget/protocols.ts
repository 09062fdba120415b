/** The section "Input": what is added to an input, live. brainpy_lab/lab/protocols.py is the other half. */
import type { Outgoing } from './client';
import { NumberBox } from './number';
import { element } from './nodes';
import { Section } from './section';
import { Sketch, type Point } from './sketch';

export interface ProtocolField {
  name: string;
  default: number;
  /** 'input' is the unit of the input. */
  unit: string;
  what: string;
  low: number | null;
  whole: boolean;
  flag: boolean;
}

export interface ProtocolsSpec {
  /** `scale` is a sensible amplitude; `low` and `high` are the range in which a line is drawn. */
  inputs: { name: string; unit: string; scale: number; low: number; high: number }[];
  kinds: Record<string, ProtocolField[]>;
}

/** A protocol as the kernel tells it. */
export type Protocol = { kind: string; points?: Point[]; began?: number } & Record<string, unknown>;

const NAMES: Record<string, string> = {
  constant: 'Constant', steps: 'Steps', ramp: 'Ramp', pulses: 'Pulse train', noise: 'Noise', drawn: 'Drawn by hand'
};

export class Protocols {
  readonly section = new Section('Input', false);
  private readonly choice = document.createElement('select');
  private readonly which: HTMLSelectElement | null = null;
  private readonly form = element('div', 'bpw-form', '');
  private readonly restart: HTMLButtonElement;
  private readonly now: (Protocol | null)[];
  private numbers: Record<string, number> = {};
  private boxes: Record<string, (value: number) => void> = {};
  private sketch: Sketch | null = null;
  private shownKind = '';

  constructor(
    private readonly spec: ProtocolsSpec,
    private readonly say: (message: Outgoing) => void
  ) {
    this.now = spec.inputs.map(() => null);
    if (spec.inputs.length > 1) {
      this.which = document.createElement('select');
      spec.inputs.forEach((input, k) => this.which?.append(new Option(input.name, String(k))));
      this.which.addEventListener('change', () => this.show());
      this.section.body.append(labelled('Of', this.which, 'Input that the protocol is added to'));
    }
    this.choice.append(new Option('None', 'off'));
    for (const kind of Object.keys(spec.kinds)) {
      this.choice.append(new Option(NAMES[kind] ?? kind, kind));
    }
    this.choice.addEventListener('change', () => this.chosen());
    this.section.body.append(labelled('Protocol', this.choice, 'Protocol, added to the input'), this.form);
    this.restart = element('button', 'bpw-button bpw-button-small', 'Restart') as HTMLButtonElement;
    this.restart.type = 'button';
    this.restart.title = 'Begin the protocol again now';
    this.restart.addEventListener('click', () => this.send(false));
    this.section.body.append(this.restart);
    this.show();
  }

  /** What the kernel says that the inputs follow now. */
  hear(now: (Protocol | null)[]): void {
    now.forEach((protocol, k) => (this.now[k] = protocol));
    this.show();
    if (now.some(Boolean) && !this.section.node.dataset.opened) {
      this.section.node.dataset.opened = 'true'; // once: a person may fold it again
      this.section.node.open = true;
    }
  }

  /** Draw the pad again in the colours of another theme. */
  retheme(): void {
    this.sketch?.draw();
  }

  private get input(): number {
    return Number(this.which?.value ?? 0);
  }

  private chosen(): void {
    const kind = this.choice.value;
    if (kind === 'off') {
      this.say({ do: 'protocol', input: this.input, kind });
      this.fill('off', null);
      return;
    }
    this.fill(kind, null);
    this.send(false);
  }

  private show(): void {
    const protocol = this.now[this.input];
    const kind = protocol?.kind ?? 'off';
    this.choice.value = kind;
    this.fill(kind, protocol);
  }

  /** The boxes of a kind, with the numbers of a protocol or those to begin with. */
  private fill(kind: string, protocol: Protocol | null): void {
    const input = this.spec.inputs[this.input];
    const fields = this.spec.kinds[kind] ?? [];
    const key = `${kind} ${this.input}`;
    if (key !== this.shownKind) {
      this.shownKind = key;
      this.numbers = Object.fromEntries(fields.map(one => [one.name, one.default * (one.unit === 'input' ? input.scale : 1)]));
      this.boxes = {};
      this.form.replaceChildren(...fields.map(one => this.field(one, input.unit)));
      this.sketch = null;
      if (kind === 'drawn') {
        this.sketch = new Sketch(() => this.send(true));
        const over = new NumberBox({ label: 'over', unit: 'ms', low: 1, high: 1e6, hint: 'length of the drawn line' }, value => this.sketch?.stretch(value));
        this.boxes.over = () => over.show(this.sketch?.period ?? 200);
        this.form.append(over.node, this.sketch.node);
      }
    }
    if (protocol) {
      fields.forEach(one => (this.numbers[one.name] = Number(protocol[one.name])));
    }
    this.sketch?.show(protocol?.points ?? null, input);
    Object.entries(this.boxes).forEach(([name, show]) => show(this.numbers[name]));
    this.restart.hidden = kind === 'off' || kind === 'constant';
  }

  private field(field: ProtocolField, unit: string): HTMLElement {
    const change = (value: number) => {
      this.numbers[field.name] = value;
      this.send(true);
    };
    if (field.flag) {
      const box = document.createElement('input');
      box.type = 'checkbox';
      box.addEventListener('change', () => change(Number(box.checked)));
      const label = element('label', 'bpw-check', '');
      label.append(box, element('span', '', field.what));
      this.boxes[field.name] = value => (box.checked = value !== 0);
      return label;
    }
    const shown = field.unit === 'input' ? unit : field.unit;
    const box = new NumberBox({ label: field.name, unit: shown, hint: field.what, low: field.low, whole: field.whole }, change);
    this.boxes[field.name] = value => box.show(value);
    return box.node;
  }

  private send(goesOn: boolean): void {
    const kind = this.choice.value;
    const points = this.sketch ? { points: this.sketch.current } : {};
    this.say({ do: 'protocol', input: this.input, kind, numbers: { ...this.numbers }, goes_on: goesOn, ...points });
  }
}

function labelled(text: string, field: HTMLSelectElement, full: string): HTMLElement {
  const label = element('label', 'bpw-field', '');
  label.append(element('span', 'bpw-field-name', text), field);
  field.className = 'bpw-select bpw-field-wide';
  field.setAttribute('aria-label', full);
  return label;
}
