import assert from 'node:assert/strict';
import { test } from 'node:test';

import { keyValue, Names } from '../widget/bifurcation_view';

test('the keys of the marker are those of a slider', () => {
  assert.equal(keyValue('ArrowRight', 0.5, 0, 2), 0.52);
  assert.equal(keyValue('ArrowDown', 0.5, 0, 2), 0.48);
  assert.equal(keyValue('PageUp', 0.5, 0, 2), 0.7);
  assert.equal(keyValue('PageDown', 0.1, 0, 2), 0);
  assert.equal(keyValue('Home', 0.5, -1, 2), -1);
  assert.equal(keyValue('End', 0.5, -1, 2), 2);
  assert.equal(keyValue('a', 0.5, 0, 2), null);
});

test('no name is written over another one', () => {
  const names = new Names();
  assert.ok(names.hasRoom('fold of cycles', 40, 100));
  assert.ok(!names.hasRoom('fold of cycles', 44, 98)); // both would be at one place
  assert.ok(!names.hasRoom('Hopf', 100, 108));
  assert.ok(names.hasRoom('Hopf', 44, 130));
  assert.ok(names.hasRoom('fold', 200, 100));
});
