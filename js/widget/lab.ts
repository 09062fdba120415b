/** One lab in the page: toolbar, views, controls, status; the frames that drive them. */
import { Aids } from './aids';
import { Answers } from './answers';
import { bifurcationCommands, type BifurcationHost } from './bifurcation_view';
import { ChangeSender, type Outgoing } from './client';
import { Controls } from './controls';
import { addFiles } from './files';
import { ghostsOf } from './ghost';
import { Keys, isTaken, keepSingleKeys } from './keys';
import { REFUSED } from './number';
import { Past, type History } from './past';
import { element } from './nodes';
import { readTheme, type Theme } from './plot';
import type { Frame, LabSpec } from './protocol';
import { FrameQueue } from './queue';
import { follow } from './settings';
import { FrameRate, StatusLine } from './status';
import { Toolbar } from './toolbar';
import type { View } from './view';
import { Viewing } from './viewing';

/** How long the kernel may take to draw a picture, ms. */
const RENEWAL = 10_000;

/** What happened to the frames, for tests and for the page's own measurements. */
export interface LabCounters {
  received: number;
  drawn: number;
  mostWaiting: number;
  lastSeq: number;
  values: number[];
  answered: number;
  status: string;
  t: number;
  drawnMs: number;
}

export class LabPage {
  readonly node: HTMLElement;
  readonly counters: LabCounters = {
    received: 0, drawn: 0, mostWaiting: 0, lastSeq: 0, values: [], answered: 0, status: '', t: 0, drawnMs: 0
  };
  /** The kernel was restarted or is gone: end, as the lab does when it is closed. What shows the lab sets it. */
  lost: () => void = () => undefined;
  /** The page cannot draw what the kernel sent. What shows the lab sets it; the error is thrown as well. */
  broken: (error: unknown) => void = () => undefined;
  /** Called after each drawn frame; tests and benchmarks listen here. */
  onDrawn: ((frame: Frame) => void) | null = null;
  private readonly client = Math.random().toString(36).slice(2);
  readonly keys = new Keys();
  /** The column beside the views; sections are added to it. */
  readonly side = element('aside', 'bpw-side', '');
  private readonly ears = new Map<string, (content: Record<string, unknown>, buffers: DataView[]) => void>();
  private readonly viewing: Viewing;
  private readonly views: View[];
  private readonly controls: Controls;
  private readonly toolbar: Toolbar;
  private readonly status: StatusLine;
  private readonly aids: Aids;
  private readonly past: Past;
  private readonly queue: FrameQueue<Frame>;
  private readonly answers = new Answers();
  private readonly changes: ChangeSender;
  private readonly rate = new FrameRate();
  private theme: Theme | null = null;
  private last: Frame | null = null;
  private epoch = 0;
  private visible = true;
  private readonly cleanUps: (() => void)[] = [];

  constructor(
    private readonly spec: LabSpec,
    private readonly post: (message: Outgoing) => void
  ) {
    this.node = element('section', 'bpw-lab', '');
    this.node.setAttribute('aria-label', `${spec.name}, live lab. ${spec.summary}`);
    this.node.dataset.lab = spec.id;
    this.node.tabIndex = -1;

    this.changes = new ChangeSender(message => this.say(message));
    const host: BifurcationHost = {
      say: message => this.say(message),
      change: (control, value, released) => this.changes.change(control, value, released)
    };
    this.viewing = new Viewing(spec, this.keys, host);
    this.views = this.viewing.list;
    this.controls = new Controls(spec.controls, host);
    this.toolbar = new Toolbar(spec, this.keys, message => this.say(message));
    this.past = new Past(spec, this.toolbar, this.keys, message => this.say(message));
    if (spec.views.some(view => view.kind === 'phase')) {
      const clear = () => this.say({ do: 'no trials' });
      this.keys.add('Delete', 'end the trials of the phase plane', clear, 'Del');
      this.toolbar.more.add('End trials', 'Take the trials out of the phase plane (Del)', clear);
    }
    bifurcationCommands(spec, this.views, this.controls.node, this.keys, this.toolbar, message => this.say(message));
    this.status = new StatusLine(spec);
    this.aids = new Aids(this, spec, this.toolbar, this.status, message => this.say(message));
    this.queue = new FrameQueue<Frame>({
      draw: frame => this.attempt(() => this.draw(frame)),
      done: (frame, drawnMs, heldMs) => this.done(frame, drawnMs, heldMs),
      request: callback => requestAnimationFrame(callback),
      cancel: handle => cancelAnimationFrame(handle),
      stays: frame => frame.header.status !== 'running',
      now: () => performance.now()
    });
    this.listen('history', content => this.past.tell(content as unknown as History));
    this.listen('ghosts', (content, buffers) => {
      this.views.forEach((view, k) => view.dim?.(ghostsOf(content.ghosts, buffers, k)));
      this.redraw();
    });
    this.build();
    addFiles(this, spec.name, spec.id, this.toolbar, this.keys, message => this.say(message));
    this.aids.addLast(this.toolbar.more);
  }

  /** Put into the page: start to watch its size and whether it is seen, and ask for frames. */
  attach(): void {
    const resize = new ResizeObserver(() => this.resized());
    this.views.forEach(view => resize.observe(view.plot.canvas.parentElement as Element));
    this.viewing.columns.forEach(column => resize.observe(column));
    this.cleanUps.push(() => resize.disconnect());

    let onScreen = true;
    const report = () => this.seen(onScreen && !document.hidden);
    const watch = new IntersectionObserver(entries => {
      onScreen = entries[entries.length - 1].isIntersecting;
      report();
    });
    watch.observe(this.node);
    document.addEventListener('visibilitychange', report);
    this.cleanUps.push(() => watch.disconnect(), () => document.removeEventListener('visibilitychange', report));

    this.cleanUps.push(keepSingleKeys(this.node));

    this.resized();
    this.say({ do: 'hello', width: this.pixels() });
    this.aids.attach();
    this.cleanUps.push(follow(this.node, message => this.say(message), () => this.retheme()));
  }

  /** What a list of labs shows of this one. */
  summary() {
    const { id, name, kind } = this.spec;
    const { status = 'paused', note = '', brief = '', t = 0, dropped = 0 } = this.last?.header ?? {};
    return { id, name, kind, status, note, brief, t, dropped, fps: this.rate.value };
  }

  /** Put a picture of now into the notebook; false when the kernel does not say in time that it has. */
  renew(): Promise<boolean> {
    return new Promise(done => {
      const timer = setTimeout(() => done(false), RENEWAL);
      this.listen('renewed', () => {
        clearTimeout(timer);
        done(true);
      });
      this.say({ do: 'renew' });
    });
  }

  private retheme(): void {
    this.theme = null;
    this.aids.retheme();
    this.redraw();
  }

  detach(): void {
    this.say({ do: 'bye' });
    this.queue.clear();
    this.changes.close();
    this.viewing.close();
    this.cleanUps.splice(0).forEach(undo => undo());
  }

  receive(frame: Frame): void {
    this.counters.received += 1;
    this.queue.push(frame);
    this.counters.mostWaiting = Math.max(this.counters.mostWaiting, this.queue.length);
  }

  /** What the kernel says besides frames (`Lab.tell`): one listener for each kind. */
  listen(kind: string, ear: (content: Record<string, unknown>, buffers: DataView[]) => void): void {
    this.ears.set(kind, ear);
  }

  hear(content: Record<string, unknown>, buffers: DataView[]): void {
    this.attempt(() => this.ears.get(String(content.kind))?.(content, buffers));
  }

  /** Do what depends on the words of the kernel. */
  private attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.broken(error);
      throw error;
    }
  }

  private build(): void {
    const head = element('header', 'bpw-head', '');
    const title = element('div', 'bpw-title', '');
    title.append(element('span', 'bpw-name', this.spec.name), element('span', 'bpw-summary', this.spec.summary), this.status.badge);
    head.append(title, this.toolbar.node);
    const body = element('div', 'bpw-body', '');
    this.viewing.addOverTime(this.past.timeLine.node);
    body.append(this.viewing.node);
    if (this.viewing.canChoose) {
      this.toolbar.more.node.before(this.viewing.menu.node);
    }
    if (this.spec.controls.length) {
      this.side.append(this.controls.node);
    }
    this.side.append(...this.aids.sections);
    this.side.append(this.past.section.node);
    body.append(this.side);
    this.node.append(head, this.aids.prediction, this.status.banner, this.status.why, body, this.status.node, this.status.notices);
    this.node.append(this.aids.help.dialog.node);
    this.node.addEventListener(REFUSED, event => this.status.say((event as CustomEvent<string>).detail));
    this.node.addEventListener('keydown', event => {
      const target = event.target as HTMLElement;
      if (event.key === 'Escape' && target !== this.node) {
        this.node.focus();
        event.preventDefault();
        event.stopPropagation();
        return;
      }
      const isSingle = !event.ctrlKey && !event.metaKey && !event.altKey;
      if (isSingle && !isTaken(target, event.key) && this.keys.press(event.key)) {
        event.preventDefault();
        event.stopPropagation();
      }
    });
  }

  private say(message: Outgoing): void {
    this.post({ client: this.client, ...message });
  }

  private pixels(): number {
    const widths = this.views.map(view => view.plot.width);
    return Math.round(Math.max(200, ...widths) * Math.min(2, window.devicePixelRatio || 1));
  }

  private seen(visible: boolean): void {
    if (visible !== this.visible) {
      this.visible = visible;
      this.say({ do: 'visible', visible });
    }
  }

  private resized(): void {
    this.node.style.setProperty('--bpw-views-height', `${this.viewing.height}px`);
    const before = this.pixels();
    const changed = this.views.map(view => view.plot.fit()).some(Boolean);
    if (changed) {
      this.redraw();
      if (this.pixels() !== before) {
        this.say({ do: 'width', width: this.pixels() });
      }
    }
  }

  private redraw(): void {
    if (this.last) {
      this.drawViews(this.last);
    }
  }

  private draw(frame: Frame): void {
    const { header } = frame;
    if (header.epoch !== this.epoch) {
      this.epoch = header.epoch;
      this.viewing.reset();
    }
    this.last = frame;
    this.drawViews(frame);
    const took = this.changes.answered(header.answered);
    if (took !== null) {
      this.status.latency.add(took);
    }
    this.controls.show(header.values, control => this.changes.busy && header.answered < Infinity && this.changes.waiting(control) !== undefined);
    this.toolbar.show(header.status, header.speed);
    const now = performance.now();
    this.rate.add(now);
    this.past.show(header, now);
    this.status.show(header, this.rate.value, now);
    this.aids.show(header);
    if (this.node.dataset.status !== header.status) {
      this.node.dataset.status = header.status;
    }
    if (header.status === 'closed') {
      this.node.classList.add('bpw-closed');
    }
  }

  private drawViews(frame: Frame): void {
    this.theme = this.theme ?? readTheme(this.node);
    const theme = this.theme;
    if (this.viewing.draw(frame, theme)) {
      this.resized();
    }
  }

  private done(frame: Frame, drawnMs: number, heldMs: number): void {
    const { header } = frame;
    const answer = this.answers.to(header.seq, header.status === 'running', drawnMs, this.queue.length, performance.now());
    if (answer) {
      this.say({ do: 'ack', ...answer, drawn_ms: drawnMs, held_ms: heldMs });
    }
    const { counters } = this;
    counters.drawn += 1;
    counters.lastSeq = header.seq;
    counters.values = header.values;
    counters.answered = header.answered;
    counters.status = header.status;
    counters.t = header.t;
    counters.drawnMs = drawnMs;
    this.onDrawn?.(frame);
  }
}
