/**
 * Whoever runs a `%%brainpy` cell before the cell with `%load_ext brainpy_lab` gets the magics all the same.
 *
 * Only in notebooks that have such a cell, so that they work without the plug-in too. The kernel takes requests in their
 * order: what is sent when a cell is scheduled runs before the cell.
 */

import { NotebookActions } from '@jupyterlab/notebook';
import type { INotebookTracker } from '@jupyterlab/notebook';

import { loadsMagics, usesMagics } from './notebook';

const LOAD =
  "'brainpy' in get_ipython().magics_manager.magics['cell'] or " +
  "__import__('brainpy_lab').load_ipython_extension(get_ipython())";

export function loadAhead(tracker: INotebookTracker): void {
  NotebookActions.executionScheduled.connect((_, { notebook, cell }) => {
    const panel = tracker.find(one => one.content === notebook);
    const kernel = panel?.sessionContext.session?.kernel;
    const texts = notebook.widgets.map(one => one.model.sharedModel.getSource());
    if (!kernel || !usesMagics(cell.model.sharedModel.getSource()) || !texts.some(loadsMagics)) {
      return;
    }
    // Silent: no number, no output. When it fails, the cell itself says what is missing.
    kernel.requestExecute({ code: LOAD, silent: true, store_history: false, stop_on_error: false });
  });
}
