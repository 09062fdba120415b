/** What views draw dim below what is: a course that is held, or a future that was left. brainpy_lab/lab/kept.py sends it. */
import type { RasterFrame, RateFrame, TraceFrame } from './protocol';

/** How much of it is seen; the same in the saved picture. */
export const DIM = 0.4;
/** Of lines that are held, which tells them from a future that was left. */
export const DASHES = [6, 4];

/** Curves of a phase plane: the path, and of what is held the nullclines. */
export interface PhaseGhost {
  kind: 'phase';
  /** Names of the variables on the axes that it belongs to. */
  axes: [string, string];
  element: number;
  of: number;
  curves: number[];
}

export type GhostPart = TraceFrame | RateFrame | RasterFrame | PhaseGhost;

/** The part of one view. */
export interface Ghost {
  name: string;
  /** It keeps its place in the window while time goes on; otherwise its place in time. */
  pinned: boolean;
  /** The times it was taken from, ms. */
  window: [number, number];
  part: GhostPart;
  buffers: DataView[];
}

interface Sent {
  name: string;
  pinned: boolean;
  window: [number, number];
  /** Number of its first buffer. */
  first: number;
  views: (GhostPart | null)[];
}

/** What the kernel told, for the view number `k`. */
export function ghostsOf(sent: unknown, buffers: DataView[], k: number): Ghost[] {
  const found: Ghost[] = [];
  for (const { name, pinned, window, first, views } of (sent as Sent[]) ?? []) {
    const part = views[k];
    if (part) {
      found.push({ name, pinned, window, part, buffers: buffers.slice(first) });
    }
  }
  return found;
}

/** By how much its times move in a window, ms. */
export function shiftIn(ghost: Ghost, window: [number, number]): number {
  return ghost.pinned ? window[1] - ghost.window[1] : 0;
}

/** Draw with less ink. */
export function dimly(g: CanvasRenderingContext2D, ghost: Ghost, draw: () => void): void {
  g.save();
  g.globalAlpha = DIM;
  g.setLineDash(ghost.pinned ? DASHES : []);
  draw();
  g.restore();
}
