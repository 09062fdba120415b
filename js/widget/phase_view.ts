/** Two variables of a neuron against each other: flow, nullclines, equilibria, and the state with its path. */
import { Backdrop } from './backdrop';
import type { Outgoing } from './client';
import { ChoiceMenu } from './choice';
import { DASHES, dimly, type Ghost } from './ghost';
import { MarkedList } from './marked_list';
import { PhaseChoices } from './phase_choices';
import { PhaseCursor } from './phase_cursor';
import { element, hide } from './nodes';
import type { Drawing, Theme } from './plot';
import { floats, type Equilibrium, type Frame, type PhaseFrame, type ViewSpec } from './protocol';
import { RedrawnView } from './redrawn_view';
import { circle, line, paint } from './strokes';
import { className } from './words';

/** Which of the series of the view. */
const SEPARATRIX = 3;

/** How an equilibrium is drawn: filled where it is stable, a rhomb where it is a saddle. */
export function markOf(name: string): { rhomb: boolean; filled: boolean } {
  return { rhomb: name.includes('saddle'), filled: name.startsWith('stable') };
}

export class PhaseView extends RedrawnView<'phase'> {
  /** Which group, and of each its axes and its neuron. */
  private readonly groups: ChoiceMenu;
  private readonly choices: PhaseChoices[];
  private readonly list = new MarkedList('Equilibria of the phase plane', () => this.redraw(), 'no equilibrium in sight');
  private readonly cursor: PhaseCursor;
  private readonly backdrop = new Backdrop();
  private ghosts: Ghost[] = [];

  constructor(
    spec: ViewSpec,
    index: number,
    private readonly send: (message: Outgoing) => void
  ) {
    super(spec);
    this.groups = new ChoiceMenu(spec, index, send);
    this.choices = (spec.planes ?? []).map(plane => new PhaseChoices(plane, send));
    this.cursor = new PhaseCursor(this.plot, send, () => this.redraw());
    const foot = element('div', 'bpw-view-below', '');
    foot.append(this.cursor.node, this.list.node, ...this.choices.map(choices => choices.node));
    this.plot.addToHead(this.groups.node);
    this.plot.node.append(foot);
  }

  /** Show another neuron of the group. */
  chooseElement(k: number): void {
    this.send({ do: 'plane', element: k });
  }

  dim(ghosts: Ghost[]): void {
    this.ghosts = ghosts;
    this.plot.nameDim(ghosts.map(({ name, pinned }) => ({ name, dashed: pinned })), this.spec.series[0].colour);
  }

  protected paint(drawing: Drawing, frame: Frame, part: PhaseFrame, theme: Theme): void {
    const ink = (k: number) => theme.series[this.spec.series[k].colour % theme.series.length];
    const pairs = (index: number) => floats(frame.buffers[index]);
    for (const ghost of this.ghosts) {
      const { part: old, buffers, pinned } = ghost;
      if (old.kind === 'phase' && old.element === part.element && old.of === part.of && old.axes.every((name, k) => name === part.axes[k][0])) {
        dimly(drawing.g, ghost, () => {
          old.curves.forEach((index, k) => line(drawing, floats(buffers[index]), ink(k), k ? 1.75 : 1.5, pinned ? DASHES : []));
        });
      }
    }
    const [flow, separatrices, ...nullclines] = [part.arrows, part.separatrices, ...part.nullclines].map(pairs);
    this.backdrop.show(drawing, [flow, separatrices, ...nullclines], [theme, ...part.x, ...part.y, ...part.grid], still => {
      arrows(still, flow, theme.arrow, part);
      line(still, separatrices, ink(SEPARATRIX), 1.75, [7, 4]);
      nullclines.forEach((one, k) => line(still, one, ink(k + 1), 1.75));
    });
    for (const trial of part.trials) {
      drawing.g.globalAlpha = 0.55;
      line(drawing, pairs(trial.path), ink(0), 1.25);
      drawing.g.globalAlpha = 1;
      circle(drawing, trial.state, 4, { edge: ink(0), fill: theme.paper });
    }
    line(drawing, pairs(part.path), ink(0), 1.5);
    part.points.forEach(point => mark(drawing, point, theme));
    const looked = this.list.marked === null ? undefined : part.points[this.list.marked];
    if (looked) {
      circle(drawing, [looked.x, looked.y], 11, { edge: theme.series[1] });
    }
    circle(drawing, part.state, 4.5, { fill: ink(0) });
    if (this.cursor.at) {
      crossHair(drawing, this.cursor.at, theme.ink);
    }
  }

  protected tell(frame: Frame, part: PhaseFrame): void {
    const [x, y] = part.axes;
    this.plot.rename({ name: x[0], unit: x[1] }, { name: y[0], unit: y[1] });
    const names = ['path', `d${x[0]}/dt = 0`, `d${y[0]}/dt = 0`, 'separatrix'];
    this.plot.entitle(part.title, names);
    const legend = this.plot.node.querySelectorAll<HTMLElement>('.bpw-legend-item')[SEPARATRIX];
    hide(legend, frame.buffers[part.separatrices].byteLength === 0);
    this.cursor.show(part);
    this.list.show(part.points.map(point => [className(point.name), point.told, `\u03bb = ${point.eigenvalues} /ms`]));
    this.groups.show(part.of);
    this.choices.forEach((choices, k) => (k === part.of ? choices.show(part) : hide(choices.node, true)));
  }
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
  paint(g, { edge: theme.ink, fill: filled ? theme.ink : theme.paper });
}
