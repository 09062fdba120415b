/** The course notebooks that came with the plug-in: their list, and a copy in the user's folder. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, showDialog } from '@jupyterlab/apputils';
import { PageConfig, URLExt } from '@jupyterlab/coreutils';

import { freeName } from './notebook';

export interface Lesson {
  file: string;
  title: string;
  about: string;
}

function address(file: string): string {
  return URLExt.join(PageConfig.getOption('fullLabextensionsUrl'), 'brainpy-lab', 'course', file);
}

async function read(file: string): Promise<unknown> {
  const answer = await fetch(address(file));
  if (!answer.ok) {
    throw new Error(`the server answered ${answer.status} for ${file}, which came with brainpy_lab; install it again`);
  }
  return answer.json();
}

export async function lessons(): Promise<Lesson[]> {
  return (await read('index.json')) as Lesson[];
}

/** Open a lesson in `folder`: the user's own copy if there is one, else a new one. */
export async function openLesson(app: JupyterFrontEnd, lesson: Lesson, folder: string): Promise<unknown> {
  const { contents } = app.serviceManager;
  let path = URLExt.join(folder, lesson.file);
  const names = (await contents.get(folder, { content: true })).content as { name: string }[];
  const taken = new Set(names.map(one => one.name));
  if (taken.has(lesson.file)) {
    const answer = await showDialog({
      title: `${lesson.file} is in this folder already`,
      body: 'Go on with your copy, or begin with a fresh one beside it?',
      buttons: [Dialog.cancelButton(), Dialog.createButton({ label: 'Fresh copy' }), Dialog.okButton({ label: 'My copy' })]
    });
    if (!answer.button.accept || answer.button.label === 'Cancel') {
      return undefined;
    }
    if (answer.button.label === 'My copy') {
      return app.commands.execute('docmanager:open', { path });
    }
    path = URLExt.join(folder, freeName(lesson.file, taken));
  }
  await contents.save(path, { type: 'notebook', format: 'json', content: await read(lesson.file) });
  return app.commands.execute('docmanager:open', { path });
}
