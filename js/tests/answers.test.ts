import assert from 'node:assert/strict';
import { test } from 'node:test';

import { answers, keepsUp } from '../widget/answers';

test('a page that keeps up answers to every second frame while the lab runs', () => {
  const answered = [1, 2, 3, 4, 5].filter(seq => answers(seq, 'running', keepsUp(3, 0)));
  assert.deepEqual(answered, [2, 4]);
});

test('the last frame before a pause is answered', () => {
  assert.equal(answers(7, 'paused', true), true);
});

test('a page that is slow, or has frames waiting, answers to each', () => {
  assert.equal(keepsUp(80, 0), false);
  assert.equal(keepsUp(3, 2), false);
  assert.equal(answers(7, 'running', false), true);
});
