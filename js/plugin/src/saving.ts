/**
 * A running lab is saved as it is, and not as it was at its last pause: when its notebook has been saved, it renews its
 * picture, and the notebook is saved once more. Without the plug-in a lab is saved as of its last pause.
 */

import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';

import { labsInPage } from './page';

export function saveRunningLabs(tracker: INotebookTracker): void {
  const watch = (panel: NotebookPanel) => {
    let isSecond = false;
    panel.context.saveState.connect(async (context, state) => {
      if (isSecond || state === 'started' || state === 'failed') {
        return;
      }
      const running = labsInPage().filter(lab => panel.node.contains(lab.node) && lab.summary?.().status === 'running');
      const renewed = await Promise.all(running.map(lab => lab.renew?.() ?? false));
      if (renewed.some(Boolean) && !panel.isDisposed && !isSecond) {
        isSecond = true;
        try {
          await context.save();
        } finally {
          isSecond = false;
        }
      }
    });
  };
  tracker.forEach(watch);
  tracker.widgetAdded.connect((_, panel) => watch(panel));
}
