/** What helps to teach and to trust: protocols, initial values, seed, help, a projector's size, "predict first". */
import type { Outgoing } from './client';
import { Help } from './help';
import type { Keys } from './keys';
import type { Menu } from './menu';
import { element, hide } from './nodes';
import type { FrameHeader, LabSpec } from './protocol';
import { Protocols, type Protocol } from './protocols';
import { Starts } from './starts';
import type { StatusLine } from './status';
import type { Toolbar } from './toolbar';

/** What the aids need of the page of a lab. */
export interface AidedPage {
  readonly node: HTMLElement;
  readonly keys: Keys;
  listen(kind: string, ear: (content: Record<string, unknown>, buffers: DataView[]) => void): void;
}

/** The note of a lab that waits for a prediction; brainpy_lab/lab/live.py says it. */
export const PREDICT = 'predict first';

export class Aids {
  readonly help: Help;
  readonly prediction = element('div', 'bpw-predict', '');
  private readonly protocols: Protocols | null;
  private readonly starts: Starts;
  private asked = false;

  constructor(
    private readonly page: AidedPage,
    spec: LabSpec,
    toolbar: Toolbar,
    status: StatusLine,
    private readonly say: (message: Outgoing) => void
  ) {
    this.help = new Help(page.keys);
    this.protocols = spec.protocols ? new Protocols(spec.protocols, say) : null;
    this.starts = new Starts(spec.initial, spec.seed, say);
    page.listen('protocol', content => this.protocols?.hear(content.now as (Protocol | null)[]));
    page.listen('initial', content => this.starts.hear(content.values as (number | null)[], content.changed as boolean[]));
    page.listen('said', content => status.say(String(content.text)));

    const { more } = toolbar;
    more.line();
    if (spec.controls.some(control => control.slider && !control.rebuilds)) {
      more.add('Randomise sliders', 'Draw a value for every slider from its range; the seed is told and logged', () => say({ do: 'randomise' }));
    }
    if (spec.controls.length) {
      more.add("Back to the cell's values", 'Every parameter as the cell gives it; time goes on', () => say({ do: 'back to cell' }));
    }
    page.keys.add('p', 'size for a projector, and back', () => this.project());
    if (spec.projector) {
      this.project(true);
    }
    this.prediction.hidden = true;
    this.prediction.append(
      element('strong', '', 'Predict first.'),
      element('span', '', 'Look at the equations and the values, and say what will happen. Then press Run, or space.')
    );
  }

  /** What stands below everything else in the menu. */
  addLast(more: Menu): void {
    more.line();
    more.add('Projector size', 'Large type and lines (p)', () => this.project());
    more.add('Keys', 'What keys do (?)', () => this.help.open());
  }

  get sections(): HTMLElement[] {
    return [...(this.protocols ? [this.protocols.section.node] : []), ...(this.starts.isEmpty ? [] : [this.starts.section.node])];
  }

  /** Ask for what is told only when it changes. */
  attach(): void {
    if (this.protocols) {
      this.say({ do: 'protocol', ask: true });
    }
    this.say({ do: 'initial', ask: true });
  }

  show(header: FrameHeader): void {
    this.starts.showSeed(header.seed);
    hide(this.prediction, !(header.status === 'paused' && header.note === PREDICT));
    if (!this.asked) {
      this.asked = true;
      // Nothing may move by itself for a person whose system says so; Run begins it.
      if (header.status === 'running' && window.matchMedia('(prefers-reduced-motion: reduce)').matches) {
        this.say({ do: 'still' });
      }
    }
  }

  retheme(): void {
    this.protocols?.retheme();
  }

  private project(on = !this.page.node.classList.contains('bpw-projector')): void {
    this.page.node.classList.toggle('bpw-projector', on);
  }
}
