/** Spikes of every neuron against time, one row a neuron, neuron 0 at the bottom. */
import { dimly, type Ghost } from './ghost';
import { Plot, markBox, type Drawing, type Theme } from './plot';
import { bytes, floats, integers, type Frame, type RasterFrame, type ViewFrame, type ViewSpec } from './protocol';
import { Stencil, Tints } from './stencil';
import { formatValue } from './ticks';
import type { Point, View } from './view';

/** Size of the mark of one spike, px: rows that are wide apart get a larger one. */
export function markHeight(height: number, rows: number): number {
  return Math.max(1, Math.min(7, 0.8 * (height / Math.max(1, rows))));
}

export class RasterView implements View {
  readonly plot: Plot;
  readonly isOverTime = true;
  private readonly rows: number;
  private readonly layers: { stencil: Stencil; tints: Tints }[] = [];
  private ghosts: Ghost[] = [];
  private part: RasterFrame | null = null;
  private frame: Frame | null = null;

  constructor(readonly spec: ViewSpec) {
    this.plot = new Plot(spec);
    this.rows = spec.series.reduce((sum, one) => sum + (one.size ?? 0), 0);
    this.plot.node.classList.toggle('bpw-view-few', this.rows <= 4);
  }

  reset(): void {}

  dim(ghosts: Ghost[]): void {
    this.ghosts = ghosts;
    this.plot.nameDim(ghosts.map(({ name, pinned }) => ({ name, dashed: pinned })), this.spec.series[0].colour);
  }

  /** Which neuron a row is, and how many fired in a hundredth of the window around a time. */
  valueAt(time: number, point: Point | null): string {
    const { part, frame } = this;
    if (!part || !frame) {
      return '';
    }
    const row = point ? Math.round(point.y) : -1;
    const here = this.spec.series.find(one => row >= (one.first ?? 0) && row < (one.first ?? 0) + (one.size ?? 0));
    const who = here ? `neuron ${row - (here.first ?? 0)} of ${here.name}` : '';
    if (part.images) {
      return who;
    }
    const [left, right] = frame.header.window;
    const near = (right - left) / 200;
    const counts = this.spec.series.map((one, k) => {
      const times = floats(frame.buffers[part.times[k]]);
      const count = times.filter(at => Math.abs(part.from + at - time) <= near).length;
      return `${count} ${count === 1 ? 'spike' : 'spikes'} of ${one.name}`;
    });
    return [who, `within ${formatValue(Number(near.toPrecision(2)))} ms ${counts.join(', ')}`].filter(Boolean).join('; ');
  }

  draw(frame: Frame, part: ViewFrame, theme: Theme): void {
    if (part.kind !== 'raster') {
      return;
    }
    [this.part, this.frame] = [part, frame];
    const drawing = this.plot.begin(frame.header.window, [-0.5, this.rows - 0.5], theme);
    if (!drawing) {
      return;
    }
    for (const ghost of this.ghosts) {
      const { part: old, buffers, window } = ghost;
      if (old.kind === 'raster') {
        dimly(drawing.g, ghost, () => this.spikes(drawing, old, buffers, window, theme));
      }
    }
    this.spikes(drawing, part, frame.buffers, frame.header.window, theme);
    if (part.mark !== null) {
      const [left, right] = frame.header.window;
      markBox(drawing, [left, part.mark - 0.5, right, part.mark + 0.5]);
    }
  }

  private spikes(drawing: Drawing, part: RasterFrame, buffers: DataView[], window: [number, number], theme: Theme): void {
    this.spec.series.forEach((one, k) => {
      const ink = theme.series[one.colour % theme.series.length];
      if (part.images && part.shapes) {
        const [first, size] = [one.first ?? 0, one.size ?? 0];
        const box: [number, number, number, number] = [window[0], first - 0.5, window[1], first + size - 0.5];
        const { stencil, tints } = (this.layers[k] ??= { stencil: new Stencil(), tints: new Tints() });
        stencil.lay(drawing, bytes(buffers[part.images[k]]), part.shapes[k], tints.of(ink, drawing.g), box);
      } else {
        this.marks(drawing, buffers, part, k, ink);
      }
    });
  }

  private marks(drawing: Drawing, buffers: DataView[], part: RasterFrame, k: number, ink: string): void {
    const times = floats(buffers[part.times[k]]);
    const rows = integers(buffers[part.rows[k]]);
    const { g, toX, toY, height } = drawing;
    const first = this.spec.series[k].first ?? 0;
    const tall = markHeight(height, this.rows);
    const wide = Math.max(1.25, Math.min(2.25, tall));
    g.fillStyle = ink;
    for (let i = 0; i < times.length; i++) {
      g.fillRect(toX(part.from + times[i]) - wide / 2, toY(first + rows[i]) - tall / 2, wide, tall);
    }
  }
}
