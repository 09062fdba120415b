/** What is drawn in the units of the axes: lines with gaps, circles, labels. */
import { Pen } from './pen';
import type { Drawing } from './plot';

/** Pieces of a line whose points are (x, y) pairs; a pair with NaN breaks it. */
export function pieces(pairs: Float32Array): [number, number][][] {
  const found: [number, number][][] = [];
  let piece: [number, number][] = [];
  for (let k = 0; k + 1 < pairs.length; k += 2) {
    if (Number.isFinite(pairs[k]) && Number.isFinite(pairs[k + 1])) {
      piece.push([pairs[k], pairs[k + 1]]);
    } else if (piece.length) {
      found.push(piece);
      piece = [];
    }
  }
  return piece.length ? [...found, piece] : found;
}

/** A line whose points are (x, y) pairs. */
export function line({ g, toX, toY }: Drawing, pairs: Float32Array, ink: string, width: number, dashes: number[] = []): void {
  g.strokeStyle = ink;
  g.lineWidth = width;
  g.setLineDash(dashes);
  g.lineJoin = 'round';
  g.beginPath();
  const pen = new Pen(g);
  for (const piece of pieces(pairs)) {
    piece.forEach(([x, y], k) => (k ? pen.lineTo(toX(x), toY(y)) : pen.moveTo(toX(x), toY(y))));
  }
  pen.end();
  g.stroke();
  g.setLineDash([]);
}

/** A circle with an edge, a filling, or both; its radius in pixels. */
export function circle(
  { g, toX, toY }: Drawing, [x, y]: readonly [number, number], radius: number, { edge, fill }: { edge?: string; fill?: string }
): void {
  g.beginPath();
  g.arc(toX(x), toY(y), radius, 0, 2 * Math.PI);
  paint(g, { edge, fill });
}

/** Fill the path, then draw its edge. */
export function paint(g: CanvasRenderingContext2D, { edge, fill }: { edge?: string; fill?: string }): void {
  if (fill) {
    g.fillStyle = fill;
    g.fill();
  }
  if (edge) {
    g.strokeStyle = edge;
    g.lineWidth = 2;
    g.stroke();
  }
}

/** A word beside a point, on the side where there is room, on a rim of paper so that curves do not cross it. */
export function label(drawing: Drawing, text: string, [x, y]: readonly [number, number], ink: string, paper: string): void {
  const { g, toX, toY, width } = drawing;
  g.font = '11px system-ui, sans-serif';
  const toTheLeft = toX(x) > width - 60;
  g.textAlign = toTheLeft ? 'right' : 'left';
  const at = [toX(x) + (toTheLeft ? -8 : 8), Math.max(12, toY(y) - 8)] as const;
  g.strokeStyle = paper;
  g.lineWidth = 4;
  g.lineJoin = 'round';
  g.strokeText(text, ...at);
  g.fillStyle = ink;
  g.fillText(text, ...at);
}
