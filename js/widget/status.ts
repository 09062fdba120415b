/** The line under the views, the badge in the head, and below it what went wrong or why the lab stands still. */
import { element, hide, write } from './nodes';
import type { FrameHeader, LabSpec } from './protocol';
import { timeText } from './timeline';

/** Speed as the line shows it: what was reached, and what was asked when that is less. */
export function speedText(asked: number | null, achieved: number): string {
  const round = (value: number) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));
  if (asked !== null && achieved >= 0.93 * asked) {
    return `${asked} ms/s`;
  }
  return asked === null ? `${round(achieved)} ms/s` : `${round(achieved)} of ${asked} ms/s`;
}

/** Frames drawn in the last second. */
export class FrameRate {
  private times: number[] = [];

  add(now: number): void {
    this.times.push(now);
    while (this.times.length && this.times[0] < now - 1000) {
      this.times.shift();
    }
  }

  get value(): number {
    return this.times.length;
  }
}

/** Times from a change until the frame that answers it is drawn: the median of the last ones. */
export class Latency {
  private last: number[] = [];

  constructor(private readonly most = 9) {}

  add(ms: number): void {
    this.last = [...this.last, ms].slice(-this.most);
  }

  /** NaN before the first. */
  get median(): number {
    const sorted = [...this.last].sort((a, b) => a - b);
    const middle = sorted.length >> 1;
    return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}

export class StatusLine {
  readonly latency = new Latency();
  private readonly said = element('span', 'bpw-said', '');
  private readonly inexact = element('span', 'bpw-inexact', '');
  private saidTimer: ReturnType<typeof setTimeout> | null = null;
  readonly node = element('div', 'bpw-status', '');
  readonly banner = element('div', 'bpw-banner', '');
  /** A note for which the badge has no room. */
  readonly why = element('div', 'bpw-why', '');
  readonly notices = element('div', 'bpw-notices', '');
  readonly badge = element('span', 'bpw-badge', '');
  private readonly parts: Record<string, HTMLElement> = {};
  private readonly spoken = element('span', 'bpw-spoken', '');
  private state = '';
  private last = 0;

  constructor(private readonly spec: LabSpec) {
    const fixed = [
      ['dt', `dt ${spec.dt} ms`],
      ['seed', spec.seed === null ? '' : `seed ${spec.seed}`],
      ['float', spec.float === 'float64' ? '' : spec.float]
    ];
    for (const name of ['t', 'backend', 'dt', 'seed', 'float', 'speed', 'fps', 'latency', 'dropped']) {
      const text = fixed.find(item => item[0] === name)?.[1] ?? '';
      this.parts[name] = element('span', `bpw-status-${name}`, text);
      this.parts[name].hidden = !text && name !== 't';
      this.node.append(this.parts[name]);
    }
    this.spoken.setAttribute('role', 'status');
    this.banner.setAttribute('role', 'alert');
    this.banner.hidden = true;
    this.why.hidden = true;
    this.notices.hidden = true;
    this.parts.t.after(this.said);
    this.parts.float.replaceWith(this.inexact);
    this.node.append(this.spoken);
  }

  /** One sentence for a while, read out too. */
  say(text: string): void {
    this.said.textContent = text;
    this.spoken.textContent = text;
    if (this.saidTimer !== null) {
      clearTimeout(this.saidTimer);
    }
    this.saidTimer = setTimeout(() => (this.said.textContent = ''), 8000);
  }

  show(header: FrameHeader, fps: number, now: number): void {
    const note = header.status === 'paused' ? header.note : '';
    const state = note || header.status;
    if (this.state !== state) {
      this.state = state;
      const why = note === header.brief ? '' : note;
      this.badge.textContent = why ? header.brief : state;
      this.badge.title = why;
      this.badge.dataset.status = header.status;
      write(this.why, why);
      hide(this.why, !why);
      this.spoken.textContent = `${this.spec.name} ${state}`;
    }
    const failed = header.status === 'failed';
    hide(this.banner, !failed);
    if (failed) {
      write(this.banner, header.note);
    }
    const notices = header.notices.join('\n');
    write(this.notices, notices);
    hide(this.notices, !notices);
    this.badges(header.inexact);
    // Numbers that change with every frame cannot be read: four times a second is enough.
    if (header.status === 'running' && now - this.last < 250) {
      return;
    }
    this.last = now;
    const running = header.status === 'running';
    this.write('t', `t = ${timeText(header.t, this.spec.dt)}`);
    this.write('backend', header.backend);
    this.write('speed', running ? speedText(header.speed, header.achieved) : '');
    this.write('fps', running ? `${fps} fps` : '');
    const { median } = this.latency;
    this.write('seed', header.seed === null ? '' : `seed ${header.seed}`);
    this.write('latency', Number.isNaN(median) ? '' : `slider ${median.toFixed(0)} ms`);
    this.write('dropped', running ? `${header.dropped} dropped` : '');
  }

  /** One badge for each option in force that changes digits; what it means is its description and its tip. */
  private badges(found: FrameHeader['inexact']): void {
    const key = found.map(one => one.name).join();
    if (this.inexact.dataset.shows === key) {
      return;
    }
    this.inexact.dataset.shows = key;
    this.inexact.replaceChildren(
      ...found.map(one => {
        const badge = document.createElement('details');
        badge.className = 'bpw-inexact-badge';
        const name = element('summary', '', one.name);
        name.title = one.told;
        name.setAttribute('aria-label', `Not the usual digits: ${one.name}`);
        badge.append(name, element('span', 'bpw-inexact-told', one.told));
        return badge;
      })
    );
  }

  private write(name: string, text: string): void {
    write(this.parts[name], text);
    hide(this.parts[name], !text);
  }
}
