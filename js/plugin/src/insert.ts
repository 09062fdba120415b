/** A lab asks for a new cell below its own (its script): the event says so, and `preventDefault` that it was done. */

import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';

export const INSERT = 'brainpy-lab:insert-cell';

export function insertCells(tracker: INotebookTracker): void {
  document.addEventListener(INSERT, event => {
    const text = (event as CustomEvent<{ text?: string }>).detail?.text;
    const place = text === undefined ? null : cellOf(tracker, event.target as Node);
    if (!place || place.panel.content.model?.readOnly) {
      return; // the lab then shows a box to copy from
    }
    const { panel, index } = place;
    panel.content.model?.sharedModel.insertCell(index + 1, { cell_type: 'code', source: text, metadata: {} });
    panel.content.activeCellIndex = index + 1;
    panel.content.mode = 'command';
    void panel.content.scrollToItem(index + 1, 'smart');
    event.preventDefault();
  });
}

/** The notebook and the number of the cell that hold a node of the page. */
export function cellOf(tracker: INotebookTracker, node: Node): { panel: NotebookPanel; index: number } | null {
  const panel = tracker.find(one => one.node.contains(node));
  const index = panel?.content.widgets.findIndex(cell => cell.node.contains(node)) ?? -1;
  return panel && index >= 0 ? { panel, index } : null;
}
