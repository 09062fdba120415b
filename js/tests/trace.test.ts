import assert from 'node:assert/strict';
import { test } from 'node:test';

import { markHeight } from '../widget/raster_view';
import { tracePoints } from '../widget/trace_view';

function points(pairs: number[]): string[] {
  const found: string[] = [];
  tracePoints(new Float32Array(pairs), (at, value, start) => found.push(`${start ? 'M' : 'L'}${at},${value}`));
  return found;
}

test('a column with one value is one point in its middle', () => {
  assert.deepEqual(points([1, 1, 2, 2]), ['M0.5,1', 'L1.5,2']);
});

test('the end nearer to the line so far comes first', () => {
  assert.deepEqual(points([0, 0, 1, 5, 2, 6]), ['M0.5,0', 'L1.25,1', 'L1.75,5', 'L2.25,6', 'L2.75,2']);
});

test('a slope passes through the middle of each column, and its ends are kept', () => {
  assert.deepEqual(points([0, 1, 2, 3, 6, 9, 5, 6, 2, 4]), ['M0.25,0', 'L0.75,1', 'L1.5,2.5', 'L2.25,6', 'L2.75,9', 'L3.5,5.5', 'L4.25,4', 'L4.75,2']);
});

test('a column without a number breaks the line', () => {
  assert.deepEqual(points([0, 0, NaN, NaN, 3, 3]), ['M0.5,0', 'M2.5,3']);
  assert.deepEqual(points([0, 0, 1, Infinity, 3, 3]), ['M0.5,0', 'M2.5,3']);
});

test('nothing in, nothing out', () => {
  assert.deepEqual(points([]), []);
});

test('marks of spikes fit their row and can be seen', () => {
  assert.equal(markHeight(230, 100), 0.8 * 2.3);
  assert.equal(markHeight(230, 4000), 1);
  assert.equal(markHeight(230, 2), 7);
});
