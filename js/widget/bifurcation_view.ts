/** Equilibria and limit cycles over a parameter, coloured by class; a marker at the value of now that can be dragged like a slider. */
import { Backdrop } from './backdrop';
import type { Outgoing } from './client';
import type { Keys } from './keys';
import { MarkedList } from './marked_list';
import { element, hide, write } from './nodes';
import type { Drawing, Theme } from './plot';
import { floats, type BifurcationFrame, type Frame, type LabSpec, type ViewSpec } from './protocol';
import { RedrawnView } from './redrawn_view';
import { circle, label, line } from './strokes';
import { formatValue } from './ticks';
import type { Toolbar } from './toolbar';
import type { View } from './view';
import { className } from './words';

export interface BifurcationHost {
  say(message: Outgoing): void;
  /** `released` is false while the marker is being dragged. */
  change(control: number, value: number, released: boolean): void;
}

/** A value that the keyboard asks for, of a slider from `low` to `high`; null for keys that mean nothing. */
export function keyValue(key: string, now: number, low: number, high: number): number | null {
  const steps: Record<string, number> = {
    ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10, Home: -Infinity, End: Infinity
  };
  if (!(key in steps)) {
    return null;
  }
  const value = Math.min(high, Math.max(low, now + (steps[key] * (high - low)) / 100));
  return Number(value.toPrecision(12));
}

/** Where names stand, so that none is written over another one; the list below the diagram has all of them. */
export class Names {
  private readonly places: [number, number, number][] = [];

  hasRoom(name: string, x: number, y: number): boolean {
    const wide = 6.5 * name.length;
    if (this.places.some(([left, at, width]) => Math.abs(at - y) < 14 && x < left + width && left < x + wide)) {
      return false;
    }
    this.places.push([x, y, wide]);
    return true;
  }
}

export class BifurcationView extends RedrawnView<'bifurcation'> {
  private readonly marker = element('div', 'bpw-marker', '');
  private readonly list = new MarkedList('Folds, Hopf points and ends of cycles', () => this.redraw());
  private readonly note = element('span', 'bpw-view-note', '');
  private readonly over = document.createElement('select');
  private readonly variable = document.createElement('select');
  private readonly backdrop = new Backdrop();
  private dragged: number | null = null;
  private legend = '';

  constructor(
    spec: ViewSpec,
    private readonly host: BifurcationHost
  ) {
    super(spec);
    const below = element('div', 'bpw-view-below', '');
    const foot = element('div', 'bpw-view-foot', '');
    this.menu(foot, this.over, 'over', 'Parameter of the bifurcation diagram', (spec.choices ?? []).map(([name, k]) => [name, String(k)]));
    this.menu(foot, this.variable, 'of', 'Variable of the bifurcation diagram', (spec.variables ?? []).map(name => [name, name]));
    foot.append(this.note);
    below.append(this.list.node, foot);
    this.plot.node.append(below);
    this.marker.tabIndex = 0;
    this.marker.setAttribute('role', 'slider');
    this.plot.canvas.after(this.marker);
    this.marker.addEventListener('keydown', event => this.pressed(event));
    this.marker.addEventListener('pointerdown', event => {
      this.marker.setPointerCapture(event.pointerId);
      this.dragged = this.part?.now[0] ?? null;
      this.marker.focus();
      event.preventDefault();
    });
    this.marker.addEventListener('pointermove', event => this.drag(event, false));
    this.marker.addEventListener('pointerup', event => this.drag(event, true));
    this.marker.addEventListener('pointercancel', () => (this.dragged = null));
  }

  protected paint(drawing: Drawing, frame: Frame, part: BifurcationFrame, theme: Theme): void {
    const lines = part.runs.map(run => floats(frame.buffers[run.line]));
    this.backdrop.show(drawing, lines, [theme, ...part.x, ...part.y, ...part.runs.map(run => run.name)], still => {
      part.runs.forEach((run, k) => {
        const stable = run.name.startsWith('stable');
        line(still, lines[k], theme.series[run.colour], stable ? 2.5 : 1.75, stable ? [] : [6, 4]);
      });
    });
    const now = this.dragged ?? part.now[0];
    const { g, toX, height } = drawing;
    g.strokeStyle = theme.ink;
    g.lineWidth = 1.5;
    g.beginPath();
    g.moveTo(toX(now), 0);
    g.lineTo(toX(now), height);
    g.stroke();
    const written = new Names();
    part.specials.forEach((one, k) => {
      circle(drawing, [one.x, one.y], 4, { edge: theme.ink, fill: theme.paper });
      if (k === this.list.marked) {
        circle(drawing, [one.x, one.y], 11, { edge: theme.series[1] });
      }
      if (written.hasRoom(one.name, toX(one.x), drawing.toY(one.y)) || k === this.list.marked) {
        label(drawing, one.name, [one.x, one.y], theme.ink, theme.paper);
      }
    });
    circle(drawing, part.now, 4.5, { fill: theme.ink });
    this.marker.style.left = `${toX(now).toFixed(1)}px`;
  }

  protected tell(frame: Frame, part: BifurcationFrame, theme: Theme): void {
    const [x, y] = part.axes;
    this.plot.rename({ name: x[0], unit: x[1] }, { name: y[0], unit: y[1] });
    this.plot.entitle(part.title, []);
    this.key(part, theme);
    this.list.show(part.specials.map(one => [one.name, one.told, '']));
    write(this.note, part.note);
    for (const [choice, value] of [[this.over, String(part.control)], [this.variable, y[0]]] as const) {
      if (document.activeElement !== choice) {
        choice.value = value;
      }
    }
    const value = this.dragged ?? part.now[0];
    const text = `${formatValue(value)}${x[1] ? ` ${x[1]}` : ''}`;
    const told: Record<string, string> = {
      'aria-label': `${x[0]}, value of now`, 'aria-valuemin': String(part.x[0]), 'aria-valuemax': String(part.x[1]),
      'aria-valuenow': formatValue(value), 'aria-valuetext': text
    };
    for (const [name, one] of Object.entries(told)) {
      if (this.marker.getAttribute(name) !== one) {
        this.marker.setAttribute(name, one);
      }
    }
    this.marker.title = `${x[0]} = ${text}: drag, or use the arrow keys`;
  }

  /** The classes that are there, each with its line. */
  private key(part: BifurcationFrame, theme: Theme): void {
    const names = [...new Map(part.runs.map(run => [run.name, run.colour]))];
    const told = JSON.stringify([names, theme.series]);
    if (told === this.legend) {
      return;
    }
    this.legend = told;
    const items = names.map(([name, colour]) => {
      const item = element('span', 'bpw-legend-item', '');
      const mark = element('span', name.startsWith('stable') ? 'bpw-legend-mark' : 'bpw-legend-mark bpw-legend-dashed', '');
      mark.style.color = `var(--bpw-series-${colour})`;
      mark.style.background = name.startsWith('stable') ? 'currentColor' : '';
      mark.setAttribute('aria-hidden', 'true');
      item.append(mark, element('span', '', className(name)));
      return item;
    });
    this.plot.node.querySelector('.bpw-legend')?.replaceChildren(...items);
  }

  private pressed(event: KeyboardEvent): void {
    const { part } = this;
    const value = part ? keyValue(event.key, part.now[0], part.x[0], part.x[1]) : null;
    if (part && value !== null) {
      event.preventDefault();
      event.stopPropagation();
      this.host.change(part.control, value, true);
    }
  }

  private drag(event: PointerEvent, released: boolean): void {
    const { part } = this;
    if (this.dragged === null || !part) {
      return;
    }
    const left = this.plot.canvas.getBoundingClientRect().left;
    const share = Math.min(1, Math.max(0, (event.clientX - left) / this.plot.width));
    const value = Number((part.x[0] + share * (part.x[1] - part.x[0])).toPrecision(6));
    this.dragged = released ? null : value;
    this.host.change(part.control, value, released);
    this.redraw();
  }

  private menu(parent: HTMLElement, choice: HTMLSelectElement, text: string, label: string, options: [string, string][]): void {
    choice.className = 'bpw-select';
    choice.setAttribute('aria-label', label);
    options.forEach(([name, value]) => choice.append(new Option(name, value)));
    choice.addEventListener('change', () => {
      this.host.say({ do: 'bifurcation', control: Number(this.over.value), y: this.variable.value });
    });
    const node = element('label', 'bpw-choice', `${text} `);
    node.append(choice);
    hide(node, options.length < 2);
    parent.append(node);
  }
}

/** The key and the command that show the diagram, over the slider under the pointer or the one that was used last. */
export function bifurcationCommands(
  spec: LabSpec, views: View[], controls: HTMLElement, keys: Keys, toolbar: Toolbar, say: (message: Outgoing) => void
): void {
  const view = views.find(one => one.spec.kind === 'bifurcation');
  if (!view) {
    return;
  }
  const possible = new Set((view.spec.choices ?? []).map(([, control]) => control));
  let control: number | undefined;
  let shown: number | undefined;
  const note = (event: Event) => {
    const node = (event.target as HTMLElement).closest<HTMLElement>('[data-control]');
    const found = Number(node?.dataset.control);
    control = node && possible.has(found) ? found : control;
  };
  ['pointerover', 'focusin', 'input'].forEach(kind => controls.addEventListener(kind, note));
  const toggle = () => {
    const away = view.plot.node.hidden;
    const other = control !== undefined && control !== shown;
    say({ do: 'bifurcation', shown: away || other, ...(control === undefined ? {} : { control }) });
    shown = control;
  };
  keys.add('b', 'bifurcation diagram over the slider under the pointer, or away with it', toggle);
  toolbar.more.add('Bifurcation', `Equilibria of ${spec.name} over a slider (b)`, toggle);
}
