/** The time line under the views: from the oldest moment that can be reached to the farthest that was computed. */
import type { Outgoing } from './client';
import { disable, element, write } from './nodes';
import type { FrameHeader, LabSpec } from './protocol';

/** How long the thumb stays where it was let go, while frames of before still come, ms. */
const PATIENCE = 600;

/** A time with as many decimals as it takes to tell one step from the next. */
export function timeText(t: number, dt: number): string {
  const [, decimals = ''] = String(dt).split('.');
  return `${t.toFixed(Math.min(4, Math.max(1, decimals.length)))} ms`;
}

export class TimeLine {
  readonly node = element('div', 'bpw-timeline', '');
  private readonly range = document.createElement('input');
  private readonly first = element('span', 'bpw-timeline-end', '');
  private readonly last = element('span', 'bpw-timeline-end', '');
  private readonly ticks = element('div', 'bpw-timeline-ticks', '');
  private marked: number[] = [];
  private placed = '';
  private placedAt = 0;
  private shownAt = 0;
  private held = false;
  private target: number | null = null;
  private since = 0;
  private asked = false;
  private toTime: (step: number) => number = step => step * this.spec.dt;

  constructor(
    private readonly spec: LabSpec,
    private readonly send: (message: Outgoing) => void
  ) {
    const { range } = this;
    range.type = 'range';
    range.className = 'bpw-range';
    range.step = '1';
    range.min = range.max = range.value = '0';
    range.setAttribute('aria-label', 'Time line');
    range.title = 'Drag to go back; running on replays the rest. Arrows: one time step, Page keys: a tenth.';
    range.addEventListener('input', () => this.drag());
    range.addEventListener('change', () => this.letGo());
    range.addEventListener('keydown', event => this.press(event));
    this.ticks.setAttribute('aria-hidden', 'true'); // the log lists them
    const track = element('div', 'bpw-timeline-track', '');
    track.append(this.ticks, range);
    this.node.append(this.first, track, this.last);
  }

  /** Mark the steps at which something was changed. */
  mark(steps: number[]): void {
    this.marked = steps;
    this.placed = '';
    this.place();
  }

  private place(): void {
    const { min, max } = this.range;
    const key = `${min} ${max}`;
    if (key === this.placed) {
      return;
    }
    this.placed = key;
    while (this.ticks.childElementCount < this.marked.length) {
      this.ticks.append(element('i', '', ''));
    }
    [...this.ticks.children].forEach((tick, k) => {
      (tick as HTMLElement).hidden = k >= this.marked.length;
      const share = (this.marked[k] - Number(min)) / (Number(max) - Number(min));
      (tick as HTMLElement).style.setProperty('--bpw-at', share.toFixed(4));
    });
  }

  show(header: FrameHeader, now: number): void {
    const [oldest, end] = header.past;
    this.toTime = step => header.t + (step - header.step) * this.spec.dt;
    const { range } = this;
    // Where a run has come to is seen in the views; a line that moves ten times a second tells as much as one that
    // moves with every frame, and costs the page a layout each time.
    if (header.status === 'running' && this.target === null && now - this.shownAt < 100) {
      return;
    }
    this.shownAt = now;
    if (!this.held) {
      bound(range, 'min', oldest);
      bound(range, 'max', Math.max(end, oldest + 1));
      if (this.target !== null && (this.target === header.step || now - this.since > PATIENCE)) {
        this.target = null;
      }
      if (this.target === null) {
        range.value = String(header.step);
      }
      this.fill();
    }
    // Marks move while the line grows; a few times a second is enough.
    if (now - this.placedAt > 250) {
      this.placedAt = now;
      this.place();
    }
    disable(range, header.status === 'closed' || header.status === 'failed');
    write(this.first, timeText(this.toTime(oldest), this.spec.dt));
    write(this.last, timeText(this.toTime(end), this.spec.dt));
  }

  private get step(): number {
    return Number(this.range.value);
  }

  private fill(): void {
    const { min, max } = this.range;
    const share = (this.step - Number(min)) / (Number(max) - Number(min));
    this.range.style.setProperty('--bpw-filled', `${(100 * share).toFixed(2)}%`);
    this.range.setAttribute('aria-valuetext', timeText(this.toTime(this.step), this.spec.dt));
  }

  private drag(): void {
    this.held = true;
    this.fill();
    if (!this.asked) {
      this.asked = true;
      requestAnimationFrame(() => {
        this.asked = false;
        if (this.held) {
          this.send({ do: 'goto', step: this.step, released: false });
        }
      });
    }
  }

  /** The notebook keeps some of these keys from a range that does not take them itself. */
  private press(event: KeyboardEvent): void {
    const [min, max] = [Number(this.range.min), Number(this.range.max)];
    const tenth = Math.max(1, Math.round((max - min) / 10));
    const moves: Record<string, number> = {
      ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -tenth, PageUp: tenth, Home: min - max, End: max - min
    };
    if (event.key in moves) {
      event.preventDefault();
      event.stopPropagation();
      this.range.value = String(Math.min(max, Math.max(min, this.step + moves[event.key])));
      this.letGo();
    }
  }

  private letGo(): void {
    this.held = false;
    this.target = this.step;
    this.since = performance.now();
    this.fill();
    this.send({ do: 'goto', step: this.step, released: true });
  }
}

function bound(range: HTMLInputElement, name: 'min' | 'max', value: number): void {
  const text = String(value);
  if (range[name] !== text) {
    range[name] = text;
  }
}
