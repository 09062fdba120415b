/**
 * The JupyterLab plug-in: colours and underlined mistakes in `%%brainpy` cells, a way to a first notebook, a side panel,
 * settings and commands. The lab works without it.
 */

import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { EditorExtensionRegistry, IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { ILauncher } from '@jupyterlab/launcher';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { LabIcon } from '@jupyterlab/ui-components';

import { cellColours } from './colour';
import { addLabCommands } from './commands';
import { lessons, openLesson } from './course';
import { insertCells } from './insert';
import { loadAhead } from './loading';
import { endLabsWithTheirKernel } from './lost';
import { Kernel, newNotebook, pythonKernel } from './notebook';
import { LastUsed } from './page';
import { LabPanel } from './panel';
import { RunningLabs } from './running';
import { saveRunningLabs } from './saving';
import { followSettings, SETTINGS_ID } from './settings';
import { underlineProblems } from './told';

const NEW_NOTEBOOK = 'brainpy-lab:new-notebook';

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="none" stroke="#0072b2" stroke-width="2" ' +
  'stroke-linejoin="round" d="M1 16h5c2 0 2.5-13 4-13s1 18 3 18 1.5-5 4-5h6"/></svg>';
const icon = new LabIcon({ name: 'brainpy-lab:icon', svgstr: SVG });

const colours: JupyterFrontEndPlugin<void> = {
  id: 'brainpy-lab:colours',
  description: 'Colours %%brainpy cells.',
  autoStart: true,
  requires: [IEditorExtensionRegistry],
  activate: (_app: JupyterFrontEnd, extensions: IEditorExtensionRegistry) => {
    extensions.addExtension({
      name: 'brainpy-lab:colours',
      factory: () => EditorExtensionRegistry.createImmutableExtension(cellColours)
    });
  }
};

const starter: JupyterFrontEndPlugin<void> = {
  id: 'brainpy-lab:new-notebook',
  description: 'Adds a launcher card and a command that open a notebook with a first model.',
  autoStart: true,
  optional: [ICommandPalette, ILauncher, IDefaultFileBrowser],
  activate: (
    app: JupyterFrontEnd,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    browser: IDefaultFileBrowser | null
  ) => {
    app.commands.addCommand(NEW_NOTEBOOK, {
      label: args => (args.isLauncher ? 'BrainPy Lab' : 'New BrainPy Lab notebook'),
      caption: 'Open a notebook that holds a first model',
      icon,
      execute: args => openNewNotebook(app, typeof args.cwd === 'string' ? args.cwd : (browser?.model.path ?? ''))
    });
    palette?.addItem({ command: NEW_NOTEBOOK, category: 'BrainPy Lab' });
    launcher?.add({
      command: NEW_NOTEBOOK,
      category: 'Notebook',
      rank: 10,
      args: { isLauncher: true },
      // The launcher draws cards among the kernels from an address and ignores the command's icon.
      kernelIconUrl: 'data:image/svg+xml,' + encodeURIComponent(SVG)
    });
  }
};

const problems: JupyterFrontEndPlugin<void> = {
  id: 'brainpy-lab:problems',
  description: 'Underlines what is wrong in %%brainpy cells.',
  autoStart: true,
  requires: [INotebookTracker, IEditorExtensionRegistry],
  activate: (_app: JupyterFrontEnd, tracker: INotebookTracker, extensions: IEditorExtensionRegistry) =>
    underlineProblems(tracker, extensions)
};

const script: JupyterFrontEndPlugin<void> = {
  id: 'brainpy-lab:script',
  description: 'Puts the script of a lab into a new cell below it.',
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_app: JupyterFrontEnd, tracker: INotebookTracker) => insertCells(tracker)
};

const loading: JupyterFrontEndPlugin<void> = {
  id: 'brainpy-lab:loading',
  description: 'Loads the magics ahead of a %%brainpy cell that is run before the cell that loads them.',
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_app: JupyterFrontEnd, tracker: INotebookTracker) => loadAhead(tracker)
};

const lost: JupyterFrontEndPlugin<void> = {
  id: 'brainpy-lab:lost',
  description: 'Ends labs whose kernel was restarted or died.',
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_app: JupyterFrontEnd, tracker: INotebookTracker) => endLabsWithTheirKernel(tracker)
};

const saving: JupyterFrontEndPlugin<void> = {
  id: 'brainpy-lab:saving',
  description: 'Renews the pictures of running labs when their notebook is saved.',
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_app: JupyterFrontEnd, tracker: INotebookTracker) => saveRunningLabs(tracker)
};

const commands: JupyterFrontEndPlugin<void> = {
  id: 'brainpy-lab:commands',
  description: 'Adds commands for the lab that has the focus, or was used last.',
  autoStart: true,
  optional: [ICommandPalette],
  activate: (app: JupyterFrontEnd, palette: ICommandPalette | null) => addLabCommands(app, palette, new LastUsed())
};

const panel: JupyterFrontEndPlugin<void> = {
  id: 'brainpy-lab:panel',
  description: 'Adds a side panel with the running labs and the course.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [IDefaultFileBrowser],
  activate: (app: JupyterFrontEnd, tracker: INotebookTracker, browser: IDefaultFileBrowser | null) => {
    const folder = () => browser?.model.path ?? tracker.currentWidget?.context.path.replace(/[^/]*$/, '') ?? '';
    const widget = new LabPanel({
      running: new RunningLabs(app, tracker),
      lessons,
      openLesson: lesson => openLesson(app, lesson, folder()),
      newNotebook: () => app.commands.execute(NEW_NOTEBOOK),
      icon
    });
    app.shell.add(widget, 'left', { rank: 600 });
  }
};

const settings: JupyterFrontEndPlugin<void> = {
  id: SETTINGS_ID,
  description: 'Theme, palette, frame rate and size of live labs.',
  autoStart: true,
  requires: [ISettingRegistry],
  activate: (_app: JupyterFrontEnd, registry: ISettingRegistry) => followSettings(registry)
};

/** Write the notebook into `folder` and open it. Through the file, so that Notebook 7, which opens a new tab, works. */
async function openNewNotebook(app: JupyterFrontEnd, folder: string): Promise<unknown> {
  const { contents, kernelspecs } = app.serviceManager;
  await kernelspecs.ready;
  const kernels = Object.values(kernelspecs.specs?.kernelspecs ?? {}).flatMap((spec): Kernel[] =>
    spec ? [{ name: spec.name, display_name: spec.display_name, language: spec.language }] : []
  );
  const kernel = pythonKernel(kernels, kernelspecs.specs?.default);
  const file = await contents.newUntitled({ path: folder, type: 'notebook' });
  await contents.save(file.path, { type: 'notebook', format: 'json', content: newNotebook(kernel) });
  return app.commands.execute('docmanager:open', {
    path: file.path,
    factory: 'Notebook',
    ...(kernel ? { kernel: { name: kernel.name } } : {})
  });
}

export default [colours, starter, problems, script, loading, lost, saving, commands, panel, settings];
