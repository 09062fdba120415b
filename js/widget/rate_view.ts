/** Mean firing rate of each population against time. */
import { dimly, shiftIn, type Ghost } from './ghost';
import { GrowingLimits, extent } from './limits';
import { Plot, type Drawing, type Theme } from './plot';
import { floats, type Frame, type RateFrame, type ViewFrame, type ViewSpec } from './protocol';
import { formatValue } from './ticks';
import type { View } from './view';

export class RateView implements View {
  readonly plot: Plot;
  readonly isOverTime = true;
  private readonly limits = new GrowingLimits(0);
  private ghosts: { ghost: Ghost; part: RateFrame; lines: Float32Array[] }[] = [];
  private lines: Float32Array[] = [];
  private part: RateFrame | null = null;

  constructor(readonly spec: ViewSpec) {
    this.plot = new Plot(spec);
    this.limits.include(0, 1);
  }

  reset(): void {
    this.limits.reset();
    this.limits.include(0, 1);
  }

  dim(ghosts: Ghost[]): void {
    this.ghosts = [];
    for (const ghost of ghosts) {
      const { part, buffers } = ghost;
      if (part.kind === 'rate') {
        this.ghosts.push({ ghost, part, lines: part.buffers.map(index => floats(buffers[index])) });
      }
    }
    this.plot.nameDim(ghosts.map(({ name, pinned }) => ({ name, dashed: pinned })), this.spec.series[0].colour);
  }

  valueAt(time: number): string {
    const { part } = this;
    const bin = part ? Math.floor((time - part.from) / part.width) : -1;
    const texts = this.spec.series.map((one, k) => {
      const value = this.lines[k]?.[bin];
      return value === undefined ? '' : `${one.name} ${formatValue(Number(value.toPrecision(3)))} Hz`;
    });
    return texts.filter(Boolean).join(', ');
  }

  draw(frame: Frame, part: ViewFrame, theme: Theme): void {
    if (part.kind !== 'rate') {
      return;
    }
    this.part = part;
    const lines = (this.lines = part.buffers.map(index => floats(frame.buffers[index])));
    for (const line of [...lines, ...this.ghosts.flatMap(one => one.lines)]) {
      this.limits.include(...extent(line));
    }
    const drawing = this.plot.begin(frame.header.window, this.limits.range, theme);
    if (!drawing) {
      return;
    }
    for (const { ghost, part: old, lines: dim } of this.ghosts) {
      dimly(drawing.g, ghost, () => this.strokes(drawing, old, dim, shiftIn(ghost, frame.header.window), theme));
    }
    this.strokes(drawing, part, lines, 0, theme);
  }

  private strokes({ g, toX, toY }: Drawing, part: RateFrame, lines: Float32Array[], shift: number, theme: Theme): void {
    const from = part.from + shift;
    const alpha = g.globalAlpha;
    for (let k = lines.length - 1; k >= 0; k--) {
      const line = lines[k];
      if (!line.length) {
        continue;
      }
      const ink = theme.series[this.spec.series[k].colour % theme.series.length];
      const path = new Path2D();
      for (let i = 0; i < line.length; i++) {
        path.lineTo(toX(from + (i + 0.5) * part.width), toY(line[i]));
      }
      const filled = new Path2D(path);
      filled.lineTo(toX(from + (line.length - 0.5) * part.width), toY(0));
      filled.lineTo(toX(from + 0.5 * part.width), toY(0));
      g.globalAlpha = 0.16 * alpha;
      g.fillStyle = ink;
      g.fill(filled);
      g.globalAlpha = alpha;
      g.strokeStyle = ink;
      g.lineWidth = 1.75;
      g.lineJoin = 'round';
      g.stroke(path);
    }
  }
}
