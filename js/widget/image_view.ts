/** Images: a state of all neurons over time, a sheet of neurons, a matrix of connections; with a bar of colours. */
import type { Outgoing } from './client';
import { ChoiceMenu } from './choice';
import { element, write } from './nodes';
import { Plot, markBox, type Theme } from './plot';
import { bytes, type Frame, type ImageFrame, type ViewFrame, type ViewSpec } from './protocol';
import { Stencil } from './stencil';
import { TickRow } from './tick_row';
import { axisLabel, formatTick, formatValue, ticks } from './ticks';
import type { Point, View } from './view';
import { withUnit } from './words';

export const LEVELS = 254;
export const MISSING = 255;

/** The colour of each byte as pixels are stored (alpha, blue, green, red); the last one is empty. */
export function shadeTable(shades: string[]): Uint32Array {
  const anchors = shades.map(text => [1, 3, 5].map(at => parseInt(text.slice(at, at + 2), 16)));
  const table = new Uint32Array(256);
  for (let level = 0; level <= LEVELS; level++) {
    const at = (level / LEVELS) * (anchors.length - 1);
    const below = Math.min(Math.floor(at), anchors.length - 2);
    const [red, green, blue] = [0, 1, 2].map(k => Math.round(anchors[below][k] + (at - below) * (anchors[below + 1][k] - anchors[below][k])));
    table[level] = ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  }
  return table;
}

export class ImageView implements View {
  readonly plot: Plot;
  private readonly table: Uint32Array;
  private readonly stencil = new Stencil();
  private readonly barTicks: TickRow | null = null;
  private readonly barName = element('span', '', '');
  private readonly ends = [element('span', '', ''), element('span', '', '')];
  private readonly told = element('div', 'bpw-view-told', '');
  private readonly choice: ChoiceMenu;
  private readonly isSquare: boolean;
  private part: ImageFrame | null = null;
  private pixels: Uint8Array | null = null;

  constructor(
    readonly spec: ViewSpec,
    shades: string[],
    index: number,
    send: (message: Outgoing) => void
  ) {
    this.plot = new Plot(spec);
    this.table = shadeTable(shades);
    this.isSquare = spec.kind !== 'heat';
    this.plot.node.classList.add('bpw-view-image');
    this.choice = new ChoiceMenu(spec, index, send);
    const bar = element('div', 'bpw-shades', '');
    bar.style.background = `linear-gradient(to ${this.isSquare ? 'top' : 'right'}, ${shades.join(', ')})`;
    bar.setAttribute('aria-hidden', 'true');
    const foot = element('div', 'bpw-view-foot', '');
    foot.append(this.told);
    if (this.isSquare) {
      const side = element('div', 'bpw-ticks bpw-shade-ticks', '');
      const name = element('div', 'bpw-axis-name bpw-shade-name', '');
      name.append(this.barName);
      this.barTicks = new TickRow(side, true);
      this.plot.addToHead(this.choice.node);
      this.plot.node.append(bar, side, name, foot);
    } else {
      // Beside the title, so that the time axis is as wide as those of other views.
      const legend = element('span', 'bpw-shade-legend', '');
      legend.append(this.ends[0], bar, this.ends[1], this.barName);
      this.plot.addToHead(legend);
      this.plot.addToHead(this.choice.node);
      this.plot.node.append(foot);
    }
  }

  get isOverTime(): boolean {
    return this.spec.kind === 'heat';
  }

  reset(): void {
    // The kernel chooses the range of the colours.
  }

  draw(frame: Frame, part: ViewFrame, theme: Theme): void {
    if (part.kind !== 'image') {
      return;
    }
    this.part = part;
    this.pixels = bytes(frame.buffers[part.image]);
    this.names(part);
    if (this.isSquare) {
      const ratio = (part.x[1] - part.x[0]) / (part.y[1] - part.y[0]);
      const [least, most] = this.spec.kind === 'weights' ? [0.6, 2] : [0.25, 6];
      this.plot.keepShape(Math.min(most, Math.max(least, ratio)));
    }
    const drawing = this.plot.begin(part.x, part.y, theme);
    if (!drawing) {
      return;
    }
    const [left, right] = part.span ?? part.x;
    drawing.g.imageSmoothingEnabled = false;
    this.stencil.lay(drawing, this.pixels, part.shape, this.table, [left, part.y[0], right, part.y[1]]);
    if (part.mark) {
      markBox(drawing, part.mark);
    }
    this.nameShades(part);
  }

  private nameShades(part: ImageFrame): void {
    const height = this.plot.height;
    const [low, high] = part.range;
    if (!this.barTicks) {
      [low, high].forEach((value, k) => {
        const text = formatTick(value, Math.max((high - low) / 10, 1e-9));
        write(this.ends[k], text);
      });
      return;
    }
    const up = ticks(low, high, Math.max(2, Math.min(6, height / 38)));
    this.barTicks.show(
      up.values.map(value => ({ at: height - ((value - low) / (high - low)) * height, text: formatTick(value, up.step) }))
    );
  }

  valueAt(time: number, point: Point | null): string {
    const { part, pixels } = this;
    if (!part || !pixels) {
      return '';
    }
    const [low, high] = part.span ?? part.x;
    const column = Math.floor(((time - low) / (high - low)) * part.shape[1]);
    if (column < 0 || column >= part.shape[1]) {
      return '';
    }
    const [name, unit] = part.axes[2];
    if (point) {
      const row = this.rowOf(point.y, part);
      const value = this.value(pixels[row * part.shape[1] + column], part);
      return `${part.axes[1][0]} ${Math.round(point.y)}: ${name} ${withUnit(value, value && unit)}`;
    }
    let [least, most] = [LEVELS, 0];
    for (let row = 0; row < part.shape[0]; row++) {
      const level = pixels[row * part.shape[1] + column];
      if (level !== MISSING) {
        least = Math.min(least, level);
        most = Math.max(most, level);
      }
    }
    return least > most ? '' : `${name} ${this.value(least, part)} to ${withUnit(this.value(most, part), unit)}`;
  }

  readPoint(point: Point): string {
    const { part, pixels } = this;
    if (!part || !pixels) {
      return '';
    }
    const [rows, columns] = part.shape;
    const column = Math.floor(((point.x - part.x[0]) / (part.x[1] - part.x[0])) * columns);
    const level = pixels[this.rowOf(point.y, part) * columns + Math.min(columns - 1, Math.max(0, column))];
    const [name, unit] = part.axes[2];
    const value = this.value(level, part);
    return rows ? `${part.axes[0][0]} ${Math.round(point.x)}, ${part.axes[1][0]} ${Math.round(point.y)}: ${name} ${level === MISSING ? value : withUnit(value, unit)}` : '';
  }

  private rowOf(y: number, part: ImageFrame): number {
    const row = Math.floor(((y - part.y[0]) / (part.y[1] - part.y[0])) * part.shape[0]);
    return Math.min(part.shape[0] - 1, Math.max(0, row));
  }

  /** A value as far as a byte tells it: to a step of the colours. */
  private value(level: number, part: ImageFrame): string {
    if (level === MISSING) {
      return 'unknown';
    }
    const [low, high] = part.range;
    const value = low + (level / LEVELS) * (high - low);
    const digits = Math.max(1, Math.ceil(Math.log10(Math.max(Math.abs(low), Math.abs(high)) / ((high - low) / LEVELS))));
    return formatValue(Number(value.toPrecision(Math.min(6, digits))));
  }

  private names(part: ImageFrame): void {
    const [x, y, shade] = part.axes;
    this.plot.rename({ name: x[0], unit: x[1] }, { name: y[0], unit: y[1] });
    this.plot.entitle(part.title, []);
    this.choice.show(part.of);
    const label = axisLabel(shade[0], shade[1]);
    write(this.barName, label);
    write(this.told, part.told);
  }
}
