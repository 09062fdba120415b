/** The labs that this page shows. They come with the notebook (js/widget), so the plug-in meets them in the window. */

export interface LabSummary {
  id: string;
  name: string;
  kind: string;
  status: string;
  note: string;
  /** The note in a few words. */
  brief?: string;
  t: number;
  fps: number;
  dropped: number;
}

/** What the plug-in uses of js/widget/lab.ts; labs of an older package may lack some of it. */
export interface PageLab {
  node: HTMLElement;
  summary?(): LabSummary;
  lost?(): void;
  /** Put a picture of now into the notebook; false when the kernel does not answer. */
  renew?(): Promise<boolean>;
}

/** What the settings say, for every lab of the page; js/widget/settings.ts reads it. */
export interface LabSettings {
  theme: 'follow' | 'light' | 'dark';
  palette: 'standard' | 'contrast';
  fps: number;
  projector: boolean;
}

interface LabWindow {
  brainpyLabs?: Record<string, PageLab>;
  brainpyLabSettings?: LabSettings;
}

const SETTINGS_EVENT = 'brainpy-lab:settings';

export function labsInPage(): PageLab[] {
  return Object.values((window as unknown as LabWindow).brainpyLabs ?? {});
}

/** Labs that are open follow at once, those that come later when they are made. */
export function publishSettings(settings: LabSettings): void {
  (window as unknown as LabWindow).brainpyLabSettings = settings;
  window.dispatchEvent(new CustomEvent(SETTINGS_EVENT));
}

/** Follows which lab has the focus or had it last. */
export class LastUsed {
  private id = '';

  constructor() {
    for (const event of ['focusin', 'pointerdown']) {
      document.addEventListener(event, ({ target }) => {
        const node = (target as Element | null)?.closest?.<HTMLElement>('.bpw-lab');
        this.id = node?.dataset.lab ?? this.id;
      });
    }
  }

  /** The lab with the focus, else the last used one, else the only or newest one; null when the page shows none. */
  get lab(): PageLab | null {
    const labs = labsInPage().filter(lab => lab.node.isConnected);
    return labs.find(lab => lab.node.dataset.lab === this.id) ?? labs[labs.length - 1] ?? null;
  }
}
