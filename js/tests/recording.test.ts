import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';

import type { FrameHeader } from '../widget/protocol';
import { Tape, buffersOf, frameAt, unpack } from '../widget/recording';

test('buffers are put together from the one before and what is fresh', async () => {
  const blob = deflateSync(Buffer.from([1, 2, 3, 4, 5, 9, 8])).toString('base64');
  const frames = buffersOf([[[0, 0, 4], [1, 3, 1], [0, 0, 0]], [[0, 0, 2], [0, 2, 0], [1, 1, 0]]], await unpack(blob));
  const bytes = frames.map(frame => frame.map(view => [...new Uint8Array(view.buffer)]));
  assert.deepEqual(bytes, [[[1, 2, 3, 4], [9, 8]], [[2, 3, 4, 5], [9, 8]], [[], [8]]]);
});

test('a tape plays at its rate, stops at the end and begins again', () => {
  const tape = new Tape(5, 10);
  assert.equal(tape.tick(0), false);
  tape.play(1000);
  assert.equal(tape.tick(1050), false);
  assert.equal(tape.tick(1110), true);
  assert.equal(tape.position, 1);
  assert.equal(tape.tick(9000), true);
  assert.deepEqual([tape.position, tape.playing], [4, false]);
  tape.play(10000);
  assert.deepEqual([tape.position, tape.playing], [0, true]);
  tape.go(99);
  assert.deepEqual([tape.position, tape.playing], [4, false]);
});

test('a recorded frame says whether it plays', () => {
  const headers = [{ kind: 'frame', t: 3, status: 'closed', note: 'x' } as FrameHeader];
  const frame = frameAt(headers, [[]], 0, true, 7);
  assert.deepEqual([frame.header.status, frame.header.note, frame.header.t, frame.arrived], ['running', '', 3, 7]);
});
