/**
 * One time in all views: moving over a view over time, or arrow keys in it, shows the same time in all of them.
 *
 * A click, and the arrows up and down, choose a neuron. The line stands still on the screen while time runs below it.
 */
import { element } from './nodes';
import type { Point, View } from './view';
import { formatValue } from './ticks';

export interface CursorHost {
  isShown(view: View): boolean;
  /** A click chose a point of a view. */
  pick(view: View, point: Point): void;
  /** Choose another neuron: so many further. */
  move(by: number): void;
}

/** Where the cursor is: on which view, and at which share of its width and height (from the bottom). */
interface Place {
  view: View;
  across: number;
  up: number | null;
}

const STEP = 0.01;

export class Cursor {
  /** Says the values to screen readers when the keyboard moves it. */
  readonly spoken = element('span', 'bpw-spoken', '');
  private place: Place | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly views: View[],
    private readonly host: CursorHost
  ) {
    this.spoken.setAttribute('aria-live', 'polite');
    views.forEach(view => this.listen(view));
  }

  /** Show the values of what has been drawn last. */
  refresh(): void {
    const { place } = this;
    for (const view of this.views) {
      if (!this.host.isShown(view)) {
        continue;
      }
      if (!place || (view !== place.view && !(view.isOverTime && place.view.isOverTime))) {
        view.plot.showCursor(null, null, '');
        continue;
      }
      const isHere = view === place.view;
      const point = view.plot.pointAt(place.across, place.up ?? 0.5);
      const text = this.textOf(view, point, isHere && place.up !== null, isHere);
      view.plot.showCursor(place.across, isHere && !view.isOverTime ? place.up : null, text);
    }
  }

  close(): void {
    if (this.timer !== null) {
      clearTimeout(this.timer);
    }
  }

  private textOf(view: View, point: Point, withPoint: boolean, withTime: boolean): string {
    if (!view.isOverTime) {
      return view.readPoint?.(point) ?? '';
    }
    const value = view.valueAt?.(point.x, withPoint ? point : null) ?? '';
    const time = `t = ${formatValue(Number(point.x.toFixed(2)))} ms`;
    return withTime ? [time, value].filter(Boolean).join(': ') : value;
  }

  private listen(view: View): void {
    const { area } = view.plot;
    const hasPlane = view.spec.kind === 'phase' || view.spec.kind === 'bifurcation';
    const move = (event: PointerEvent | MouseEvent) => {
      const box = area.getBoundingClientRect();
      this.place = {
        view,
        across: Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)),
        up: Math.min(1, Math.max(0, 1 - (event.clientY - box.top) / box.height))
      };
    };
    if (hasPlane) {
      return; // these have a cursor and keys of their own, and no time
    }
    area.addEventListener('pointermove', event => {
      move(event);
      this.refresh();
    });
    area.addEventListener('pointerleave', () => this.hide());
    area.addEventListener('click', event => {
      move(event);
      if (this.place) {
        this.host.pick(view, view.plot.pointAt(this.place.across, this.place.up ?? 0));
      }
    });
    area.tabIndex = 0;
    area.setAttribute('role', 'application');
    area.setAttribute('aria-roledescription', 'plot');
    area.setAttribute('aria-label', this.helpOf(view));
    area.addEventListener('keydown', event => this.pressed(view, event));
    area.addEventListener('blur', () => this.hide());
  }

  private helpOf(view: View): string {
    const along = view.isOverTime ? 'Left and right arrows move the cursor in time' : 'Left and right arrows move the cursor';
    return `${view.spec.description}. ${along}, up and down choose a neuron, with shift ten at a time.`;
  }

  private hide(): void {
    this.place = null;
    this.refresh();
  }

  private pressed(view: View, event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== view.plot.area) {
      return;
    }
    const times = event.shiftKey ? 10 : 1;
    const along: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1 };
    const across: Record<string, number> = { ArrowUp: 1, ArrowDown: -1 };
    if (event.key in along) {
      const from = this.place?.view === view ? this.place.across : 1;
      this.place = { view, across: Math.min(1, Math.max(0, from + along[event.key] * times * STEP)), up: null };
      this.refresh();
      this.say();
    } else if (event.key in across) {
      this.host.move(across[event.key] * times);
    } else if (event.key === 'Escape' && this.place) {
      this.hide();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private say(): void {
    if (this.timer !== null) {
      clearTimeout(this.timer);
    }
    this.timer = setTimeout(() => {
      const texts = this.views.filter(view => this.host.isShown(view)).map(view => view.plot.cursorText);
      this.spoken.textContent = texts.filter(Boolean).join('; ');
    }, 150);
  }
}
