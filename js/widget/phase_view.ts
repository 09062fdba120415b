/** Two variables of a neuron against each other: flow, nullclines, equilibria, and the state with its path. */
import type { Outgoing } from './client';
import { Plot, element, type Drawing, type Theme } from './plot';
import { floats, type Equilibrium, type Frame, type PhaseFrame, type ViewFrame, type ViewSpec } from './protocol';
import type { View } from './view';

/** Pieces of a line whose points are (x, y) pairs; a pair with NaN breaks it. */
export function pieces(pairs: Float32Array): [number, number][][] {
  const found: [number, number][][] = [];
  let piece: [number, number][] = [];
  for (let k = 0; k + 1 < pairs.length; k += 2) {
    if (Number.isFinite(pairs[k]) && Number.isFinite(pairs[k + 1])) {
      piece.push([pairs[k], pairs[k + 1]]);
    } else if (piece.length) {
      found.push(piece);
      piece = [];
    }
  }
  return piece.length ? [...found, piece] : found;
}

/** How an equilibrium is drawn: filled where it is stable, a rhomb where it is a saddle. */
export function markOf(name: string): { rhomb: boolean; filled: boolean } {
  return { rhomb: name.includes('saddle'), filled: name.startsWith('stable') };
}

export class PhaseView implements View {
  readonly plot: Plot;
  private readonly told = element('div', 'bpw-view-told', '');
  private readonly choices: HTMLSelectElement[] = [];
  private part: PhaseFrame | null = null;

  constructor(
    readonly spec: ViewSpec,
    private readonly send: (message: Outgoing) => void
  ) {
    this.plot = new Plot(spec);
    const foot = element('div', 'bpw-view-foot', '');
    this.plot.node.append(foot);
    this.plot.canvas.title = 'Click to go on from there';
    this.plot.canvas.addEventListener('click', event => this.place(event));
    const variables = spec.variables ?? [];
    if (variables.length > 2) {
      foot.append(this.menu('x', variables), this.menu('y', variables));
    }
    foot.append(this.told);
  }

  reset(): void {
    // The kernel chooses the axes.
  }

  draw(frame: Frame, part: ViewFrame, theme: Theme): void {
    if (part.kind !== 'phase') {
      return;
    }
    this.part = part;
    this.names(part);
    const drawing = this.plot.begin(part.x, part.y, theme);
    if (!drawing) {
      return;
    }
    const ink = (k: number) => theme.series[this.spec.series[k].colour % theme.series.length];
    arrows(drawing, floats(frame.buffers[part.arrows]), theme.arrow, part);
    part.nullclines.forEach((index, k) => line(drawing, floats(frame.buffers[index]), ink(k + 1), 1.75));
    line(drawing, floats(frame.buffers[part.path]), ink(0), 1.5);
    part.points.forEach(point => mark(drawing, point, theme));
    const { g, toX, toY } = drawing;
    g.fillStyle = ink(0);
    g.beginPath();
    g.arc(toX(part.state[0]), toY(part.state[1]), 4.5, 0, 2 * Math.PI);
    g.fill();
  }

  private names(part: PhaseFrame): void {
    const [x, y] = part.axes;
    this.plot.rename({ name: x[0], unit: x[1] }, { name: y[0], unit: y[1] });
    this.plot.entitle(`${y[0]} against ${x[0]} of the first neuron`, ['path', `d${x[0]}/dt = 0`, `d${y[0]}/dt = 0`]);
    const told = part.points.map(point => `${point.name} at ${point.told}`).join('; ') || 'no equilibrium in sight';
    if (this.told.textContent !== told) {
      this.told.textContent = told;
    }
    this.choices.forEach((choice, k) => {
      if (document.activeElement !== choice) {
        choice.value = part.axes[k][0];
      }
    });
  }

  private menu(axis: 'x' | 'y', variables: string[]): HTMLElement {
    const label = element('label', 'bpw-choice', `${axis} `);
    const choice = document.createElement('select');
    choice.className = 'bpw-select';
    choice.setAttribute('aria-label', `Variable on the ${axis} axis of the phase plane`);
    variables.forEach(name => choice.append(new Option(name, name)));
    choice.addEventListener('change', () => {
      const [x, y] = this.choices.map(one => one.value);
      if (x !== y) {
        this.send({ do: 'plane', x, y });
      } else if (this.part) {
        // The other axis shows what this one showed.
        const [oldX, oldY] = this.part.axes.map(one => one[0]);
        this.send({ do: 'plane', x: axis === 'x' ? x : oldY, y: axis === 'x' ? oldX : y });
      }
    });
    this.choices.push(choice);
    label.append(choice);
    return label;
  }

  private place(event: MouseEvent): void {
    if (!this.part) {
      return;
    }
    const { x, y } = this.part;
    const across = event.offsetX / this.plot.width;
    const up = 1 - event.offsetY / this.plot.height;
    this.send({ do: 'place', x: x[0] + across * (x[1] - x[0]), y: y[0] + up * (y[1] - y[0]) });
  }
}

function line({ g, toX, toY }: Drawing, pairs: Float32Array, ink: string, width: number): void {
  g.strokeStyle = ink;
  g.lineWidth = width;
  g.lineJoin = 'round';
  g.beginPath();
  for (const piece of pieces(pairs)) {
    piece.forEach(([x, y], k) => (k ? g.lineTo(toX(x), toY(y)) : g.moveTo(toX(x), toY(y))));
  }
  g.stroke();
}

function arrows({ g, toX, toY, width, height }: Drawing, found: Float32Array, ink: string, part: PhaseFrame): void {
  const longest = Math.min(width / part.grid[0], height / part.grid[1]) * 0.85;
  g.strokeStyle = ink;
  g.lineWidth = 1.25;
  g.beginPath();
  for (let k = 0; k + 3 < found.length; k += 4) {
    // Directions are shares of the axes; on the canvas they turn with its sides.
    const [u, v] = [found[k + 2] * width, -found[k + 3] * height];
    const size = Math.hypot(u, v);
    const share = Math.hypot(found[k + 2], found[k + 3]);
    if (!(size > 0)) {
      continue;
    }
    const long = longest * Math.max(0.3, share);
    const [du, dv] = [(u / size) * long, (v / size) * long];
    const [x, y] = [toX(found[k]), toY(found[k + 1])];
    const [tipX, tipY] = [x + du / 2, y + dv / 2];
    g.moveTo(x - du / 2, y - dv / 2);
    g.lineTo(tipX, tipY);
    for (const side of [1, -1]) {
      const turn = Math.atan2(dv, du) + side * 2.6;
      g.moveTo(tipX, tipY);
      g.lineTo(tipX + 4 * Math.cos(turn), tipY + 4 * Math.sin(turn));
    }
  }
  g.stroke();
}

function mark({ g, toX, toY }: Drawing, point: Equilibrium, theme: Theme): void {
  const { rhomb, filled } = markOf(point.name);
  const [x, y] = [toX(point.x), toY(point.y)];
  g.beginPath();
  if (rhomb) {
    g.moveTo(x, y - 6);
    g.lineTo(x + 6, y);
    g.lineTo(x, y + 6);
    g.lineTo(x - 6, y);
    g.closePath();
  } else {
    g.arc(x, y, 5, 0, 2 * Math.PI);
  }
  g.fillStyle = filled ? theme.ink : theme.paper;
  g.fill();
  g.strokeStyle = theme.ink;
  g.lineWidth = 2;
  g.stroke();
}
