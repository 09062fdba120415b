/** The side panel: running labs, which can be paused, stopped and gone to, and the course. */

import { Notification } from '@jupyterlab/apputils';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import type { Lesson } from './course';
import type { RunningLab, RunningLabs } from './running';

const ICONS = {
  run: '<path d="M4.5 2.8v10.4L13 8z"/>',
  pause: '<path d="M4 3h3v10H4zM9 3h3v10H9z"/>',
  stop: '<path d="M3.5 3.5h9v9h-9z"/>'
};

export interface PanelOptions {
  running: RunningLabs;
  lessons: () => Promise<Lesson[]>;
  openLesson: (lesson: Lesson) => Promise<unknown>;
  newNotebook: () => Promise<unknown>;
  icon: LabIcon;
}

interface Row {
  node: HTMLElement;
  show(lab: RunningLab): void;
}

export class LabPanel extends Widget {
  private readonly list = make('ul', 'bpl-list', '');
  private readonly empty = make('div', 'bpl-empty', '');
  private readonly course = make('ul', 'bpl-list', '');
  private readonly rows = new Map<string, Row>();
  private timer: ReturnType<typeof setInterval> | null = null;

  constructor(private readonly options: PanelOptions) {
    super();
    this.id = 'brainpy-lab-panel';
    this.addClass('bpl-panel');
    this.title.icon = options.icon;
    this.title.caption = 'BrainPy labs and course';
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', 'BrainPy labs and course');
    this.list.setAttribute('aria-label', 'Running labs');
    this.course.setAttribute('aria-label', 'Course notebooks');
    this.empty.append(
      make('p', '', 'No lab is live. Run a cell that begins with %%brainpy, or start with a first model:'),
      button('bpl-open', 'New notebook', () => void options.newNotebook())
    );
    this.node.append(make('h2', '', 'Running labs'), this.list, this.empty, make('h2', '', 'Course'), this.course);
    options.running.changed.connect(() => this.isVisible && this.showLabs());
    void this.fill();
  }

  protected onAfterShow(_: Message): void {
    this.look();
    this.timer = this.timer ?? setInterval(() => this.look(), 500);
  }

  protected onAfterHide(_: Message): void {
    if (this.timer !== null) {
      clearInterval(this.timer);
    }
    this.timer = null;
    this.options.running.release();
  }

  protected onBeforeDetach(message: Message): void {
    this.onAfterHide(message);
  }

  private look(): void {
    this.options.running.refresh();
    this.showLabs();
  }

  private showLabs(): void {
    const labs = this.options.running.labs;
    const wanted = new Set(labs.map(lab => lab.id));
    for (const [id, row] of this.rows) {
      if (!wanted.has(id)) {
        row.node.remove();
        this.rows.delete(id);
      }
    }
    labs.forEach((lab, k) => {
      let row = this.rows.get(lab.id);
      if (!row) {
        row = this.row();
        this.rows.set(lab.id, row);
      }
      if (this.list.children[k] !== row.node) {
        this.list.insertBefore(row.node, this.list.children[k] ?? null);
      }
      row.show(lab);
    });
    this.list.hidden = !labs.length;
    this.empty.hidden = labs.length > 0;
  }

  private row(): Row {
    const { running } = this.options;
    let now: RunningLab;
    const name = button('bpl-name', '', () => void running.show(now));
    const state = make('span', 'bpl-state', '');
    const why = make('span', 'bpl-spoken', ''); // what a tip shows, for those who see none
    const toggle = button('bpl-act', '', () => running.act(now, now.status === 'running' ? 'pause' : 'run'));
    const stop = button('bpl-act', '', () => running.act(now, 'close'));
    stop.innerHTML = svg('stop');
    const where = make('div', 'bpl-where', '');
    const numbers = make('div', 'bpl-where', '');
    const node = make('li', 'bpl-lab', '');
    const head = make('div', 'bpl-lab-head', '');
    head.append(name, state, why, toggle, stop);
    node.append(head, where, numbers);
    return {
      node,
      show: lab => {
        now = lab;
        const isRunning = lab.status === 'running';
        write(name, lab.name);
        name.title = `Go to the cell of ${lab.name}`;
        const note = lab.status === 'paused' ? lab.note : '';
        const brief = (note && lab.brief) || note;
        const more = note === brief ? '' : note;
        write(state, brief || lab.status);
        write(why, more);
        state.title = more;
        state.setAttribute('aria-hidden', String(Boolean(more)));
        state.dataset.status = lab.status;
        if (toggle.dataset.shows !== String(isRunning)) {
          toggle.dataset.shows = String(isRunning);
          toggle.innerHTML = svg(isRunning ? 'pause' : 'run');
        }
        toggle.hidden = lab.status === 'failed';
        label(toggle, `${isRunning ? 'Pause' : 'Run'} ${lab.name}`);
        label(stop, `Stop ${lab.name} for good; its picture stays`);
        write(where, lab.shown ? lab.path : `${lab.path} (not in view)`);
        const time = `t = ${lab.t.toFixed(0)} ms`;
        write(numbers, isRunning ? `${time}, ${lab.fps} fps, ${lab.dropped} dropped` : time);
      }
    };
  }

  private async fill(): Promise<void> {
    try {
      for (const lesson of await this.options.lessons()) {
        const item = make('li', 'bpl-lesson', '');
        const open = button('bpl-name', lesson.title, () => this.open(lesson));
        open.title = `Open a copy of ${lesson.file} in the present folder`;
        item.append(open, make('div', 'bpl-where', lesson.about));
        this.course.append(item);
      }
    } catch (error) {
      this.course.append(make('li', 'bpl-where', String((error as Error).message)));
    }
  }

  private open(lesson: Lesson): void {
    this.options.openLesson(lesson).catch((error: Error) => {
      Notification.error(`${lesson.file} could not be copied: ${error.message}`);
    });
  }
}

function svg(name: keyof typeof ICONS): string {
  return `<svg viewBox="0 0 16 16" width="13" height="13" fill="currentColor" aria-hidden="true">${ICONS[name]}</svg>`;
}

function make(tag: string, className: string, text: string): HTMLElement {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
}

function button(className: string, text: string, act: () => void): HTMLButtonElement {
  const node = make('button', className, text) as HTMLButtonElement;
  node.type = 'button';
  node.addEventListener('click', act);
  return node;
}

function label(node: HTMLElement, text: string): void {
  if (node.title !== text) {
    node.title = text;
    node.setAttribute('aria-label', text);
  }
}

function write(node: HTMLElement, text: string): void {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}
