/** The section "Initial values": what the next reset starts from, and the seed. brainpy_lab/lab/start.py is the other half. */
import type { Outgoing } from './client';
import { NumberBox } from './number';
import { element } from './nodes';
import { Section } from './section';

export interface StateSpec {
  name: string;
  owner: string;
  unit: string;
}

export class Starts {
  readonly section = new Section('Initial values', false);
  private readonly boxes: NumberBox[];
  private readonly back = element('button', 'bpw-button bpw-button-small', 'As in the cell') as HTMLButtonElement;
  private readonly seedBox: NumberBox | null = null;

  constructor(states: StateSpec[], seed: number | null, say: (message: Outgoing) => void) {
    const { body } = this.section;
    this.boxes = states.map(
      (state, k) =>
        new NumberBox(
          { label: state.name, full: `Initial value of ${state.owner ? `${state.owner} ` : ''}${state.name}`, unit: state.unit, empty: 'varied' },
          value => say({ do: 'initial', state: k, value: Number.isNaN(value) ? null : value })
        )
    );
    const owners = [...new Set(states.map(state => state.owner))];
    for (const owner of owners) {
      if (owner) {
        body.append(element('div', 'bpw-controls-owner', owner));
      }
      body.append(...states.flatMap((state, k) => (state.owner === owner ? [this.boxes[k].node] : [])));
    }
    if (states.length) {
      this.back.type = 'button';
      this.back.hidden = true;
      this.back.title = 'Begin with what the cell says';
      this.back.addEventListener('click', () => say({ do: 'initial', clear: true }));
      const reset = element('button', 'bpw-button bpw-button-small', 'Reset now') as HTMLButtonElement;
      reset.type = 'button';
      reset.title = 'Start from t = 0 with these values';
      reset.addEventListener('click', () => say({ do: 'reset' }));
      const row = element('div', 'bpw-row', '');
      row.append(reset, this.back);
      body.append(element('span', 'bpw-hint', 'Used by the next reset.'), row);
    }
    if (seed !== null) {
      this.seedBox = new NumberBox(
        { label: 'seed', full: 'Seed of random numbers', whole: true, low: 0, high: 2 ** 32 - 1, hint: 'Another seed starts again from t = 0' },
        value => say({ do: 'seed', seed: value })
      );
      this.seedBox.node.classList.add('bpw-seed');
      body.append(this.seedBox.node);
      this.seedBox.show(seed);
    }
  }

  get isEmpty(): boolean {
    return !this.boxes.length && !this.seedBox;
  }

  /** What the kernel says: null where neurons begin apart. */
  hear(values: (number | null)[], changed: boolean[]): void {
    this.boxes.forEach((box, k) => {
      box.show(values[k] ?? NaN);
      box.node.classList.toggle('bpw-changed', changed[k]);
    });
    this.back.hidden = !changed.some(Boolean);
  }

  showSeed(seed: number | null): void {
    if (seed !== null && this.seedBox && this.seedBox.value !== seed) {
      this.seedBox.show(seed);
    }
  }
}
