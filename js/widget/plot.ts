/**
 * The frame of a view: title, axis names, tick labels and legend as text of the page, and a canvas for the data.
 *
 * Text is kept out of the canvas so that it is crisp at every zoom, follows the theme, and can be read by a screen
 * reader and by a test.
 */
import { element, hide, write } from './nodes';
import type { Axis, Series, ViewSpec } from './protocol';
import { TickRow } from './tick_row';
import { axisLabel, formatTick, ticks } from './ticks';

/** Colours and metrics that canvas drawing takes from the style sheet. */
export interface Theme {
  series: string[];
  grid: string;
  /** Of the flow, of marks, and of what is left empty in them. */
  arrow: string;
  ink: string;
  paper: string;
}

export function readTheme(element: Element): Theme {
  const style = getComputedStyle(element);
  const read = (name: string, fallback: string) => style.getPropertyValue(name).trim() || fallback;
  const series = [0, 1, 2, 3, 4, 5].map(k => read(`--bpw-series-${k}`, '#0072b2'));
  return {
    series,
    grid: read('--bpw-grid', '#e4e7eb'),
    arrow: read('--bpw-arrow', '#b3bcc7'),
    ink: read('--bpw-ink', '#1f2328'),
    paper: read('--bpw-panel', '#ffffff')
  };
}

export class Plot {
  readonly node: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  width = 0;
  height = 0;
  private context: CanvasRenderingContext2D | null = null;
  private readonly xTicks: TickRow;
  private readonly yTicks: TickRow;
  readonly area: HTMLElement;
  /** What the cursor says. */
  cursorText = '';
  private range: { x: [number, number]; y: [number, number] } = { x: [0, 1], y: [0, 1] };
  private readonly line = element('div', 'bpw-cursor', '');
  private readonly across = element('div', 'bpw-cursor bpw-cursor-across', '');
  private readonly readOut = element('div', 'bpw-read-out', '');
  private readonly head: HTMLElement;
  private readonly title: HTMLElement;
  private readonly dimmed = element('span', 'bpw-legend', '');
  private readonly xName: HTMLElement;
  private readonly yName: HTMLElement;

  constructor(private readonly spec: ViewSpec) {
    this.node = document.createElement('figure');
    this.node.className = `bpw-view bpw-view-${spec.kind}`;
    this.node.setAttribute('role', 'group');
    this.node.setAttribute('aria-label', spec.description);

    this.head = document.createElement('figcaption');
    this.head.className = 'bpw-view-head';
    this.title = element('span', 'bpw-view-title', spec.title);
    this.head.append(this.title, legend(spec.series, this.dimmed));

    const yName = element('div', 'bpw-axis-name bpw-axis-y', '');
    this.yName = element('span', '', axisLabel(spec.y.name, spec.y.unit));
    yName.append(this.yName);
    const ySide = element('div', 'bpw-ticks bpw-ticks-y', '');
    this.area = element('div', 'bpw-area', '');
    this.canvas = document.createElement('canvas');
    this.canvas.setAttribute('role', 'img');
    this.canvas.setAttribute('aria-label', spec.description);
    for (const node of [this.line, this.across, this.readOut]) {
      node.hidden = true;
      node.setAttribute('aria-hidden', 'true');
    }
    this.area.append(this.canvas, this.line, this.across, this.readOut);
    const xSide = element('div', 'bpw-ticks bpw-ticks-x', '');
    this.xName = element('div', 'bpw-axis-name bpw-axis-x', axisLabel(spec.x.name, spec.x.unit));
    this.node.append(this.head, yName, ySide, this.area, xSide, this.xName);
    this.xTicks = new TickRow(xSide, false);
    this.yTicks = new TickRow(ySide, true);
  }

  /** Give the axes other names. */
  rename(x: Axis, y: Axis): void {
    write(this.xName, axisLabel(x.name, x.unit));
    write(this.yName, axisLabel(y.name, y.unit));
  }

  /** Put something into the head, at its right end. */
  addToHead(node: HTMLElement): void {
    this.head.append(node);
  }

  /** Width over height of the area, whatever its size. */
  keepShape(ratio: number): void {
    const wanted = ratio.toFixed(4);
    if (this.node.style.getPropertyValue('--bpw-ratio') !== wanted) {
      this.node.style.setProperty('--bpw-ratio', wanted);
    }
  }

  /** Values at a share of the width and of the height, from the bottom. */
  pointAt(across: number, up: number): { x: number; y: number } {
    const { x, y } = this.range;
    return { x: x[0] + across * (x[1] - x[0]), y: y[0] + up * (y[1] - y[0]) };
  }

  /** A line at a share of the width, one at a share of the height, and what stands beside; null hides. */
  showCursor(across: number | null, up: number | null, text: string): void {
    this.cursorText = text;
    hide(this.line, across === null);
    hide(this.across, up === null);
    hide(this.readOut, !text);
    if (across === null) {
      return;
    }
    this.line.style.transform = `translateX(${(across * this.width).toFixed(1)}px)`;
    if (up !== null) {
      this.across.style.transform = `translateY(${((1 - up) * this.height).toFixed(1)}px)`;
    }
    write(this.readOut, text);
    this.readOut.classList.toggle('bpw-read-out-left', across > 0.5);
    const at = across > 0.5 ? this.width - across * this.width : across * this.width;
    this.readOut.style.setProperty('--bpw-at', `${(at + 6).toFixed(1)}px`);
  }

  /** Give the legend other curves. */
  relegend(series: Series[]): void {
    const key = JSON.stringify(series.map(one => [one.name, one.colour]));
    const old = this.head.querySelector('.bpw-legend');
    if (old && this.head.dataset.legend !== key) {
      this.head.dataset.legend = key;
      old.replaceWith(legend(series, this.dimmed));
    }
  }

  /** Give the view another title and the legend other names. */
  entitle(title: string, names: string[]): void {
    write(this.title, title);
    if (names.length) {
      this.head.querySelectorAll('.bpw-legend-item > :last-child').forEach((node, k) => write(node, names[k]));
    }
  }

  /** Name in the legend what is drawn dim, in the colour of the first series. */
  nameDim(entries: { name: string; dashed: boolean }[], colour: number): void {
    this.dimmed.replaceChildren(
      ...entries.map(({ name, dashed }) => {
        const item = element('span', `bpw-legend-dim${dashed ? ' bpw-legend-dashed' : ''}`, '');
        item.append(mark(colour), element('span', '', name));
        return item;
      })
    );
  }

  /** Make the canvas as fine as the screen; true when its size changed. */
  fit(): boolean {
    const width = Math.max(40, this.area.clientWidth);
    const height = Math.max(40, this.area.clientHeight);
    // Enlarged for a projector an element has more pixels than its own measure says.
    const zoom = this.area.getBoundingClientRect().width / (this.area.offsetWidth || 1) || 1;
    const ratio = Math.min(4, (window.devicePixelRatio || 1) * zoom);
    const pixels = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width === pixels[0] && this.canvas.height === pixels[1] && this.context) {
      return false;
    }
    [this.canvas.width, this.canvas.height] = pixels;
    [this.width, this.height] = [width, height];
    this.context = this.canvas.getContext('2d');
    this.context?.setTransform(pixels[0] / width, 0, 0, pixels[1] / height, 0, 0);
    return true;
  }

  /**
   * Clear, draw the grid and write the tick labels.
   *
   * Returns what draws the data, and the maps from values to pixels.
   */
  begin(x: [number, number], y: [number, number], theme: Theme): Drawing | null {
    const g = this.context;
    if (!g) {
      return null;
    }
    const { width, height } = this;
    this.range = { x, y };
    const toX = (value: number) => ((value - x[0]) / (x[1] - x[0])) * width;
    const toY = (value: number) => height - ((value - y[0]) / (y[1] - y[0])) * height;
    const across = ticks(x[0], x[1], Math.max(2, Math.min(8, width / 90)));
    const up = ticks(y[0], y[1], Math.max(2, Math.min(6, height / 38)));
    if (this.spec.kind === 'raster') {
      up.values = up.values.filter(Number.isInteger); // there is no neuron 0.5
      up.step = Math.max(1, up.step);
    }
    this.xTicks.show(across.values.map(v => ({ at: toX(v), text: formatTick(v, across.step) })));
    this.yTicks.show(up.values.map(v => ({ at: toY(v), text: formatTick(v, up.step) })));
    g.clearRect(0, 0, width, height);
    g.lineWidth = 1;
    g.strokeStyle = theme.grid;
    g.beginPath();
    for (const value of up.values) {
      const line = Math.round(toY(value)) + 0.5;
      g.moveTo(0, line);
      g.lineTo(width, line);
    }
    for (const value of across.values) {
      const line = Math.round(toX(value)) + 0.5;
      g.moveTo(line, 0);
      g.lineTo(line, height);
    }
    g.stroke();
    return { g, toX, toY, width, height };
  }
}

export interface Drawing {
  g: CanvasRenderingContext2D;
  toX(value: number): number;
  toY(value: number): number;
  width: number;
  height: number;
}

/** Point out a box: light around dark, so that it is seen on any colour; thin boxes are drawn around their middle. */
export function markBox({ g, toX, toY }: Drawing, [x0, y0, x1, y1]: [number, number, number, number]): void {
  let [left, right, top, bottom] = [toX(x0), toX(x1), toY(y1), toY(y0)];
  const grow = (size: number) => Math.max(0, (5 - size) / 2);
  [left, right] = [left - grow(right - left), right + grow(right - left)];
  [top, bottom] = [top - grow(bottom - top), bottom + grow(bottom - top)];
  for (const [ink, width] of [['#1f2328', 3], ['#ffffff', 1.25]] as const) {
    g.strokeStyle = ink;
    g.lineWidth = width;
    g.strokeRect(left, top, right - left, bottom - top);
  }
}

function mark(colour: number): HTMLElement {
  const node = element('span', 'bpw-legend-mark', '');
  node.style.background = `var(--bpw-series-${colour})`;
  node.setAttribute('aria-hidden', 'true');
  return node;
}

function legend(series: Series[], dimmed: HTMLElement): HTMLElement {
  const list = element('span', 'bpw-legend', '');
  for (const one of series) {
    const item = element('span', 'bpw-legend-item', '');
    item.append(mark(one.colour), element('span', '', one.name));
    list.append(item);
  }
  list.append(dimmed);
  return list;
}
