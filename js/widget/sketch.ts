/** A curve drawn by hand: a small pad for the mouse, and the same points in a table for the keyboard. */
import { element } from './nodes';
import { axisLabel, formatValue } from './ticks';
import { unitText } from './words';

export type Point = [number, number];

const SAMPLES = 160;
const MOST_ROWS = 60;

/** The fewest of some points whose line stays within `tolerance` of all of them (Ramer 1972, Douglas and Peucker 1973). */
export function simplify(points: Point[], tolerance: number): Point[] {
  if (points.length < 3) {
    return points;
  }
  const [first, last] = [points[0], points[points.length - 1]];
  let far = 0;
  let place = 0;
  for (let k = 1; k < points.length - 1; k++) {
    const along = (points[k][0] - first[0]) / (last[0] - first[0]);
    const off = Math.abs(points[k][1] - (first[1] + along * (last[1] - first[1])));
    if (off > far) {
      [far, place] = [off, k];
    }
  }
  if (far <= tolerance) {
    return [first, last];
  }
  return [...simplify(points.slice(0, place + 1), tolerance).slice(0, -1), ...simplify(points.slice(place), tolerance)];
}

/** The value of a line through points at a time; the ends go on. */
export function lineAt(points: Point[], time: number): number {
  const k = points.findIndex(point => point[0] >= time);
  if (k < 0) {
    return points.length ? points[points.length - 1][1] : 0;
  }
  if (k === 0) {
    return points[0][1];
  }
  const [[t0, v0], [t1, v1]] = [points[k - 1], points[k]];
  return v0 + ((time - t0) / (t1 - t0)) * (v1 - v0);
}

/** In the order of their times, each time once, the later entry winning. */
export function sorted(points: Point[]): Point[] {
  const byTime = new Map(points.map(point => [point[0], point]));
  return [...byTime.values()].sort((a, b) => a[0] - b[0]);
}

export interface SketchSpec {
  name: string;
  unit: string;
  low: number;
  high: number;
}

export class Sketch {
  readonly node = element('div', 'bpw-sketch', '');
  private readonly pad = document.createElement('canvas');
  private readonly table = element('div', 'bpw-points', '');
  private readonly top = element('span', 'bpw-sketch-top', '');
  private readonly bottom = element('span', 'bpw-sketch-bottom', '');
  private readonly end = element('span', 'bpw-sketch-end', '');
  private points: Point[] = [[0, 0], [200, 0]];
  private samples: number[] | null = null;
  private last: { k: number; value: number } | null = null;
  private spec: SketchSpec = { name: '', unit: '', low: -1, high: 1 };

  constructor(private readonly change: (points: Point[]) => void) {
    this.pad.className = 'bpw-pad';
    this.pad.setAttribute('role', 'img');
    this.pad.title = 'Draw with the mouse; the table below holds the same points';
    this.pad.addEventListener('pointerdown', event => this.down(event));
    this.pad.addEventListener('pointermove', event => this.move(event));
    this.pad.addEventListener('pointerup', () => this.up());
    this.pad.addEventListener('pointercancel', () => this.up());
    const frame = element('div', 'bpw-pad-frame', '');
    frame.append(this.pad, this.top, this.bottom, this.end);
    this.table.setAttribute('role', 'group');
    this.table.setAttribute('aria-label', 'Points of the drawn line');
    this.node.append(frame, this.table);
  }

  get period(): number {
    return this.points[this.points.length - 1][0];
  }

  show(points: Point[] | null, spec: SketchSpec): void {
    this.spec = spec;
    if (points && points.length > 1 && !this.samples) {
      this.points = points;
    }
    const values = this.points.map(point => point[1]);
    this.spec = { ...spec, low: Math.min(spec.low, ...values), high: Math.max(spec.high, ...values) };
    this.draw();
    this.fillTable();
  }

  /** Stretch what is drawn to another length. */
  stretch(period: number): void {
    const factor = period / this.period;
    this.set(this.points.map(([time, value]) => [time * factor, value]));
  }

  get current(): Point[] {
    return this.points;
  }

  /** Draw again, as when the theme or the size has changed. */
  draw(): void {
    const { pad, spec } = this;
    const width = pad.clientWidth || 228;
    const height = pad.clientHeight || 90;
    const ratio = Math.min(3, window.devicePixelRatio || 1);
    [pad.width, pad.height] = [width * ratio, height * ratio];
    const g = pad.getContext('2d');
    if (!g) {
      return;
    }
    const style = getComputedStyle(pad);
    const ink = (name: string, other: string) => style.getPropertyValue(name).trim() || other;
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    const toY = (value: number) => height - 3 - ((value - spec.low) / (spec.high - spec.low || 1)) * (height - 6);
    g.strokeStyle = ink('--bpw-edge', '#d9dde3');
    g.beginPath();
    g.moveTo(0, Math.round(toY(0)) + 0.5);
    g.lineTo(width, Math.round(toY(0)) + 0.5);
    g.stroke();
    g.strokeStyle = ink('--bpw-series-0', '#0072b2');
    g.lineWidth = 1.75;
    g.lineJoin = 'round';
    g.beginPath();
    const line: Point[] = this.samples ? this.samples.map((value, k) => [(k / (SAMPLES - 1)) * this.period, value]) : this.points;
    line.forEach(([time, value], k) => g[k ? 'lineTo' : 'moveTo']((time / this.period) * width, toY(value)));
    g.stroke();
    const unit = spec.unit ? ` ${unitText(spec.unit)}` : '';
    this.top.textContent = formatValue(spec.high) + unit;
    this.bottom.textContent = formatValue(spec.low) + unit;
    this.end.textContent = `${formatValue(this.period)} ms`;
    pad.setAttribute(
      'aria-label',
      `${spec.name} drawn by hand: ${this.points.length} points over ${formatValue(this.period)} ms, between ` +
        `${formatValue(Math.min(...this.points.map(p => p[1])))} and ${formatValue(Math.max(...this.points.map(p => p[1])))}${unit}`
    );
  }

  private down(event: PointerEvent): void {
    this.pad.setPointerCapture(event.pointerId);
    const { period, points } = this;
    this.samples = Array.from({ length: SAMPLES }, (_, k) => lineAt(points, (k / (SAMPLES - 1)) * period));
    this.last = null;
    this.move(event);
  }

  private move(event: PointerEvent): void {
    if (!this.samples) {
      return;
    }
    const { low, high } = this.spec;
    const box = this.pad.getBoundingClientRect();
    const share = (at: number, size: number) => Math.min(1, Math.max(0, at / size));
    const k = Math.round(share(event.clientX - box.left, box.width) * (SAMPLES - 1));
    const value = high - share(event.clientY - box.top, box.height) * (high - low);
    const from = this.last ?? { k, value };
    const [a, b] = from.k <= k ? [from, { k, value }] : [{ k, value }, from];
    for (let j = a.k; j <= b.k; j++) {
      this.samples[j] = b.k === a.k ? value : a.value + ((j - a.k) / (b.k - a.k)) * (b.value - a.value);
    }
    this.last = { k, value };
    this.draw();
  }

  private up(): void {
    if (!this.samples) {
      return;
    }
    const { period } = this;
    const tidy = (value: number) => Number(value.toPrecision(4));
    const line: Point[] = this.samples.map((value, k) => [tidy((k / (SAMPLES - 1)) * period), tidy(value)]);
    this.samples = null;
    this.last = null;
    this.set(simplify(line, 0.006 * (this.spec.high - this.spec.low)));
  }

  private set(points: Point[]): void {
    this.points = sorted(points);
    this.show(null, this.spec);
    this.change(this.points);
  }

  private fillTable(): void {
    const { activeElement } = document;
    if (activeElement && this.table.contains(activeElement) && activeElement.matches('input')) {
      return; // a person is typing
    }
    this.table.replaceChildren();
    if (this.points.length > MOST_ROWS) {
      this.table.append(element('span', 'bpw-hint', `${this.points.length} points, set in Python`));
      return;
    }
    const head = element('div', 'bpw-points-row bpw-hint', '');
    head.append(element('span', '', 'time (ms)'), element('span', '', axisLabel('value', this.spec.unit)));
    this.table.append(head, ...this.points.map((_, k) => this.row(k)));
    const add = element('button', 'bpw-button bpw-button-small', 'Add a point') as HTMLButtonElement;
    add.type = 'button';
    add.addEventListener('click', () => {
      const [time, value] = this.points[this.points.length - 1];
      this.set([...this.points, [Number((time * 1.25).toPrecision(3)), value]]);
      this.table.querySelector<HTMLInputElement>('.bpw-points-row:nth-last-child(2) input')?.focus();
    });
    this.table.append(add);
  }

  private row(k: number): HTMLElement {
    const row = element('div', 'bpw-points-row', '');
    const boxes = [0, 1].map(column => {
      const box = document.createElement('input');
      box.type = 'number';
      box.step = 'any';
      box.className = 'bpw-number';
      box.value = formatValue(this.points[k][column]);
      box.setAttribute('aria-label', `${column ? 'Value' : 'Time'} of point ${k + 1}`);
      const typed = () => {
        const value = Number(box.value);
        const fits = box.value.trim() !== '' && Number.isFinite(value) && (column || value >= 0);
        if (!fits) {
          box.value = formatValue(this.points[k][column]);
        } else if (formatValue(this.points[k][column]) !== formatValue(value)) {
          const points = this.points.map(point => [...point] as Point);
          points[k][column] = value;
          if (sorted(points).length === points.length && sorted(points)[points.length - 1][0] > 0) {
            box.blur();
            this.set(points);
          }
        }
      };
      box.addEventListener('change', typed);
      box.addEventListener('keydown', event => {
        if (event.key === 'Enter') {
          event.preventDefault();
          typed();
        }
      });
      return box;
    });
    const remove = element('button', 'bpw-button bpw-button-small', '\u00d7') as HTMLButtonElement;
    remove.type = 'button';
    remove.setAttribute('aria-label', `Remove point ${k + 1}`);
    remove.disabled = this.points.length <= 2;
    remove.addEventListener('click', () => {
      const rest = this.points.filter((_, j) => j !== k);
      if (rest[rest.length - 1][0] > 0) {
        this.set(rest);
      }
    });
    row.append(...boxes, remove);
    return row;
  }
}
