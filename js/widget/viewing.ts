/** The views of a lab together: which are shown, in which column, the neuron that is chosen in them, their common time. */
import { BifurcationView, type BifurcationHost } from './bifurcation_view';
import { Cursor } from './cursor';
import { HistogramView } from './histogram_view';
import { ImageView } from './image_view';
import type { Keys } from './keys';
import { Menu } from './menu';
import { PhaseView } from './phase_view';
import { element, hide, write } from './nodes';
import type { Theme } from './plot';
import type { Frame, LabSpec, ViewSpec } from './protocol';
import { RasterView } from './raster_view';
import { RateView } from './rate_view';
import { TraceView } from './trace_view';
import type { View } from './view';

function makeView(spec: ViewSpec, index: number, shades: string[], host: BifurcationHost): View {
  const say = host.say;
  switch (spec.kind) {
    case 'trace':
    case 'protocol':
      return new TraceView(spec);
    case 'raster':
      return new RasterView(spec);
    case 'rate':
      return new RateView(spec);
    case 'phase':
      return new PhaseView(spec, index, say);
    case 'bifurcation':
      return new BifurcationView(spec, host);
    case 'histogram':
      return new HistogramView(spec, index, say);
    default:
      return new ImageView(spec, shades, index, say);
  }
}

export class Viewing {
  readonly node = element('div', 'bpw-views', '');
  readonly list: View[];
  /** The column of views over time, and that of the others. */
  private readonly overTime = element('div', 'bpw-column', '');
  private readonly others = element('div', 'bpw-column bpw-column-others', '');
  readonly columns = [this.overTime, this.others];
  readonly menu = new Menu('Views', 'Which views are shown');
  private readonly cursor: Cursor;
  /** By view; a view without a name comes and goes by itself. */
  private readonly items: (HTMLButtonElement | null)[];
  private readonly chosen = element('span', 'bpw-spoken', '');
  private shown: boolean[] = [];

  constructor(spec: LabSpec, keys: Keys, host: BifurcationHost) {
    const say = host.say;
    this.list = spec.views.map((view, k) => makeView(view, k, spec.shades, host));
    this.list.forEach(view => (view.isOverTime ? this.overTime : this.others).append(view.plot.node));
    this.chosen.setAttribute('aria-live', 'polite');
    this.cursor = new Cursor(this.list, {
      isShown: view => !view.plot.node.hidden,
      pick: (view, point) => say({ do: 'view pick', view: this.list.indexOf(view), ...point }),
      move: by => say({ do: 'view neuron', by })
    });
    this.node.append(this.overTime, this.others, this.chosen, this.cursor.spoken);
    this.items = this.list.map(({ spec: { name, description } }, k) =>
      name ? this.menu.check(name, description, () => say({ do: 'view show', view: k, shown: !this.shown[k] })) : null
    );
    if (this.canChoose) {
      keys.add('v', 'choose views', () => this.menu.open());
    }
    this.show(spec.views.map(view => view.shown && view.name !== ''));
  }

  /** Whether there is more than one view to choose from. */
  get canChoose(): boolean {
    return this.items.filter(Boolean).length > 1;
  }

  /** Draw the parts of a frame. Returns whether views have come or gone. */
  draw(frame: Frame, theme: Theme): boolean {
    const { header } = frame;
    const changed = this.show(header.views.map(part => part !== null));
    this.list.forEach((view, k) => {
      const part = header.views[k];
      if (part && this.shown[k]) {
        if (changed) {
          view.plot.fit();
        }
        view.draw(frame, part, theme);
      }
    });
    this.cursor.refresh();
    const chosen = header.chosen ? `${header.chosen} is chosen` : '';
    write(this.chosen, chosen);
    return changed;
  }

  /** Put something below the views over time. */
  addOverTime(node: HTMLElement): void {
    const diagram = this.overTime.querySelector(':scope > .bpw-view-bifurcation');
    this.overTime.insertBefore(node, diagram);
  }

  /** How high the views are by themselves, px. */
  get height(): number {
    const top = this.node.offsetTop;
    return Math.max(...this.columns.map(column => column.offsetTop + column.offsetHeight - top));
  }

  reset(): void {
    this.list.forEach(view => view.reset());
  }

  close(): void {
    this.cursor.close();
  }

  private show(shown: boolean[]): boolean {
    if (shown.every((one, k) => one === this.shown[k])) {
      return false;
    }
    this.shown = shown;
    this.list.forEach((view, k) => {
      hide(view.plot.node, !shown[k]);
      this.items[k]?.setAttribute('aria-checked', String(shown[k]));
    });
    this.placeDiagram();
    this.node.classList.toggle('bpw-two-columns', this.isShown(true) && this.isShown(false));
    return true;
  }

  /** The bifurcation diagram stands below what runs over time where the plane is beside that, otherwise in its place. */
  private placeDiagram(): void {
    const nodeOf = (kind: string) => this.list.find(view => view.spec.kind === kind)?.plot.node;
    const [plane, diagram] = [nodeOf('phase'), nodeOf('bifurcation')];
    const column = plane && !plane.hidden ? this.overTime : this.others;
    if (diagram && diagram.parentElement !== column) {
      column.append(diagram);
    }
  }

  private isShown(overTime: boolean): boolean {
    return this.list.some((view, k) => this.shown[k] && view.isOverTime === overTime);
  }
}
