/**
 * Entry of the widget: anywidget calls `render` with the model of the frames comm.
 *
 * The control comm is a second, silent model. JupyterLab may deliver what the page says on it to a subshell of the
 * kernel, so that a slider acts while another cell is busy; that works only on a comm that the kernel never answers on.
 */
import type { Outgoing } from './client';
import { mismatch, mishap, unreadable } from './guard';
import { LabPage } from './lab';
import type { Frame, FrameHeader, LabSpec } from './protocol';

interface CommModel {
  send(content: unknown, callbacks?: unknown, buffers?: unknown): unknown;
}

interface FramesModel {
  get(name: string): unknown;
  on(name: string, callback: (...args: never[]) => void): void;
  off(name: string, callback: (...args: never[]) => void): void;
  widget_manager: { get_model(id: string): Promise<CommModel> };
}

/** Of the package that this page was built with; set by js/build-widget.mjs. */
declare const BRAINPY_LAB_VERSION: string;

declare global {
  interface Window {
    /** Labs shown in this page, by id. */
    brainpyLabs?: Record<string, LabPage>;
  }
}

/** While a lab is live its saved picture, an output of the same cell, is not shown. */
function hidePicture(id: string): () => void {
  const sheet = document.createElement('style');
  const picture = `[data-brainpy-lab-picture="${CSS.escape(id)}"]`;
  sheet.textContent = `.jp-OutputArea-child:has(${picture}), ${picture} { display: none !important; }`;
  document.head.append(sheet);
  return () => sheet.remove();
}

async function render({ model, el }: { model: FramesModel; el: HTMLElement }): Promise<() => void> {
  const spec = model.get('spec') as LabSpec;
  el.classList.add('bpw-root');
  const told = mismatch(BRAINPY_LAB_VERSION, spec?.version);
  if (told) {
    el.append(mishap(told));
    return () => undefined;
  }
  try {
    return await show(model, el, spec);
  } catch (error) {
    el.append(mishap(unreadable(spec.name, error, BRAINPY_LAB_VERSION, spec.version)));
    throw error;
  }
}

async function show(model: FramesModel, el: HTMLElement, spec: LabSpec): Promise<() => void> {
  const control = await model.widget_manager.get_model(String(model.get('control')));
  // JupyterLab keeps views of ended comms, and with them all that is reachable from here: hence null, and `remove`.
  let lab: LabPage | null = new LabPage(spec, (message: Outgoing) => {
    try {
      control.send(message);
    } catch {
      end(); // the comm ended with its kernel
    }
  });
  const receive = (header: FrameHeader, buffers: DataView[]) => {
    if (header.kind === 'frame') {
      lab?.receive({ header, buffers, arrived: performance.now() } as Frame);
    } else {
      lab?.hear(header as unknown as Record<string, unknown>, buffers);
    }
  };
  model.on('msg:custom', receive);
  el.append(lab.node);
  const showPicture = hidePicture(spec.id);
  window.brainpyLabs = { ...window.brainpyLabs, [spec.id]: lab };
  const end = () => {
    const ended = lab;
    lab = null;
    if (!ended) {
      return;
    }
    model.off('msg:custom', receive);
    ended.detach();
    ended.node.remove();
    showPicture();
    if (window.brainpyLabs?.[spec.id] === ended) {
      delete window.brainpyLabs[spec.id];
    }
  };
  lab.lost = end;
  lab.broken = error => {
    end();
    el.append(mishap(unreadable(spec.name, error, BRAINPY_LAB_VERSION, spec.version)));
  };
  lab.attach();
  return end;
}

export default { render };
