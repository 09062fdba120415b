import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Drawing } from '../widget/plot';
import { Stencil, Tints } from '../widget/stencil';

interface Laid {
  box: number[];
  pixels: number[][];
}

/** What a stencil lays, as rows of pixels from the top; a canvas is made where one is asked for. */
function laid(levels: number[], shape: [number, number], table: Uint32Array, box: [number, number, number, number]): Laid[] {
  let put: { width: number; data: Uint8ClampedArray } | null = null;
  const pen = {
    createImageData: (width: number, height: number) => ({ width, height, data: new Uint8ClampedArray(4 * width * height) }),
    putImageData: (data: typeof put) => (put = data)
  };
  (globalThis as Record<string, unknown>).document = { createElement: () => ({ getContext: () => pen }) };
  const found: Laid[] = [];
  const g = {
    drawImage: (_: unknown, ...at: number[]) => {
      const bytes = [...(put?.data ?? [])];
      found.push({ box: at, pixels: Array.from({ length: bytes.length / 4 }, (_, k) => bytes.slice(4 * k, 4 * k + 4)) });
    }
  };
  const drawing = { g, toX: (x: number) => 10 * x, toY: (y: number) => 100 - 10 * y } as unknown as Drawing;
  new Stencil().lay(drawing, new Uint8Array(levels), shape, table, box);
  return found;
}

test('a tint has the red, green and blue of its ink, and the byte as how much of it', () => {
  const table = new Tints().of('tomato', { set fillStyle(_: string) {}, get fillStyle() { return '#ff6347'; } } as unknown as CanvasRenderingContext2D);
  assert.deepEqual([...new Uint8Array(table.buffer, 4 * 7, 4)], [0xff, 0x63, 0x47, 7]);
  assert.deepEqual([...new Uint8Array(table.buffer, 4 * 255, 4)], [0xff, 0x63, 0x47, 255]);
});

test('row 0 lies at the bottom of its box, each byte in its colour', () => {
  const table = new Uint32Array(256).map((_, level) => ((255 << 24) | level) >>> 0);
  const [{ box, pixels }] = laid([1, 2, 3, 4, 5, 6], [2, 3], table, [0, 1, 3, 5]);
  assert.deepEqual(pixels.map(one => one[0]), [4, 5, 6, 1, 2, 3]);
  assert.ok(pixels.every(one => one[3] === 255));
  assert.deepEqual(box, [0, 50, 30, 40]);
});

test('nothing is laid of nothing', () => {
  assert.deepEqual(laid([], [0, 3], new Uint32Array(256), [0, 0, 1, 1]), []);
});
