/** What stays as it is from frame to frame is drawn once, and laid below the rest as a picture. */
import type { Drawing } from './plot';

export class Backdrop {
  private readonly canvas = document.createElement('canvas');
  private key: unknown[] = [];
  private lines: Float32Array[] = [];

  /**
   * Lay the picture that `paint` draws. It is drawn again when the size, one of the `lines` or something of the `key`
   * has changed.
   */
  show(drawing: Drawing, lines: Float32Array[], key: unknown[], paint: (drawing: Drawing) => void): void {
    const { g } = drawing;
    const now = [g.canvas.width, g.canvas.height, ...key];
    if (!isSame(now, this.key) || lines.length !== this.lines.length || !lines.every((line, k) => isSame(line, this.lines[k]))) {
      [this.canvas.width, this.canvas.height] = [g.canvas.width, g.canvas.height]; // which clears it
      const still = this.canvas.getContext('2d');
      if (!still) {
        paint(drawing);
        return;
      }
      still.setTransform(g.getTransform());
      paint({ ...drawing, g: still });
      [this.key, this.lines] = [now, lines];
    }
    g.save();
    g.resetTransform();
    g.drawImage(this.canvas, 0, 0);
    g.restore();
  }
}

/** Whether two rows hold the same; NaN, which breaks a line, is the same as NaN. */
function isSame(one: ArrayLike<unknown>, other: ArrayLike<unknown>): boolean {
  if (one.length !== other.length) {
    return false;
  }
  for (let k = 0; k < one.length; k++) {
    if (!Object.is(one[k], other[k])) {
      return false;
    }
  }
  return true;
}
