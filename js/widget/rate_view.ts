/** Mean firing rate of each population against time. */
import { GrowingLimits, extent } from './limits';
import { Plot, type Theme } from './plot';
import { floats, type Frame, type ViewFrame, type ViewSpec } from './protocol';
import type { View } from './view';

export class RateView implements View {
  readonly plot: Plot;
  private readonly limits = new GrowingLimits(0);

  constructor(readonly spec: ViewSpec) {
    this.plot = new Plot(spec);
    this.limits.include(0, 1);
  }

  reset(): void {
    this.limits.reset();
    this.limits.include(0, 1);
  }

  draw(frame: Frame, part: ViewFrame, theme: Theme): void {
    if (part.kind !== 'rate') {
      return;
    }
    const lines = part.buffers.map(index => floats(frame.buffers[index]));
    for (const line of lines) {
      this.limits.include(...extent(line));
    }
    const drawing = this.plot.begin(frame.header.window, this.limits.range, theme);
    if (!drawing) {
      return;
    }
    const { g, toX, toY } = drawing;
    for (let k = lines.length - 1; k >= 0; k--) {
      const line = lines[k];
      if (!line.length) {
        continue;
      }
      const ink = theme.series[this.spec.series[k].colour % theme.series.length];
      const path = new Path2D();
      for (let i = 0; i < line.length; i++) {
        path.lineTo(toX(part.from + (i + 0.5) * part.width), toY(line[i]));
      }
      const filled = new Path2D(path);
      filled.lineTo(toX(part.from + (line.length - 0.5) * part.width), toY(0));
      filled.lineTo(toX(part.from + 0.5 * part.width), toY(0));
      g.globalAlpha = 0.16;
      g.fillStyle = ink;
      g.fill(filled);
      g.globalAlpha = 1;
      g.strokeStyle = ink;
      g.lineWidth = 1.75;
      g.lineJoin = 'round';
      g.stroke(path);
    }
  }
}
