/** States of a neuron against time. */
import { dimly, shiftIn, type Ghost } from './ghost';
import { GrowingLimits, extent } from './limits';
import { Pen } from './pen';
import { Plot, type Drawing, type Theme } from './plot';
import { floats, type Frame, type Series, type TraceFrame, type ViewFrame, type ViewSpec } from './protocol';
import { formatValue } from './ticks';
import type { View } from './view';

/**
 * Points of a line through (low, high) pairs, one pair per column.
 *
 * Where a column holds one value, or is one step of a slope, the line passes through its middle; where it holds another
 * range the end nearer to the line so far comes first, so that a fast spike is a clean up-stroke instead of a saw. A pair
 * with NaN breaks the line.
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
    if (low === high || isOnSlope(pairs, k)) {
      put(column + 0.5, low + (high - low) / 2, start);
    } else {
      // A quarter in from the edges, so that nothing of the next columns is drawn back.
      put(column + 0.25, upwards ? low : high, start);
      put(column + 0.75, upwards ? high : low, false);
    }
    last = upwards ? high : low;
  }
}

/** Whether the columns before and behind are wholly below and above this one, or the other way round. */
function isOnSlope(pairs: Float32Array, k: number): boolean {
  const [lowBefore, highBefore, low, high, lowBehind, highBehind] = [-2, -1, 0, 1, 2, 3].map(i => pairs[k + i]);
  return (highBefore <= low && high <= lowBehind) || (lowBefore >= high && low >= highBehind);
}

interface Lines {
  ghost: Ghost;
  part: TraceFrame;
  lines: Float32Array[];
}

export class TraceView implements View {
  readonly plot: Plot;
  readonly isOverTime = true;
  private readonly limits = new GrowingLimits();
  private ghosts: Lines[] = [];
  private series: Series[];
  private lines: Float32Array[] = [];
  private part: TraceFrame | null = null;

  constructor(readonly spec: ViewSpec) {
    this.plot = new Plot(spec);
    this.series = spec.series;
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

  valueAt(time: number): string {
    const { part } = this;
    if (!part) {
      return '';
    }
    const column = Math.floor((time - part.from) / part.width);
    const texts = this.series.map((one, k) => {
      const [low, high] = [0, 1].map(end => this.lines[k]?.[2 * column + end]);
      if (low === undefined || !Number.isFinite(low)) {
        return '';
      }
      const digits = (value: number) => formatValue(Number(value.toPrecision(4)));
      return `${one.name} ${digits(low)}${high === low ? '' : ` to ${digits(high)}`}`;
    });
    return texts.filter(Boolean).join(', ');
  }

  /** The chosen neuron may be of another population, with other states. */
  private names(part: TraceFrame): void {
    if (part.title !== undefined) {
      this.plot.entitle(part.title, []);
    }
    if (part.series && part.y) {
      const before = this.series.map(one => one.name).join();
      this.series = part.series;
      if (before !== part.series.map(one => one.name).join()) {
        this.limits.reset();
      }
      this.plot.relegend(part.series);
      this.plot.rename(this.spec.x, { name: part.y[0], unit: part.y[1] });
    }
  }

  draw(frame: Frame, part: ViewFrame, theme: Theme): void {
    if (part.kind !== 'trace') {
      return;
    }
    this.names(part);
    this.part = part;
    const lines = (this.lines = part.buffers.map(index => floats(frame.buffers[index])));
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
      const ink = theme.series[this.series[k].colour % theme.series.length];
      g.strokeStyle = ink;
      g.beginPath();
      let [x, y] = [NaN, NaN];
      const pen = new Pen(g);
      tracePoints(lines[k], (at, value, start) => {
        x = toX(part.from + shift + at * part.width);
        y = toY(value);
        if (start) {
          pen.moveTo(x, y);
        } else {
          pen.lineTo(x, y);
        }
      });
      pen.end();
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
