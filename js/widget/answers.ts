/**
 * Which frames the page answers to.
 *
 * Every answer makes the kernel busy for a moment, and JupyterLab shows that in a dozen places, from the icon of the
 * browser's tab to the line at the bottom: together more work than the frame. So a page that keeps up with the sender
 * answers to as many frames at once as come in `BEAT_MS`, and says so. One that does not keep up answers to each, and so
 * does one whose frames come slowly: there a frame more under way would be a frame later.
 */
const BEAT_MS = 160;
const MOST = 8;
const QUICK_MS = 20;

export interface Answer {
  ack: number;
  /** The next answer comes with this many more frames, or sooner. */
  every: number;
}

export class Answers {
  private every = 1;
  private last = 0;
  private since = -Infinity;

  /**
   * The answer to a frame that has just been drawn, or null where a later one answers to it as well.
   *
   * What does not run may send no frame afterwards, so its frames are answered at once.
   */
  to(seq: number, isRunning: boolean, drawnMs: number, waiting: number, now: number): Answer | null {
    const keepsUp = drawnMs < QUICK_MS && waiting < 2;
    const frames = seq - this.last; // those that were not drawn are answered too
    const spent = now - this.since;
    if (isRunning && keepsUp && frames < this.every && spent < 2 * BEAT_MS) {
      return null;
    }
    const come = Math.floor((BEAT_MS * frames) / spent);
    this.every = keepsUp ? Math.min(MOST, Math.max(1, come)) : 1;
    this.last = seq;
    this.since = now;
    return { ack: seq, every: this.every };
  }
}
