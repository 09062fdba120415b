/** The running labs of all notebooks and kernels: those in the page, and those that only their kernel knows. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel, Session } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';

import { cellOf } from './insert';
import { labsInPage, LabSummary } from './page';
import { Act, Roll } from './roll';

export interface RunningLab extends LabSummary {
  /** The notebook's path. */
  path: string;
  /** Whether this page shows it live. */
  shown: boolean;
}

const SHOWN_PAUSE = 5000;
const UNSEEN_PAUSE = 1500;

export class RunningLabs {
  /** A kernel has told something new. */
  readonly changed = new Signal<this, void>(this);
  private readonly rolls = new Map<string, { roll: Roll; path: string; own: Session.ISessionConnection | null }>();

  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly tracker: INotebookTracker
  ) {}

  /** Look for kernels that came or went, and ask those that know of labs which this page does not show. */
  refresh(): void {
    const seen = new Set<string>();
    this.tracker.forEach(panel => {
      const kernel = panel.sessionContext.session?.kernel;
      if (kernel) {
        seen.add(kernel.id);
        this.know(kernel, panel.sessionContext.path, null);
      }
    });
    for (const model of this.app.serviceManager.sessions.running()) {
      if (model.kernel && model.type === 'notebook' && !seen.has(model.kernel.id)) {
        seen.add(model.kernel.id);
        if (!this.rolls.has(model.kernel.id)) {
          const own = this.app.serviceManager.sessions.connectTo({ model });
          if (own.kernel) {
            this.know(own.kernel, model.path, own);
          }
        }
      }
    }
    for (const [id, known] of this.rolls) {
      if (!seen.has(id) || known.roll.kernel.isDisposed) {
        this.forget(id);
      }
    }
    const shown = new Set(labsInPage().map(lab => lab.node.dataset.lab));
    for (const { roll } of this.rolls.values()) {
      roll.refresh(roll.labs.some(lab => !shown.has(lab.id)) ? UNSEEN_PAUSE : SHOWN_PAUSE);
    }
  }

  /** End the connections to kernels of closed notebooks, and all comms. */
  release(): void {
    [...this.rolls.keys()].forEach(id => this.forget(id));
  }

  get labs(): RunningLab[] {
    const found = new Map<string, RunningLab>();
    for (const lab of labsInPage()) {
      const summary = lab.summary?.();
      const place = cellOf(this.tracker, lab.node);
      if (summary && place && summary.status !== 'closed') {
        found.set(summary.id, { ...summary, path: place.panel.context.path, shown: true });
      }
    }
    for (const { roll, path } of this.rolls.values()) {
      for (const lab of roll.labs) {
        if (!found.has(lab.id)) {
          found.set(lab.id, { ...lab, path, shown: false });
        }
      }
    }
    return [...found.values()].sort((a, b) => a.path.localeCompare(b.path) || a.name.localeCompare(b.name));
  }

  /** Why the last act did not work. */
  get problem(): string {
    return [...this.rolls.values()].map(({ roll }) => roll.problem).find(Boolean) ?? '';
  }

  act(lab: RunningLab, what: Act): void {
    for (const { roll, path } of this.rolls.values()) {
      if (path === lab.path) {
        roll.ask(what, lab.id);
      }
    }
  }

  /** Show the cell of a lab, and open its notebook first if need be. */
  async show(lab: RunningLab): Promise<void> {
    const open = await this.app.commands.execute('docmanager:open', { path: lab.path });
    const panel = this.tracker.find(one => one === open || one.context.path === lab.path);
    if (panel) {
      await panel.revealed;
      this.app.shell.activateById(panel.id);
      const index = cellIndex(panel, lab);
      if (index >= 0) {
        panel.content.activeCellIndex = index;
        await panel.content.scrollToItem(index, 'auto', 0);
      }
    }
  }

  private know(kernel: Kernel.IKernelConnection, path: string, own: Session.ISessionConnection | null): void {
    const known = this.rolls.get(kernel.id);
    if (known && known.roll.kernel === kernel) {
      known.path = path;
      return;
    }
    this.forget(kernel.id);
    const roll = new Roll(kernel);
    roll.changed.connect(() => this.changed.emit());
    this.rolls.set(kernel.id, { roll, path, own });
  }

  private forget(id: string): void {
    const known = this.rolls.get(id);
    if (known) {
      this.rolls.delete(id);
      known.roll.dispose();
      known.own?.dispose();
    }
  }
}

/** The cell that shows a lab, or whose saved picture is of it. */
function cellIndex(panel: NotebookPanel, lab: RunningLab): number {
  const cells = panel.content.widgets;
  const live = cells.findIndex(cell => cell.node.querySelector(`.bpw-lab[data-lab="${CSS.escape(lab.id)}"]`));
  if (live >= 0) {
    return live;
  }
  const magic = new RegExp(`^\\s*%%brainpy\\s+\\w+\\s+${lab.name}(?![\\w])`, 'u');
  return cells.findIndex(cell => magic.test(cell.model.sharedModel.getSource()));
}
