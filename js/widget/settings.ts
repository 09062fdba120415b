/**
 * What the settings of the page (JupyterLab's plug-in, js/plugin/src/settings.ts) ask of every lab.
 *
 * They lie in the window, because labs come with a notebook and the plug-in with the page. Without it nothing is asked.
 */
import type { Outgoing } from './client';

export interface LabSettings {
  theme: 'follow' | 'light' | 'dark';
  palette: 'standard' | 'contrast';
  /** The most frames in a second. */
  fps: number;
  projector: boolean;
}

declare global {
  interface Window {
    brainpyLabSettings?: LabSettings;
  }
}

const EVENT = 'brainpy-lab:settings';
const USUAL_FPS = 30;

const systemContrast = () => window.matchMedia('(prefers-contrast: more)');

/** Whether the theme of the page, or the system, asks for high contrast by itself. */
function pageAsksForContrast(): boolean {
  return /high contrast/i.test(document.body.dataset.jpThemeName ?? '') || systemContrast().matches;
}

/** Make a lab follow settings, theme and contrast of the page, now and when they change; returns what ends that. */
export function follow(node: HTMLElement, say: (message: Outgoing) => void, redraw: () => void): () => void {
  let fps = USUAL_FPS;
  let projector = false;
  const apply = () => {
    const wanted = window.brainpyLabSettings;
    const root = node.closest<HTMLElement>('.bpw-root');
    if (!root) {
      return;
    }
    root.dataset.palette = pageAsksForContrast() ? 'contrast' : (wanted?.palette ?? 'standard');
    if (wanted) {
      root.dataset.theme = wanted.theme;
      if (wanted.projector !== projector) {
        projector = wanted.projector;
        node.classList.toggle('bpw-projector', projector);
      }
      if (wanted.fps !== fps) {
        fps = wanted.fps;
        say({ do: 'fps', fps });
      }
    }
    redraw();
  };
  apply();
  window.addEventListener(EVENT, apply);
  const themed = new MutationObserver(apply);
  themed.observe(document.body, { attributes: true, attributeFilter: ['data-jp-theme-light', 'data-jp-theme-name', 'class'] });
  const system = systemContrast();
  system.addEventListener('change', apply);
  return () => {
    window.removeEventListener(EVENT, apply);
    themed.disconnect();
    system.removeEventListener('change', apply);
  };
}
