import assert from 'node:assert/strict';
import { test } from 'node:test';

import { FrameQueue } from '../widget/queue';

/** A queue on a screen and a clock that the test moves by hand. */
function screen(drawMs = 0) {
  const log: string[] = [];
  const callbacks: (() => void)[] = [];
  let now = 0;
  const queue = new FrameQueue<number>({
    draw: frame => {
      now += drawMs;
      log.push(`draw ${frame}`);
      if (frame < 0) {
        throw new Error('cannot be drawn');
      }
    },
    done: (frame, drawn, held) => log.push(`ack ${frame} ${drawn}/${held}`),
    request: callback => callbacks.push(callback),
    cancel: () => callbacks.splice(0),
    stays: frame => frame >= 100,
    now: () => now
  });
  const paint = (at: number) => {
    now = Math.max(now, at);
    callbacks.splice(0).forEach(callback => callback());
  };
  return { queue, log, paint };
}

test('frames that arrive in pairs are drawn in two animation frames, and answered after drawing', () => {
  const { queue, log, paint } = screen();
  queue.push(1);
  queue.push(2);
  assert.deepEqual(log, []);
  paint(16);
  assert.deepEqual(log, ['draw 1', 'ack 1 0/16']);
  paint(33);
  assert.deepEqual(log.slice(2), ['draw 2', 'ack 2 0/33']);
});

test('the answer carries what drawing cost', () => {
  const { queue, log, paint } = screen(80);
  queue.push(7);
  paint(10);
  assert.deepEqual(log, ['draw 7', 'ack 7 80/90']);
});

test('a frame that cannot be drawn is answered all the same', () => {
  const { queue, log, paint } = screen();
  queue.push(-1);
  queue.push(2);
  assert.throws(() => paint(16));
  paint(33);
  assert.deepEqual(log, ['draw -1', 'ack -1 0/16', 'draw 2', 'ack 2 0/33']);
});

test('of three frames that wait the oldest is dropped', () => {
  const { queue, log, paint } = screen();
  [1, 2, 3].forEach(frame => queue.push(frame));
  assert.equal(queue.length, 2);
  [16, 33, 50].forEach(paint);
  assert.deepEqual(log, ['draw 2', 'ack 2 0/16', 'draw 3', 'ack 3 0/33']);
});

test('a frame that stays is drawn in place of those that wait', () => {
  const { queue, log, paint } = screen();
  [1, 2, 100, 3].forEach(frame => queue.push(frame));
  [16, 33, 50].forEach(paint);
  assert.deepEqual(log, ['draw 100', 'ack 100 0/16', 'draw 3', 'ack 3 0/33']);
});

test('nothing is drawn after clear', () => {
  const { queue, log, paint } = screen();
  queue.push(1);
  queue.clear();
  paint(16);
  assert.deepEqual(log, []);
  assert.equal(queue.length, 0);
});
