/** How many neurons, or intervals, have which value. */
import { ChoiceMenu } from './choice';
import type { Outgoing } from './client';
import { GrowingLimits, extent } from './limits';
import { Plot, type Theme } from './plot';
import { floats, type Frame, type HistogramFrame, type ViewFrame, type ViewSpec } from './protocol';
import { formatValue } from './ticks';
import type { Point, View } from './view';
import { withUnit } from './words';

export class HistogramView implements View {
  readonly plot: Plot;
  readonly isOverTime = false;
  private readonly choice: ChoiceMenu;
  private limits = new GrowingLimits(0);
  private part: HistogramFrame | null = null;
  private counts: Float32Array = new Float32Array(0);

  constructor(
    readonly spec: ViewSpec,
    index: number,
    send: (message: Outgoing) => void
  ) {
    this.plot = new Plot(spec);
    this.choice = new ChoiceMenu(spec, index, send);
    this.plot.addToHead(this.choice.node);
  }

  reset(): void {
    this.limits.reset();
  }

  draw(frame: Frame, part: ViewFrame, theme: Theme): void {
    if (part.kind !== 'histogram') {
      return;
    }
    if (this.part?.of !== part.of) {
      this.limits.reset();
    }
    this.part = part;
    this.counts = floats(frame.buffers[part.counts]);
    const [x, y] = part.axes;
    this.plot.rename({ name: x[0], unit: x[1] }, { name: y[0], unit: y[1] });
    this.plot.entitle(part.title, []);
    this.choice.show(part.of);
    this.limits.include(0, Math.max(1, extent(this.counts)[1]));
    const drawing = this.plot.begin(part.x, this.limits.range, theme);
    if (!drawing) {
      return;
    }
    const { g, toX, toY, height } = drawing;
    const width = (part.x[1] - part.x[0]) / this.counts.length;
    g.fillStyle = theme.series[0];
    g.globalAlpha = 0.85;
    this.counts.forEach((count, k) => {
      const [left, right] = [toX(part.x[0] + k * width), toX(part.x[0] + (k + 1) * width)];
      g.fillRect(left, toY(count), Math.max(1, right - left - 1), toY(0) - toY(count));
    });
    g.globalAlpha = 1;
    if (part.mark !== null) {
      const at = toX(part.mark);
      g.fillStyle = theme.ink;
      g.fillRect(at - 1, 0, 2, height);
    }
  }

  readPoint(point: Point): string {
    const { part, counts } = this;
    if (!part || !counts.length) {
      return '';
    }
    const width = (part.x[1] - part.x[0]) / counts.length;
    const bin = Math.min(counts.length - 1, Math.max(0, Math.floor((point.x - part.x[0]) / width)));
    const [low, high] = [bin, bin + 1].map(k => formatValue(Number((part.x[0] + k * width).toPrecision(4))));
    return `${low} to ${withUnit(high, part.axes[0][1])}: ${counts[bin]} ${part.axes[1][0]}`;
  }
}
