import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ghostsOf, shiftIn } from '../widget/ghost';
import { lineText } from '../widget/past';
import { timeText } from '../widget/timeline';

test('a line of the log says what went from where to where', () => {
  const line = { step: 3, t: 0.3, what: 'I', before: '0.8', after: '1.25', ahead: false };
  assert.equal(lineText(line), 'I 0.8 \u2192 1.25');
  assert.equal(lineText({ ...line, what: 'v', before: '' }), 'v = 1.25');
  assert.equal(lineText({ ...line, what: 'start again', before: '', after: '' }), 'start again');
});

test('a time has the decimals that tell its steps apart', () => {
  assert.equal(timeText(0.3, 0.1), '0.3 ms');
  assert.equal(timeText(199.85, 0.05), '199.85 ms');
  assert.equal(timeText(199.875, 0.025), '199.875 ms');
  assert.equal(timeText(20, 1), '20.0 ms');
  assert.equal(timeText(1 / 3, 1 / 3), '0.3333 ms');
});

test('each view gets its part of what is dim, with the buffers that belong to it', () => {
  const buffers = [1, 2, 3].map(n => new DataView(new ArrayBuffer(n)));
  const trace = { kind: 'trace', from: 0, width: 1, buffers: [0, 1] };
  const sent = [
    { name: 'held', pinned: true, window: [0, 200], first: 0, views: [{ ...trace, buffers: [0] }, null] },
    { name: 'branch 2', pinned: false, window: [50, 90], first: 1, views: [trace, null] }
  ];
  const [held, branch] = ghostsOf(sent, buffers, 0);
  assert.deepEqual([held.name, branch.name], ['held', 'branch 2']);
  assert.deepEqual(branch.buffers.map(one => one.byteLength), [2, 3]);
  assert.deepEqual(ghostsOf(sent, buffers, 1), []);
  assert.deepEqual(ghostsOf(undefined, buffers, 0), []);
  // What is held moves with the window, a future that was left stays at its time.
  assert.equal(shiftIn(held, [100, 300]), 100);
  assert.equal(shiftIn(branch, [100, 300]), 0);
});
