/** What every view of the lab can do. */
import type { Ghost } from './ghost';
import type { Frame, ViewFrame, ViewSpec } from './protocol';
import type { Plot, Theme } from './plot';

/** A place in the units of the axes. */
export interface Point {
  x: number;
  y: number;
}

export interface View {
  readonly spec: ViewSpec;
  readonly plot: Plot;
  /** Whether its x axis is the time that all such views share. */
  readonly isOverTime: boolean;
  /** Draw the part of a frame that belongs to this view. */
  draw(frame: Frame, part: ViewFrame, theme: Theme): void;
  /** Allow the limits to shrink: the simulation starts again. */
  reset(): void;
  /** Draw these dim, below what is, from the next frame on. */
  dim?(ghosts: Ghost[]): void;
  /** Views over time: what it shows at a time, in words; `point` where the pointer is on this view. */
  valueAt?(time: number, point: Point | null): string;
  /** Other views: what it shows at a place. */
  readPoint?(point: Point): string;
}
