/** The JupyterLab plug-in: colours in `%%brainpy` cells, and a way to a first notebook. The lab works without it. */

import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { EditorExtensionRegistry, IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { ILauncher } from '@jupyterlab/launcher';
import { LabIcon } from '@jupyterlab/ui-components';

import { cellColours } from './colour';
import { Kernel, newNotebook, pythonKernel } from './notebook';

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
  optional: [ICommandPalette, ILauncher],
  activate: (app: JupyterFrontEnd, palette: ICommandPalette | null, launcher: ILauncher | null) => {
    app.commands.addCommand(NEW_NOTEBOOK, {
      label: args => (args.isLauncher ? 'BrainPy Lab' : 'New BrainPy Lab notebook'),
      caption: 'Open a notebook that holds a first model',
      icon,
      execute: args => openNewNotebook(app, typeof args.cwd === 'string' ? args.cwd : '')
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

export default [colours, starter];
