/** Palette commands for the lab that has the focus, or was used last: they press its buttons. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';

import { LastUsed, PageLab } from './page';

/** Command, its label, and the `data-name` of the button in the lab's toolbar. */
export const LAB_COMMANDS: readonly [string, string, string][] = [
  ['brainpy-lab:toggle', 'Run or pause the lab', 'run'],
  ['brainpy-lab:step', 'One time step of the lab', 'step'],
  ['brainpy-lab:back', 'Go back in the lab', 'back'],
  ['brainpy-lab:reset', 'Reset the lab to t = 0', 'reset'],
  ['brainpy-lab:undo', 'Undo the last change in the lab', 'undo'],
  ['brainpy-lab:script', 'Write the script of the lab', 'script']
];

function button(lab: PageLab | null, name: string): HTMLButtonElement | null {
  const selector = `.bpw-toolbar [data-name="${name}"]`;
  return (name === 'run' ? lab?.node.querySelector('.bpw-button-main') : lab?.node.querySelector(selector)) ?? null;
}

export function addLabCommands(app: JupyterFrontEnd, palette: ICommandPalette | null, used: LastUsed): void {
  for (const [command, label, name] of LAB_COMMANDS) {
    app.commands.addCommand(command, {
      label,
      caption: 'Of the live lab that has the focus, or was used last',
      isEnabled: () => button(used.lab, name)?.disabled === false,
      execute: () => button(used.lab, name)?.click()
    });
    palette?.addItem({ command, category: 'BrainPy Lab' });
  }
}
