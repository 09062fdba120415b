/** Places in a phase plane, by mouse or by keyboard: a click, or a cross-hair that the arrow keys move. */
import type { Outgoing } from './client';
import { element } from './nodes';
import type { Plot } from './plot';
import type { PhaseFrame } from './protocol';
import { formatValue } from './ticks';

const STEP = 1 / 50;
const HINT = 'Click: the neuron goes on from there. Shift-click: try another start beside it.';

export class PhaseCursor {
  /** Where the cross-hair is, in shares of the axes; null while the keyboard does not use it. */
  at: [number, number] | null = null;
  /** What the cross-hair is at, read out as it moves. */
  readonly node = element('div', 'bpw-view-cursor', '');
  private part: PhaseFrame | null = null;

  constructor(
    plot: Plot,
    private readonly send: (message: Outgoing) => void,
    private readonly redraw: () => void
  ) {
    const { canvas } = plot;
    canvas.tabIndex = 0;
    canvas.setAttribute('role', 'application');
    canvas.setAttribute(
      'aria-roledescription',
      'phase plane: arrow keys move a cross-hair, Enter moves the neuron there, Shift and Enter try a start there, Delete ends the trials'
    );
    canvas.title = HINT;
    this.node.setAttribute('role', 'status');
    canvas.addEventListener('click', event => {
      this.at = null;
      this.place([event.offsetX / plot.width, 1 - event.offsetY / plot.height], event.shiftKey);
    });
    canvas.addEventListener('keydown', event => this.pressed(event));
    canvas.addEventListener('blur', () => this.leave());
    this.read();
  }

  show(part: PhaseFrame): void {
    this.part = part;
  }

  private pressed(event: KeyboardEvent): void {
    const far = event.shiftKey ? 5 * STEP : STEP;
    const moves: Record<string, [number, number]> = {
      ArrowLeft: [-far, 0], ArrowRight: [far, 0], ArrowUp: [0, far], ArrowDown: [0, -far]
    };
    const move = moves[event.key];
    if (move && this.part) {
      const [x, y] = this.at ?? this.state(this.part);
      this.at = [x, y].map((value, k) => Math.min(1, Math.max(0, value + move[k]))) as [number, number];
    } else if (event.key === 'Enter' && this.at) {
      this.place(this.at, event.shiftKey);
    } else if (event.key === 'Escape' && this.at) {
      this.at = null;
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    this.read();
    this.redraw();
  }

  private leave(): void {
    if (this.at) {
      this.at = null;
      this.read();
      this.redraw();
    }
  }

  /** Where the neuron is, in shares of the axes. */
  private state(part: PhaseFrame): [number, number] {
    const share = (value: number, [low, high]: [number, number]) => (value - low) / (high - low);
    return [share(part.state[0], part.x), share(part.state[1], part.y)];
  }

  private values([across, up]: [number, number], { x, y }: PhaseFrame): [number, number] {
    return [x[0] + across * (x[1] - x[0]), y[0] + up * (y[1] - y[0])];
  }

  private place(at: [number, number], trial: boolean): void {
    if (this.part) {
      const [x, y] = this.values(at, this.part);
      this.send({ do: trial ? 'trial' : 'place', x, y });
    }
  }

  private read(): void {
    if (this.at && this.part) {
      const values = this.values(this.at, this.part).map(value => formatValue(Number(value.toPrecision(3))));
      const [[x], [y]] = this.part.axes;
      this.node.textContent = `${x} = ${values[0]}, ${y} = ${values[1]}. Enter: the neuron goes on from here. Shift-Enter: try a start here.`;
    } else {
      this.node.textContent = HINT;
    }
  }
}
