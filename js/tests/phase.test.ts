import assert from 'node:assert/strict';
import { test } from 'node:test';

import { markOf } from '../widget/phase_view';
import { pieces } from '../widget/strokes';
import { className } from '../widget/words';

test('a pair without a number separates pieces of a nullcline', () => {
  const pairs = new Float32Array([0, 1, 2, 3, NaN, NaN, 4, 5, 6, NaN, 7, 8]);
  assert.deepEqual(pieces(pairs), [[[0, 1], [2, 3]], [[4, 5]], [[7, 8]]]);
  assert.deepEqual(pieces(new Float32Array([])), []);
  assert.deepEqual(pieces(new Float32Array([NaN, 1])), []);
});

test('equilibria are filled where they are stable, and rhombs where they are saddles', () => {
  assert.deepEqual(markOf('stable-focus'), { rhomb: false, filled: true });
  assert.deepEqual(markOf('unstable-node'), { rhomb: false, filled: false });
  assert.deepEqual(markOf('saddle-node'), { rhomb: true, filled: false });
  assert.deepEqual(markOf('center'), { rhomb: false, filled: false });
});

test('classes are written as words, and a saddle as one', () => {
  assert.deepEqual(['unstable-focus', 'stable-node', 'saddle-node', 'center'].map(className), ['unstable focus', 'stable node', 'saddle', 'center']);
});
