import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Backdrop } from '../widget/backdrop';
import type { Drawing } from '../widget/plot';

/** A canvas whose context only counts, in the place of what a browser makes. */
function canvas(width = 0, height = 0) {
  const laid: unknown[] = [];
  const context = {
    canvas: null as unknown,
    setTransform: () => undefined, getTransform: () => 'fine', resetTransform: () => undefined,
    save: () => undefined, restore: () => undefined, drawImage: (picture: unknown) => laid.push(picture)
  };
  const made = { width, height, laid, getContext: () => context };
  context.canvas = made;
  return made;
}

test('what stands still is drawn again when a line, the theme or the size has changed, and is laid in every frame', () => {
  (globalThis as Record<string, unknown>).document = { createElement: () => canvas() };
  const screen = canvas(60, 40);
  const drawing = { g: screen.getContext() } as unknown as Drawing;
  const backdrop = new Backdrop();
  let drawn = 0;
  const show = (line: number[], theme: object) => backdrop.show(drawing, [new Float32Array(line)], [theme], still => {
    assert.notEqual(still.g, drawing.g);
    drawn++;
  });
  const [light, dark] = [{}, {}];
  show([1, NaN, 2], light);
  show([1, NaN, 2], light);
  assert.equal(drawn, 1);
  show([1, NaN, 3], light);
  assert.equal(drawn, 2);
  show([1, NaN, 3, 4], light);
  assert.equal(drawn, 3);
  show([1, NaN, 3, 4], dark);
  assert.equal(drawn, 4);
  screen.width = 80;
  show([1, NaN, 3, 4], dark);
  assert.equal(drawn, 5);
  assert.equal(screen.laid.length, 6);
});
