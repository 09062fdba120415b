import assert from 'node:assert/strict';
import { test } from 'node:test';

import { firstWritten, placeOf, spoken } from '../plugin/src/problems';

const problem = (line: number, column: number, end: number, source = '') => ({ line, column, end, source, message: 'wrong' });
const cell = ['%%brainpy neuron A', 'dv/dt = -ww', 'x = 1 +'];

test('a place is on the line of the cell, counted from its magic', () => {
  assert.deepEqual(placeOf(cell, problem(2, 9, 11, 'dv/dt = -ww')), { line: 1, from: 9, to: 11 });
  assert.deepEqual(placeOf(['', '  ', ...cell], problem(2, 9, 11, 'dv/dt = -ww')), { line: 3, from: 9, to: 11 });
  assert.equal(firstWritten(['', '']), 0);
});

test('columns are counted in characters and told in units of the editor', () => {
  assert.deepEqual(placeOf(["x = '😀', yy"], problem(1, 9, 11)), { line: 0, from: 10, to: 12 });
  assert.deepEqual(placeOf(['x = 😀'], problem(1, 4, 5)), { line: 0, from: 4, to: 6 });
});

test('what is missing at the end of a line marks its last character', () => {
  assert.deepEqual(placeOf(cell, problem(3, 7, 8, 'x = 1 +')), { line: 2, from: 6, to: 7 });
  assert.deepEqual(placeOf(['a', ''], problem(2, 0, 1)), { line: 1, from: 0, to: 0 });
});

test('a line that was changed or taken away since the run has no mark', () => {
  assert.equal(placeOf(cell, problem(2, 9, 11, 'dv/dt = -www')), null);
  assert.equal(placeOf(cell, problem(9, 0, 1)), null);
  assert.deepEqual(placeOf(cell, problem(2, 9, 11, 'dv/dt = -ww  ')), { line: 1, from: 9, to: 11 });
});

test('a screen reader says line, column and message as people count', () => {
  assert.equal(spoken(problem(2, 9, 11)), 'Line 2, column 10: wrong');
});
