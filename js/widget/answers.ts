/**
 * Which frames the page answers to.
 *
 * Every answer makes the kernel busy for a moment, and JupyterLab shows that in a dozen places, down to the icon of the
 * browser's tab. A page that keeps up with the sender answers to two frames at once.
 */
const QUICK_MS = 20;

/** Whether a page that needed `drawnMs` for a frame, and has `waiting` more, keeps up. */
export function keepsUp(drawnMs: number, waiting: number): boolean {
  return drawnMs < QUICK_MS && waiting < 2;
}

/** Whether frame `seq` is answered. What does not run may send no frame after it, so that one is. */
export function answers(seq: number, status: string, quick: boolean): boolean {
  return !quick || status !== 'running' || seq % 2 === 0;
}
