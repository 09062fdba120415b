/** States of a neuron against time. */
import { GrowingLimits, extent } from './limits';
import { Plot, type Theme } from './plot';
import { floats, type Frame, type ViewFrame, type ViewSpec } from './protocol';
import type { View } from './view';

/**
 * Points of a line through (low, high) pairs, one pair per column.
 *
 * Where a column holds one value the line passes through it; where it holds a range the end nearer to the line so far
 * comes first, so that a fast spike is a clean up-stroke instead of a saw. A pair with NaN breaks the line.
 * `at` counts columns, with a fraction.
 */
export function tracePoints(pairs: Float32Array, put: (at: number, value: number, start: boolean) => void): void {
  let last = NaN;
  for (let k = 0; k < pairs.length; k += 2) {
    const low = pairs[k];
    const high = pairs[k + 1];
    if (!(Math.abs(low) < Infinity) || !(Math.abs(high) < Infinity)) {
      last = NaN;
      continue;
    }
    const column = k / 2;
    const start = Number.isNaN(last);
    const upwards = start || Math.abs(last - low) <= Math.abs(last - high);
    if (low === high) {
      put(column + 0.5, low, start);
    } else {
      // A quarter in from the edges: a steep slope stays a slope instead of a staircase.
      put(column + 0.25, upwards ? low : high, start);
      put(column + 0.75, upwards ? high : low, false);
    }
    last = upwards ? high : low;
  }
}

export class TraceView implements View {
  readonly plot: Plot;
  private readonly limits = new GrowingLimits();

  constructor(readonly spec: ViewSpec) {
    this.plot = new Plot(spec);
  }

  reset(): void {
    this.limits.reset();
  }

  draw(frame: Frame, part: ViewFrame, theme: Theme): void {
    if (part.kind !== 'trace') {
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
    g.lineJoin = 'round';
    g.lineCap = 'round';
    g.lineWidth = 1.75;
    // Drawn backwards, so that the first state lies on top.
    for (let k = lines.length - 1; k >= 0; k--) {
      g.strokeStyle = theme.series[this.spec.series[k].colour % theme.series.length];
      g.beginPath();
      let lastX = NaN;
      let lastY = NaN;
      tracePoints(lines[k], (at, value, start) => {
        lastX = toX(part.from + at * part.width);
        lastY = toY(value);
        if (start) {
          g.moveTo(lastX, lastY);
        } else {
          g.lineTo(lastX, lastY);
        }
      });
      g.stroke();
      if (Number.isFinite(lastX)) {
        g.fillStyle = g.strokeStyle;
        g.beginPath();
        g.arc(Math.min(lastX, drawing.width - 3), lastY, 3, 0, 2 * Math.PI);
        g.fill();
      }
    }
  }
}
