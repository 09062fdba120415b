/** Most frames in line. They arrive in pairs: a page that kept only the newest would draw 19 of 30. */
const MOST = 2;

/**
 * Frames between the comm and the screen: first in, first out, one drawn per animation frame. Of more than two the
 * oldest is dropped, and all that wait are when one comes that stays.
 */
export interface QueueHost<T> {
  draw(frame: T): void;
  /** Called after drawing, with the time that drawing took and the time since the frame was put in line, ms. */
  done(frame: T, drawnMs: number, heldMs: number): void;
  request(callback: () => void): number;
  cancel(handle: number): void;
  /** Whether a frame shows what stands still, so that nobody wants to see how it came there. */
  stays(frame: T): boolean;
  now(): number;
}

export class FrameQueue<T> {
  private waiting: { frame: T; since: number }[] = [];
  private handle: number | null = null;

  constructor(private readonly host: QueueHost<T>) {}

  get length(): number {
    return this.waiting.length;
  }

  push(frame: T): void {
    const kept = this.host.stays(frame) ? 0 : MOST - 1;
    this.waiting.splice(0, this.waiting.length - kept);
    this.waiting.push({ frame, since: this.host.now() });
    this.ask();
  }

  /** Forget what waits; nothing is drawn afterwards. */
  clear(): void {
    this.waiting = [];
    if (this.handle !== null) {
      this.host.cancel(this.handle);
    }
    this.handle = null;
  }

  private ask(): void {
    if (this.handle === null && this.waiting.length) {
      this.handle = this.host.request(() => this.drawOne());
    }
  }

  private drawOne(): void {
    this.handle = null;
    const next = this.waiting.shift();
    if (!next) {
      return;
    }
    const start = this.host.now();
    try {
      this.host.draw(next.frame);
    } finally {
      // A frame that could not be drawn is answered too: otherwise the sender would wait for it.
      const end = this.host.now();
      this.host.done(next.frame, end - start, end - next.since);
      this.ask();
    }
  }
}
