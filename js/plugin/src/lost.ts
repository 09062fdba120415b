/** Tells labs that their kernel is gone: they hear of it from the plug-in only, since nothing comes on their comms. */

import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';

import { labsInPage } from './page';

const GONE = new Set(['restarting', 'autorestarting', 'terminating', 'dead']);

export function endLabsWithTheirKernel(tracker: INotebookTracker): void {
  const watch = (panel: NotebookPanel) => {
    const end = () => {
      labsInPage()
        .filter(lab => panel.node.contains(lab.node))
        .forEach(lab => lab.lost?.());
    };
    panel.sessionContext.statusChanged.connect((_, status) => GONE.has(status) && end());
    panel.sessionContext.kernelChanged.connect((_, { oldValue }) => oldValue && end());
  };
  tracker.forEach(watch);
  tracker.widgetAdded.connect((_, panel) => watch(panel));
}
