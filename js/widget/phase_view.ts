/** Two variables of a neuron against each other: flow, nullclines, equilibria, and the state with its path. */
import type { Outgoing } from './client';
import { ChoiceMenu } from './choice';
import { DASHES, dimly, type Ghost } from './ghost';
import { MarkedList } from './marked_list';
import { PhaseChoices } from './phase_choices';
import { PhaseCursor } from './phase_cursor';
import { Plot, element, type Drawing, type Theme } from './plot';
import { floats, type Equilibrium, type Frame, type PhaseFrame, type ViewFrame, type ViewSpec } from './protocol';
import type { View } from './view';

/** Which of the series of the view. */
const SEPARATRIX = 3;

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
  readonly isOverTime = false;
  /** Which group, and of each its axes and its neuron. */
  private readonly groups: ChoiceMenu;
  private readonly choices: PhaseChoices[];
  private readonly list = new MarkedList('Equilibria of the phase plane', () => this.redraw(), 'no equilibrium in sight');
  private readonly cursor: PhaseCursor;
  private last: [Frame, PhaseFrame, Theme] | null = null;
  private ghosts: Ghost[] = [];

  constructor(
    readonly spec: ViewSpec,
    index: number,
    private readonly send: (message: Outgoing) => void
  ) {
    this.plot = new Plot(spec);
    this.groups = new ChoiceMenu(spec, index, send);
    this.choices = (spec.planes ?? []).map(plane => new PhaseChoices(plane, send));
    this.cursor = new PhaseCursor(this.plot, send, () => this.redraw());
    const foot = element('div', 'bpw-view-below', '');
    foot.append(this.cursor.node, this.list.node, ...this.choices.map(choices => choices.node));
    this.plot.addToHead(this.groups.node);
    this.plot.node.append(foot);
  }

  reset(): void {
    // The kernel chooses the axes.
  }

  /** Show another neuron of the group. */
  chooseElement(k: number): void {
    this.send({ do: 'plane', element: k });
  }

  dim(ghosts: Ghost[]): void {
    this.ghosts = ghosts;
    this.plot.nameDim(ghosts.map(({ name, pinned }) => ({ name, dashed: pinned })), this.spec.series[0].colour);
  }

  draw(frame: Frame, part: ViewFrame, theme: Theme): void {
    if (part.kind !== 'phase') {
      return;
    }
    this.last = [frame, part, theme];
    this.tell(frame, part);
    this.redraw();
  }

  private redraw(): void {
    if (!this.last) {
      return;
    }
    const [frame, part, theme] = this.last;
    const drawing = this.plot.begin(part.x, part.y, theme);
    if (!drawing) {
      return;
    }
    const ink = (k: number) => theme.series[this.spec.series[k].colour % theme.series.length];
    const pairs = (index: number) => floats(frame.buffers[index]);
    arrows(drawing, pairs(part.arrows), theme.arrow, part);
    for (const ghost of this.ghosts) {
      const { part: old, buffers, pinned } = ghost;
      if (old.kind === 'phase' && old.element === part.element && old.of === part.of && old.axes.every((name, k) => name === part.axes[k][0])) {
        dimly(drawing.g, ghost, () => {
          old.curves.forEach((index, k) => line(drawing, floats(buffers[index]), ink(k), k ? 1.75 : 1.5, pinned ? DASHES : []));
        });
      }
    }
    line(drawing, pairs(part.separatrices), ink(SEPARATRIX), 1.75, [7, 4]);
    part.nullclines.forEach((index, k) => line(drawing, pairs(index), ink(k + 1), 1.75));
    for (const trial of part.trials) {
      drawing.g.globalAlpha = 0.55;
      line(drawing, pairs(trial.path), ink(0), 1.25);
      drawing.g.globalAlpha = 1;
      ring(drawing, trial.state, 4, ink(0), theme.paper);
    }
    line(drawing, pairs(part.path), ink(0), 1.5);
    part.points.forEach(point => mark(drawing, point, theme));
    const looked = this.list.marked === null ? undefined : part.points[this.list.marked];
    if (looked) {
      ring(drawing, [looked.x, looked.y], 11, theme.series[1], null);
    }
    const { g, toX, toY } = drawing;
    g.fillStyle = ink(0);
    g.beginPath();
    g.arc(toX(part.state[0]), toY(part.state[1]), 4.5, 0, 2 * Math.PI);
    g.fill();
    if (this.cursor.at) {
      crossHair(drawing, this.cursor.at, theme.ink);
    }
  }

  private tell(frame: Frame, part: PhaseFrame): void {
    const [x, y] = part.axes;
    this.plot.rename({ name: x[0], unit: x[1] }, { name: y[0], unit: y[1] });
    const names = ['path', `d${x[0]}/dt = 0`, `d${y[0]}/dt = 0`, 'separatrix'];
    this.plot.entitle(part.title, names);
    const legend = this.plot.node.querySelectorAll<HTMLElement>('.bpw-legend-item')[SEPARATRIX];
    legend.hidden = frame.buffers[part.separatrices].byteLength === 0;
    this.cursor.show(part);
    this.list.show(part.points.map(point => [point.name, point.told, `\u03bb = ${point.eigenvalues} /ms`]));
    this.groups.show(part.of);
    this.choices.forEach((choices, k) => (k === part.of ? choices.show(part) : (choices.node.hidden = true)));
  }
}

function ring({ g, toX, toY }: Drawing, [x, y]: [number, number], radius: number, ink: string, fill: string | null): void {
  g.beginPath();
  g.arc(toX(x), toY(y), radius, 0, 2 * Math.PI);
  if (fill) {
    g.fillStyle = fill;
    g.fill();
  }
  g.strokeStyle = ink;
  g.lineWidth = 2;
  g.stroke();
}

function crossHair({ g, width, height }: Drawing, [across, up]: [number, number], ink: string): void {
  const [x, y] = [across * width, (1 - up) * height];
  g.strokeStyle = ink;
  g.lineWidth = 1;
  g.beginPath();
  g.moveTo(x, 0);
  g.lineTo(x, height);
  g.moveTo(0, y);
  g.lineTo(width, y);
  g.stroke();
}

/** A line whose points are (x, y) pairs. */
export function line({ g, toX, toY }: Drawing, pairs: Float32Array, ink: string, width: number, dashes: number[] = []): void {
  g.strokeStyle = ink;
  g.lineWidth = width;
  g.setLineDash(dashes);
  g.lineJoin = 'round';
  g.beginPath();
  for (const piece of pieces(pairs)) {
    piece.forEach(([x, y], k) => (k ? g.lineTo(toX(x), toY(y)) : g.moveTo(toX(x), toY(y))));
  }
  g.stroke();
  g.setLineDash([]);
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
