/**
 * Whoever runs a `%%brainpy` cell too early gets a lab all the same.
 *
 * Before the cell with `%load_ext brainpy_lab`: the magics are loaded ahead. Before the notebook has its kernel, as in a
 * notebook that was opened a moment ago: JupyterLab forgets the cell, and here it is run when the kernel is there.
 *
 * Only in notebooks that have such a cell, so that they work without the plug-in too. The kernel takes requests in their
 * order: what is sent when a cell is scheduled runs before the cell.
 */

import { NotebookActions } from '@jupyterlab/notebook';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Cell } from '@jupyterlab/cells';

import { loadsMagics, usesMagics } from './notebook';

const LOAD =
  "'brainpy' in get_ipython().magics_manager.magics['cell'] or " +
  "__import__('brainpy_lab').load_ipython_extension(get_ipython())";

export function loadAhead(tracker: INotebookTracker): void {
  NotebookActions.executionScheduled.connect((_, { notebook, cell }) => {
    const panel = tracker.find(one => one.content === notebook);
    const kernel = panel?.sessionContext.session?.kernel;
    const texts = notebook.widgets.map(one => one.model.sharedModel.getSource());
    if (!panel || !texts.some(loadsMagics)) {
      return;
    }
    if (!kernel) {
      void runWhenReady(panel, cell);
      return;
    }
    if (!usesMagics(cell.model.sharedModel.getSource())) {
      return;
    }
    // Silent: no number, no output. When it fails, the cell itself says what is missing.
    kernel.requestExecute({ code: LOAD, silent: true, store_history: false, stop_on_error: false });
  });
}

/** Run a cell when its notebook has a kernel, unless it is gone by then or nobody chose a kernel. */
async function runWhenReady(panel: NotebookPanel, cell: Cell): Promise<void> {
  await panel.sessionContext.ready;
  if (panel.sessionContext.session?.kernel && panel.content.widgets.includes(cell)) {
    await NotebookActions.runCells(panel.content, [cell], panel.sessionContext);
  }
}
