/** The past of a lab: undo and redo, the log, the time line, branches, and hold. brainpy_lab/lab/past.py is the other half. */
import type { Outgoing } from './client';
import type { Keys } from './keys';
import { element, write } from './nodes';
import type { FrameHeader, LabSpec } from './protocol';
import { Section } from './section';
import { TimeLine, timeText } from './timeline';
import type { Toolbar } from './toolbar';

export interface LogLine {
  step: number;
  /** ms */
  t: number;
  what: string;
  before: string;
  after: string;
  /** It will happen again when the lab runs on. */
  ahead: boolean;
}

export interface BranchLine {
  number: number;
  /** Where it forks off, and how far it goes, ms. */
  from: number;
  until: number;
}

export interface History {
  /** What undo and redo would do, in words; empty when there is nothing. */
  undo: string;
  redo: string;
  held: boolean;
  lines: LogLine[];
  branches: BranchLine[];
}

/** A line of the log in words. */
export function lineText(line: LogLine): string {
  const change = line.after ? ` ${line.before ? `${line.before} \u2192 ` : '= '}${line.after}` : '';
  return `${line.what}${change}`;
}

/** A list of buttons that is filled again without losing the focus. */
class Buttons {
  private readonly pool: HTMLButtonElement[] = [];

  constructor(
    readonly node: HTMLElement,
    private readonly className: string,
    private readonly press: (index: number) => void
  ) {}

  show(entries: { parts: string[]; name: string; dim: boolean }[]): void {
    entries.forEach((entry, k) => {
      const button = this.pool[k] ?? this.make(k);
      entry.parts.forEach((text, i) => {
        const part = button.children[i] ?? button.appendChild(element('span', '', ''));
        write(part, text);
      });
      button.setAttribute('aria-label', entry.name);
      button.title = entry.name;
      button.classList.toggle('bpw-log-ahead', entry.dim);
      (button.parentElement as HTMLElement).hidden = false;
    });
    this.pool.slice(entries.length).forEach(button => ((button.parentElement as HTMLElement).hidden = true));
  }

  private make(k: number): HTMLButtonElement {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = this.className;
    button.addEventListener('click', () => this.press(k));
    const item = element('li', '', '');
    item.append(button);
    this.node.append(item);
    this.pool.push(button);
    return button;
  }
}

export class Past {
  readonly timeLine: TimeLine;
  readonly section = new Section('Log', false);
  private history: History = { undo: '', redo: '', held: false, lines: [], branches: [] };
  private readonly undo: HTMLButtonElement;
  private readonly redo: HTMLButtonElement;
  private readonly hold: HTMLButtonElement;
  private readonly log: Buttons;
  private readonly branches: Buttons;
  private readonly empty = element('p', 'bpw-log-empty', 'Nothing has been changed. Every move of a slider is listed here.');
  private readonly branchTitle = element('h4', 'bpw-log-title', 'Branches');
  private readonly back = document.createElement('button');

  constructor(
    private readonly spec: LabSpec,
    toolbar: Toolbar,
    keys: Keys,
    private readonly send: (message: Outgoing) => void
  ) {
    const act = (name: string) => () => this.send({ do: name });
    this.undo = toolbar.add('undo', 'Undo', '', act('undo'));
    this.redo = toolbar.add('redo', 'Redo', '', act('redo'));
    this.hold = toolbar.more.add('', '', act('hold'));
    keys.add('z', 'undo the last move of a slider', act('undo'));
    keys.add('Z', 'redo it', act('redo'), 'shift z');
    keys.add('h', 'hold what is seen as a dim reference, or let it go', act('hold'));

    this.timeLine = new TimeLine(spec, send);
    this.back.type = 'button';
    this.back.className = 'bpw-link';
    this.back.addEventListener('click', () => this.returnTo(this.history.branches[this.history.branches.length - 1]));
    this.timeLine.node.append(this.back);

    const list = (name: string) => {
      const node = element('ol', 'bpw-log', '');
      node.setAttribute('aria-label', name);
      return node;
    };
    this.log = new Buttons(list('Log, newest first'), 'bpw-log-line', k => {
      this.send({ do: 'goto', step: this.history.lines[k].step, released: true });
    });
    this.branches = new Buttons(list('Branches'), 'bpw-log-line', k => this.returnTo([...this.history.branches].reverse()[k]));
    this.section.node.classList.add('bpw-section-log');
    this.section.body.append(this.empty, this.log.node, this.branchTitle, this.branches.node);
    this.tell(this.history);
  }

  show(header: FrameHeader, now: number): void {
    this.timeLine.show(header, now);
  }

  /** The kernel told what has changed. */
  tell(history: History): void {
    this.history = history;
    const time = (t: number) => timeText(t, this.spec.dt);
    idle(this.undo, history.undo ? `Undo: ${history.undo} (z)` : 'Nothing to undo (z)', !history.undo);
    idle(this.redo, history.redo ? `Redo: ${history.redo} (shift z)` : 'Nothing to redo (shift z)', !history.redo);
    this.hold.textContent = history.held ? 'Let go of what is held' : 'Hold what is seen';
    this.hold.title = 'Traces, rates and nullclines of now stay as a dim reference while sliders move (h)';
    this.empty.hidden = history.lines.length > 0;
    this.log.show(
      history.lines.map(line => ({
        parts: [time(line.t), lineText(line)],
        name: `Go to ${time(line.t)}: ${lineText(line)}${line.ahead ? ', ahead' : ''}`,
        dim: line.ahead
      }))
    );
    this.timeLine.mark([...new Set(history.lines.map(line => line.step))]);
    const branches = [...history.branches].reverse();
    this.branchTitle.hidden = !branches.length;
    this.branches.show(
      branches.map(({ number, from, until }) => ({
        parts: [`branch ${number}`, `${time(from).replace(' ms', '')} to ${time(until)}`],
        name: `Return to branch ${number}, which was left at ${time(from)} and goes to ${time(until)}`,
        dim: false
      }))
    );
    this.back.hidden = !branches.length;
    this.back.textContent = branches.length ? `Return to branch ${branches[0].number}` : '';
    this.back.title = branches.length ? 'Compute the future again that was left last; what is now becomes a branch' : '';
  }

  private returnTo(branch: BranchLine | undefined): void {
    if (branch) {
      this.send({ do: 'branch', number: branch.number });
    }
  }
}

function idle(button: HTMLButtonElement, title: string, nothing: boolean): void {
  button.title = title;
  button.dataset.idle = String(nothing);
  button.disabled = nothing;
}
