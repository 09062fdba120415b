/** A picture of bytes, each of which stands for a colour, to be laid stretched on a canvas. */
import type { Drawing } from './plot';

export class Stencil {
  private readonly canvas = document.createElement('canvas');
  private readonly pen = this.canvas.getContext('2d', { willReadFrequently: true });
  private data: ImageData | null = null;

  /**
   * Lay `levels`, row 0 at the bottom, into the box from (x0, y0) to (x1, y1).
   *
   * `table` has the colour of each byte as pixels are stored: alpha, blue, green, red.
   */
  lay(drawing: Drawing, levels: Uint8Array, [rows, columns]: [number, number], table: Uint32Array, box: [number, number, number, number]): void {
    const { canvas, pen } = this;
    if (!rows || !columns || !pen) {
      return;
    }
    if (!this.data || this.data.width !== columns || this.data.height !== rows) {
      [canvas.width, canvas.height] = [columns, rows];
      this.data = pen.createImageData(columns, rows);
    }
    const packed = new Uint32Array(this.data.data.buffer);
    for (let row = 0; row < rows; row++) {
      const from = row * columns;
      const to = (rows - 1 - row) * columns;
      for (let column = 0; column < columns; column++) {
        packed[to + column] = table[levels[from + column]];
      }
    }
    pen.putImageData(this.data, 0, 0);
    const { g, toX, toY } = drawing;
    const [left, right] = [toX(box[0]), toX(box[2])];
    const [bottom, top] = [toY(box[1]), toY(box[3])];
    g.drawImage(canvas, left, top, right - left, bottom - top);
  }
}

/** A table for bytes that say how much of one ink there is. */
export class Tints {
  private ink = '';
  private readonly table = new Uint32Array(256);

  of(ink: string, g: CanvasRenderingContext2D): Uint32Array {
    if (ink !== this.ink) {
      this.ink = ink;
      g.fillStyle = ink;
      const hex = String(g.fillStyle); // the canvas gives colours back as #rrggbb, whatever names them
      const bgr = [5, 3, 1].reduce((sum, at) => (sum << 8) | parseInt(hex.slice(at, at + 2), 16), 0);
      this.table.forEach((_, alpha) => (this.table[alpha] = ((alpha << 24) | bgr) >>> 0));
    }
    return this.table;
  }
}
