/** A view that is also drawn between frames, as when something below it is pointed at. */
import { Plot, type Drawing, type Theme } from './plot';
import type { BifurcationFrame, Frame, PhaseFrame, ViewFrame, ViewSpec } from './protocol';
import type { View } from './view';

type Part = PhaseFrame | BifurcationFrame;

export abstract class RedrawnView<Kind extends Part['kind']> implements View {
  readonly plot: Plot;
  readonly isOverTime = false;
  /** The part of the last frame. */
  protected part: Extract<Part, { kind: Kind }> | null = null;
  private last: [Frame, Theme] | null = null;

  protected constructor(readonly spec: ViewSpec) {
    this.plot = new Plot(spec);
  }

  /** Write the texts around the plot. */
  protected abstract tell(frame: Frame, part: Extract<Part, { kind: Kind }>, theme: Theme): void;

  protected abstract paint(drawing: Drawing, frame: Frame, part: Extract<Part, { kind: Kind }>, theme: Theme): void;

  reset(): void {
    // The kernel chooses the axes.
  }

  draw(frame: Frame, part: ViewFrame, theme: Theme): void {
    if (part.kind !== this.spec.kind) {
      return;
    }
    this.part = part as Extract<Part, { kind: Kind }>;
    this.last = [frame, theme];
    this.tell(frame, this.part, theme);
    this.redraw();
  }

  protected redraw(): void {
    const { part, last } = this;
    if (!part || !last) {
      return;
    }
    const [frame, theme] = last;
    const drawing = this.plot.begin(part.x, part.y, theme);
    if (drawing) {
      this.paint(drawing, frame, part, theme);
    }
  }
}
