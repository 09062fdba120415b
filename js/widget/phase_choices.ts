/** Below a phase plane: which variables and whose, and values for the other variables. */
import type { Outgoing } from './client';
import { element, hide } from './nodes';
import type { PhaseFrame } from './protocol';
import { formatValue } from './ticks';
import { unitText } from './words';

const FREE = 'as it is now';

/** A number in a box; Enter and leaving the box commit it. */
function numberBox(label: string, act: (value: number) => void): HTMLInputElement {
  const box = document.createElement('input');
  box.type = 'number';
  box.className = 'bpw-number';
  box.step = 'any';
  box.setAttribute('aria-label', label);
  const commit = () => {
    if (box.value.trim() !== '' && Number.isFinite(Number(box.value))) {
      act(Number(box.value));
    }
  };
  box.addEventListener('change', commit);
  box.addEventListener('keydown', event => {
    if (event.key === 'Enter') {
      event.preventDefault(); // JupyterLab keeps Enter from committing the field by itself
      commit();
    }
  });
  return box;
}

/** One variable that is no axis: as it is in the neuron, or fixed for the picture. */
class Other {
  readonly node = element('span', 'bpw-choice bpw-other', '');
  readonly box: HTMLInputElement;
  fixed = false;
  private readonly choice = document.createElement('select');
  private value = 0;

  constructor(name: string, unit: string, changed: () => void) {
    this.choice.className = 'bpw-select';
    this.choice.setAttribute('aria-label', `${name} in the phase plane`);
    this.choice.append(new Option(FREE, 'free'), new Option('fixed at', 'fixed'));
    this.box = numberBox(`${name} fixed at${unit ? `, ${unitText(unit)}` : ''}`, changed);
    this.choice.addEventListener('change', () => {
      this.fixed = this.choice.value === 'fixed';
      this.box.value = formatValue(Number(this.value.toPrecision(4)));
      this.box.hidden = !this.fixed;
      changed();
    });
    this.node.append(element('span', 'bpw-choice-name', `${name} `), this.choice, this.box);
  }

  show(value: number, fixed: boolean): void {
    this.value = value;
    if (document.activeElement !== this.choice && document.activeElement !== this.box) {
      this.fixed = fixed;
      this.choice.value = fixed ? 'fixed' : 'free';
      this.box.hidden = !fixed;
      if (fixed) {
        this.box.value = formatValue(value);
      }
    }
  }
}

export class PhaseChoices {
  readonly node = element('div', 'bpw-view-foot', '');
  private readonly axes: HTMLSelectElement[] = [];
  private readonly who: HTMLInputElement | null = null;
  private readonly rest = element('span', 'bpw-others', '');
  private readonly others = new Map<string, Other>();
  private part: PhaseFrame | null = null;

  constructor(
    { variables, size }: { variables: string[]; size: number },
    private readonly send: (message: Outgoing) => void
  ) {
    if (variables.length > 2) {
      this.node.append(this.menu('x', variables), this.menu('y', variables));
    }
    if (size > 1) {
      this.who = numberBox(`Neuron of the phase plane, 0 to ${size - 1}`, value => {
        this.send({ do: 'plane', element: Math.min(size - 1, Math.max(0, Math.round(value))) });
      });
      this.who.min = '0';
      this.who.max = String(size - 1);
      this.who.step = '1';
      const label = element('label', 'bpw-choice', 'neuron ');
      label.append(this.who);
      this.node.append(label);
    }
    this.node.append(this.rest);
  }

  show(part: PhaseFrame): void {
    this.part = part;
    this.axes.forEach((choice, k) => {
      if (document.activeElement !== choice) {
        choice.value = part.axes[k][0];
      }
    });
    if (this.who && document.activeElement !== this.who) {
      this.who.value = String(part.element);
    }
    const names = part.others.map(([name]) => name);
    if (names.join() !== [...this.others.keys()].join()) {
      this.others.clear();
      for (const [name, unit] of part.others) {
        this.others.set(name, new Other(name, unit, () => this.fix()));
      }
      this.rest.replaceChildren(...[...this.others.values()].map(other => other.node));
    }
    part.others.forEach(([name, , value, fixed]) => this.others.get(name)?.show(value, fixed));
    hide(this.node, !this.node.querySelector('select, input'));
  }

  private fix(): void {
    const fixed = [...this.others].filter(([, other]) => other.fixed && other.box.value !== '');
    this.send({ do: 'plane', fixed: Object.fromEntries(fixed.map(([name, other]) => [name, Number(other.box.value)])) });
  }

  private menu(axis: 'x' | 'y', variables: string[]): HTMLElement {
    const label = element('label', 'bpw-choice', `${axis} `);
    const choice = document.createElement('select');
    choice.className = 'bpw-select';
    choice.setAttribute('aria-label', `Variable on the ${axis} axis of the phase plane`);
    variables.forEach(name => choice.append(new Option(name, name)));
    choice.addEventListener('change', () => {
      const [x, y] = this.axes.map(one => one.value);
      if (x !== y) {
        this.send({ do: 'plane', x, y });
      } else if (this.part) {
        // The other axis shows what this one showed.
        const [oldX, oldY] = this.part.axes.map(one => one[0]);
        this.send({ do: 'plane', x: axis === 'x' ? x : oldY, y: axis === 'x' ? oldX : y });
      }
    });
    this.axes.push(choice);
    label.append(choice);
    return label;
  }
}
