/** The line under the views, and the banner that says what went wrong. */
import { element } from './plot';
import type { FrameHeader, LabSpec } from './protocol';

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

export class StatusLine {
  readonly node = element('div', 'bpw-status', '');
  readonly banner = element('div', 'bpw-banner', '');
  readonly notices = element('div', 'bpw-notices', '');
  readonly badge = element('span', 'bpw-badge', '');
  private readonly parts: Record<string, HTMLElement> = {};
  private readonly spoken = element('span', 'bpw-spoken', '');
  private last = 0;

  constructor(private readonly spec: LabSpec) {
    const fixed = [
      ['dt', `dt ${spec.dt} ms`],
      ['seed', spec.seed === null ? '' : `seed ${spec.seed}`],
      ['float', spec.float === 'float64' ? '' : spec.float]
    ];
    for (const name of ['t', 'backend', 'dt', 'seed', 'float', 'speed', 'fps', 'dropped']) {
      const text = fixed.find(item => item[0] === name)?.[1] ?? '';
      this.parts[name] = element('span', `bpw-status-${name}`, text);
      this.parts[name].hidden = !text && name !== 't';
      this.node.append(this.parts[name]);
    }
    this.spoken.setAttribute('role', 'status');
    this.banner.setAttribute('role', 'alert');
    this.banner.hidden = true;
    this.notices.hidden = true;
    this.node.append(this.spoken);
  }

  show(header: FrameHeader, fps: number, now: number): void {
    const state = header.status === 'paused' && header.note ? header.note : header.status;
    if (this.badge.textContent !== state) {
      this.badge.textContent = state;
      this.badge.dataset.status = header.status;
      this.spoken.textContent = `${this.spec.name} ${state}`;
    }
    const failed = header.status === 'failed';
    this.banner.hidden = !failed;
    if (failed && this.banner.textContent !== header.note) {
      this.banner.textContent = header.note;
    }
    const notices = header.notices.join('\n');
    if (this.notices.textContent !== notices) {
      this.notices.textContent = notices;
      this.notices.hidden = !notices;
    }
    // Numbers that change with every frame cannot be read: four times a second is enough.
    if (header.status === 'running' && now - this.last < 250) {
      return;
    }
    this.last = now;
    const running = header.status === 'running';
    this.write('t', `t = ${header.t.toFixed(1)} ms`);
    this.write('backend', header.backend);
    this.write('speed', running ? speedText(header.speed, header.achieved) : '');
    this.write('fps', running ? `${fps} fps` : '');
    this.write('dropped', running ? `${header.dropped} dropped` : '');
  }

  private write(name: string, text: string): void {
    const node = this.parts[name];
    if (node.textContent !== text) {
      node.textContent = text;
      node.hidden = !text;
    }
  }
}
