/** What every view of the lab can do. */
import type { Ghost } from './ghost';
import type { Frame, ViewFrame, ViewSpec } from './protocol';
import type { Plot, Theme } from './plot';

export interface View {
  readonly spec: ViewSpec;
  readonly plot: Plot;
  /** Draw the part of a frame that belongs to this view. */
  draw(frame: Frame, part: ViewFrame, theme: Theme): void;
  /** Allow the limits to shrink: the simulation starts again. */
  reset(): void;
  /** Draw these dim, below what is, from the next frame on. */
  dim?(ghosts: Ghost[]): void;
}
