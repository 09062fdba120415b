import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Answers } from '../widget/answers';

/** The numbers of the answered frames of a page, and what the last answer said; a frame comes each `beat` ms. */
function page(beat: number, drawnMs: (seq: number) => number, waiting = 0, isRunning = (_: number) => true): [number[], number] {
  const answers = new Answers();
  const found: number[] = [];
  let every = 0;
  for (let seq = 1; seq <= 12; seq++) {
    const answer = answers.to(seq, isRunning(seq), drawnMs(seq), waiting, beat * seq);
    if (answer) {
      assert.equal(answer.ack, seq);
      found.push(seq);
      every = answer.every;
    }
  }
  return [found, every];
}

const ALL = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

test('a page that keeps up says so, and answers to four frames at once', () => {
  assert.deepEqual(page(33, () => 3), [[1, 2, 6, 10], 4]);
  assert.deepEqual(page(16, () => 3), [[1, 2, 10], 8]);
});

test('frames that come slowly are answered one by one', () => {
  assert.deepEqual(page(130, () => 3), [ALL, 1]);
  assert.deepEqual(page(70, () => 3), [[1, 2, 4, 6, 8, 10, 12], 2]);
});

test('when frames begin to come slowly they are not waited for', () => {
  const answers = new Answers();
  const times = [0, 33, 66, 99, 400, 800, 1200];
  assert.deepEqual(times.map((now, k) => answers.to(k + 1, true, 3, 0, now)?.every ?? 0), [1, 4, 0, 0, 1, 1, 1]);
});

test('a page that is slow, or has frames waiting, answers to each', () => {
  assert.deepEqual(page(33, () => 80), [ALL, 1]);
  assert.deepEqual(page(33, () => 3, 2), [ALL, 1]);
});

test('a page that becomes slow answers at once to what was not answered', () => {
  assert.deepEqual(page(33, seq => (seq < 5 ? 3 : 80)), [[1, 2, 5, 6, 7, 8, 9, 10, 11, 12], 1]);
});

test('the last frame before a pause is answered', () => {
  assert.deepEqual(page(33, () => 3, 0, seq => seq !== 4)[0].slice(0, 3), [1, 2, 4]);
});

test('frames that were dropped are answered with the one that was drawn instead', () => {
  const answers = new Answers();
  const seqs = [1, 2, 4, 7, 9, 10, 11];
  assert.deepEqual(seqs.map(seq => answers.to(seq, true, 3, 0, 33 * seq)?.ack ?? 0), [1, 2, 0, 7, 0, 0, 11]);
});
