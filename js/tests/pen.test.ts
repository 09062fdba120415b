import assert from 'node:assert/strict';
import { test } from 'node:test';

import { NEAR, Pen } from '../widget/pen';

type Point = [number, number];

/** The pieces that are drawn of pieces of points. */
function drawn(...lines: Point[][]): Point[][] {
  const found: Point[][] = [];
  const pen = new Pen({
    moveTo: (x, y) => found.push([[x, y]]),
    lineTo: (x, y) => found[found.length - 1].push([x, y])
  });
  for (const line of lines) {
    line.forEach(([x, y], k) => (k ? pen.lineTo(x, y) : pen.moveTo(x, y)));
  }
  pen.end();
  return found;
}

function distance([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const long = (bx - ax) ** 2 + (by - ay) ** 2;
  const share = long ? Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / long)) : 0;
  return Math.hypot(x - ax - share * (bx - ax), y - ay - share * (by - ay));
}

function farthest(points: Point[], line: Point[]): number {
  return Math.max(...points.map(point => Math.min(...line.slice(1).map((to, k) => distance(point, line[k], to)))));
}

const circle: Point[] = Array.from({ length: 2001 }, (_, k) => [100 * Math.cos(k / 300), 100 * Math.sin(k / 300)]);
const wave: Point[] = Array.from({ length: 2000 }, (_, k) => [k / 4, 80 * Math.sin(k / 40)]);

test('a straight line is its two ends', () => {
  const line: Point[] = Array.from({ length: 50 }, (_, k) => [3 * k, 2 * k]);
  assert.deepEqual(drawn(line), [[line[0], line[49]]]);
});

test('nothing that is left out is farther than what cannot be seen, and most is left out', () => {
  for (const points of [circle, wave]) {
    const [line] = drawn(points);
    assert.ok(farthest(points, line) <= NEAR + 1e-9, String(farthest(points, line)));
    assert.ok(line.length < points.length / 8, `${line.length} of ${points.length}`);
  }
});

test('a rough line keeps to the same bound', () => {
  let seed = 7;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  for (let trial = 0; trial < 20; trial++) {
    let [x, y] = [0, 0];
    const points = Array.from({ length: 300 }, (): Point => [(x += random() - 0.3 * (trial % 4)), (y += random() - 0.5)]);
    const [line] = drawn(points);
    assert.ok(farthest(points, line) <= NEAR + 1e-9, String(farthest(points, line)));
  }
});

test('a line that turns back reaches its turning point', () => {
  assert.deepEqual(drawn([[0, 0], [5, 0], [10, 0], [4, 0], [2, 0]]), [[[0, 0], [10, 0], [2, 0]]]);
});

test('pieces stay apart, and a point alone begins nothing', () => {
  assert.deepEqual(drawn([[0, 0], [1, 0], [2, 0]], [[5, 5]], [[7, 7], [8, 8]]), [[[0, 0], [2, 0]], [[5, 5]], [[7, 7], [8, 8]]]);
});
