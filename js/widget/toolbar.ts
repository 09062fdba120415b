/** Run, pause, step, back, reset; what is added; the speed; what is done with the lab as a whole. */
import { disable, element, hide } from './nodes';
import type { Outgoing } from './client';
import type { Keys } from './keys';
import { Menu } from './menu';
import type { LabSpec, Status } from './protocol';

// Drawn on a grid of 16 x 16 in the current text colour.
const ICONS: Record<string, string> = {
  run: '<path d="M4.5 2.8v10.4L13 8z"/>',
  pause: '<path d="M4 3h3v10H4zM9 3h3v10H9z"/>',
  step: '<path d="M3.5 2.8v10.4L10 8zM11 3h2v10h-2z"/>',
  back: '<path d="M8 3.2V12.8L1.5 8zM14.5 3.2V12.8L8 8z"/>',
  script: '<path d="M3 1.5h7l3 3v10H3zM5 6.5h6V8H5zM5 9h6v1.5H5zM5 11.5h4V13H5z" fill-rule="evenodd"/>',
  undo: '<path d="M6.5 2.5v2.6h3a4 4 0 0 1 0 8H5v-1.7h4.5a2.3 2.3 0 0 0 0-4.6h-3v2.7L2 6z"/>',
  redo: '<path d="M9.5 2.5v2.6h-3a4 4 0 0 0 0 8H11v-1.7H6.5a2.3 2.3 0 0 1 0-4.6h3v2.7L14 6z"/>',
  reset: '<path d="M8 2.2a5.8 5.8 0 1 1-5.5 4H4.2A4.2 4.2 0 1 0 8 3.8V6L4.4 3 8 0z"/>'
};

function icon(name: string): string {
  return `<svg viewBox="0 0 16 16" width="14" height="14" fill="currentColor" aria-hidden="true">${ICONS[name]}</svg>`;
}

export class Toolbar {
  readonly node = element('div', 'bpw-toolbar', '');
  /** What is needed less often. Shown once something is in it. */
  readonly more = new Menu('More', 'More commands');
  private readonly main: HTMLButtonElement;
  private readonly pace = element('label', 'bpw-speed', 'Speed ');
  private readonly speed: HTMLSelectElement;
  private readonly rest: HTMLButtonElement[] = [];
  private status: Status = 'paused';

  constructor(
    spec: LabSpec,
    keys: Keys,
    private readonly send: (message: Outgoing) => void
  ) {
    keys.add(' ', 'run or pause', () => this.toggle(), 'space');
    keys.add('.', 'one time step', () => this.send({ do: 'step' }));
    keys.add(',', 'back by what is shown', () => this.send({ do: 'back' }));
    this.node.setAttribute('role', 'toolbar');
    this.node.setAttribute('aria-label', `${spec.name}: run controls`);
    this.main = this.button('run', 'Run', 'Run or pause (space)', () => this.toggle());
    this.main.classList.add('bpw-button-main');
    this.rest.push(
      this.button('step', 'Step', 'One time step (.)', () => this.send({ do: 'step' })),
      this.button('back', 'Back', 'Back by what was shown in the last five seconds (,)', () => this.send({ do: 'back' })),
      this.button('reset', 'Reset', 'Start again from t = 0', () => this.send({ do: 'reset' }))
    );
    this.speed = document.createElement('select');
    this.speed.className = 'bpw-select';
    this.speed.setAttribute('aria-label', 'Speed, simulated milliseconds per second');
    for (const value of spec.speeds) {
      this.speed.append(new Option(value === null ? 'max' : `${value} ms/s`, String(value)));
    }
    this.speed.addEventListener('change', () => {
      this.send({ do: 'speed', speed: this.speed.value === 'null' ? null : Number(this.speed.value) });
    });
    this.pace.append(this.speed);
    this.node.append(this.main, ...this.rest, this.pace, this.more.node);
    this.show('paused', spec.speed);
  }

  toggle(): void {
    this.send({ do: this.status === 'running' ? 'pause' : 'run' });
  }

  show(status: Status, speed: number | null): void {
    const running = status === 'running';
    this.status = status;
    const wanted = running ? 'Pause' : 'Run';
    if (this.main.dataset.shows !== wanted) {
      this.main.dataset.shows = wanted;
      this.main.innerHTML = `${icon(running ? 'pause' : 'run')}<span>${wanted}</span>`;
    }
    hide(this.more.node, this.more.isEmpty);
    const over = status === 'closed' || status === 'failed';
    disable(this.main, over);
    for (const button of this.rest) {
      const idle = status === 'closed' || (status === 'failed' && button.dataset.name !== 'reset') || button.dataset.idle === 'true';
      disable(button, idle);
    }
    disable(this.speed, over);
    const text = String(speed);
    if (this.speed.value !== text && document.activeElement !== this.speed) {
      if (![...this.speed.options].some(option => option.value === text)) {
        this.speed.append(new Option(`${speed} ms/s`, text));
      }
      this.speed.value = text;
    }
  }

  /** One more button, left of the speed; or right of it, for what is done with the lab as a whole. */
  add(name: string, text: string, title: string, act: () => void, asAWhole = false): HTMLButtonElement {
    const node = this.button(name, text, title, act);
    if (asAWhole) {
      this.pace.after(node);
    } else {
      this.pace.before(node);
    }
    this.rest.push(node);
    return node;
  }

  private button(name: string, text: string, title: string, act: () => void): HTMLButtonElement {
    const node = document.createElement('button');
    node.type = 'button';
    node.className = 'bpw-button';
    node.dataset.name = name;
    node.title = title;
    node.innerHTML = `${icon(name)}<span>${text}</span>`;
    node.addEventListener('click', act);
    return node;
  }
}
