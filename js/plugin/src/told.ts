/** Brings what the kernel says about a cell to the editor of that cell. */

import { EditorExtensionRegistry, IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import type { CodeCell } from '@jupyterlab/cells';
import { INotebookTracker, NotebookActions, NotebookPanel } from '@jupyterlab/notebook';
import type { KernelMessage } from '@jupyterlab/services';
import type { EditorView } from '@codemirror/view';

import { Problem, PROBLEMS_MIME } from './problems';
import { showProblems, underlines } from './underline';

/** What the kernel told about a cell, by the cell's text model; an editor that is made later asks here. */
type Told = WeakMap<object, readonly Problem[]>;

export function underlineProblems(tracker: INotebookTracker, extensions: IEditorExtensionRegistry): void {
  const told: Told = new WeakMap();
  extensions.addExtension({
    name: 'brainpy-lab:problems',
    factory: options =>
      EditorExtensionRegistry.createImmutableExtension(underlines(told.get(options.model.sharedModel) ?? []))
  });
  const watch = (panel: NotebookPanel) => {
    panel.sessionContext.iopubMessage.connect((_, message) => hear(panel, message, told));
  };
  tracker.forEach(watch);
  tracker.widgetAdded.connect((_, panel) => watch(panel));
  NotebookActions.executionScheduled.connect((_, { cell }) => tell(cell as CodeCell, [], told));
}

function hear(panel: NotebookPanel, message: KernelMessage.IMessage, told: Told): void {
  if (message.header.msg_type !== 'update_display_data') {
    return;
  }
  const data = (message.content as KernelMessage.IUpdateDisplayDataMsg['content']).data[PROBLEMS_MIME];
  const request = (message.parent_header as { msg_id?: string }).msg_id;
  if (!data || !request) {
    return;
  }
  const cell = panel.content.widgets.find(
    widget => widget.model.type === 'code' && (widget as CodeCell).outputArea.future?.msg.header.msg_id === request
  );
  if (cell) {
    tell(cell as CodeCell, (data as unknown as { problems: Problem[] }).problems, told);
  }
}

function tell(cell: CodeCell, problems: readonly Problem[], told: Told): void {
  const before = told.get(cell.model.sharedModel) ?? [];
  if (!before.length && !problems.length) {
    return;
  }
  told.set(cell.model.sharedModel, problems);
  editorOf(cell)?.dispatch({ effects: showProblems.of(problems) });
}

/** CodeMirror's view in a cell; a cell that was never scrolled to has none. */
function editorOf(cell: CodeCell): EditorView | null {
  return (cell.editor as { editor?: EditorView } | null)?.editor ?? null;
}
