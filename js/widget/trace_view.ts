/** States of a neuron against time. */
import { dimly, shiftIn, type Ghost } from './ghost';
import { GrowingLimits, extent } from './limits';
import { Plot, type Drawing, type Theme } from './plot';
import { floats, type Frame, type TraceFrame, type ViewFrame, type ViewSpec } from './protocol';
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

interface Lines {
  ghost: Ghost;
  part: TraceFrame;
  lines: Float32Array[];
}

export class TraceView implements View {
  readonly plot: Plot;
  private readonly limits = new GrowingLimits();
  private ghosts: Lines[] = [];

  constructor(readonly spec: ViewSpec) {
    this.plot = new Plot(spec);
  }

  reset(): void {
    this.limits.reset();
  }

  dim(ghosts: Ghost[]): void {
    this.ghosts = [];
    for (const ghost of ghosts) {
      const { part, buffers } = ghost;
      if (part.kind === 'trace') {
        this.ghosts.push({ ghost, part, lines: part.buffers.map(index => floats(buffers[index])) });
      }
    }
    this.plot.nameDim(ghosts.map(({ name, pinned }) => ({ name, dashed: pinned })), this.spec.series[0].colour);
  }

  draw(frame: Frame, part: ViewFrame, theme: Theme): void {
    if (part.kind !== 'trace') {
      return;
    }
    const lines = part.buffers.map(index => floats(frame.buffers[index]));
    for (const line of [...lines, ...this.ghosts.flatMap(one => one.lines)]) {
      this.limits.include(...extent(line));
    }
    const drawing = this.plot.begin(frame.header.window, this.limits.range, theme);
    if (!drawing) {
      return;
    }
    const { g } = drawing;
    g.lineJoin = 'round';
    g.lineCap = 'round';
    g.lineWidth = 1.75;
    for (const { ghost, part: old, lines: dim } of this.ghosts) {
      dimly(g, ghost, () => this.strokes(drawing, old, dim, shiftIn(ghost, frame.header.window), theme));
    }
    this.strokes(drawing, part, lines, 0, theme).forEach(({ x, y, ink }) => {
      g.fillStyle = ink;
      g.beginPath();
      g.arc(Math.min(x, drawing.width - 3), y, 3, 0, 2 * Math.PI);
      g.fill();
    });
  }

  /** Draw the lines, the first on top; where each of them ends. */
  private strokes({ g, toX, toY }: Drawing, part: TraceFrame, lines: Float32Array[], shift: number, theme: Theme): End[] {
    const ends: End[] = [];
    for (let k = lines.length - 1; k >= 0; k--) {
      const ink = theme.series[this.spec.series[k].colour % theme.series.length];
      g.strokeStyle = ink;
      g.beginPath();
      let [x, y] = [NaN, NaN];
      tracePoints(lines[k], (at, value, start) => {
        x = toX(part.from + shift + at * part.width);
        y = toY(value);
        if (start) {
          g.moveTo(x, y);
        } else {
          g.lineTo(x, y);
        }
      });
      g.stroke();
      if (Number.isFinite(x)) {
        ends.push({ x, y, ink });
      }
    }
    return ends;
  }
}

interface End {
  x: number;
  y: number;
  ink: string;
}
