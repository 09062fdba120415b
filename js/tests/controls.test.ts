import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ChangeSender, type Outgoing } from '../widget/client';
import type { ControlSpec } from '../widget/protocol';
import { fromPosition, stepOf, toPosition } from '../widget/scale';
import { speedText } from '../widget/status';

const control: ControlSpec = {
  label: 'I', owner: '', unit: '', value: 0.8, slider: true, low: -0.5, high: 1.5, scale: 'linear', step: null, choices: [], rebuilds: false
};

test('the ends of a slider are exactly the ends of its range', () => {
  assert.equal(fromPosition(control, 0), -0.5);
  assert.equal(fromPosition(control, 1), 1.5);
  assert.equal(toPosition(control, -0.5), 0);
  assert.equal(toPosition(control, 1.5), 1);
});

test('positions and values agree within a step', () => {
  for (let k = 0; k <= 100; k++) {
    const value = fromPosition(control, k / 100);
    assert.ok(Math.abs(toPosition(control, value) - k / 100) <= stepOf(control) / 2);
  }
});

test('a step counts from the lower end', () => {
  const whole = { ...control, low: 1, high: 9, step: 1 };
  assert.deepEqual([0.1, 0.5, 0.93].map(at => fromPosition(whole, at)), [2, 5, 8]);
});

test('a log slider has the geometric mean in its middle', () => {
  const log: ControlSpec = { ...control, low: 0.01, high: 1, scale: 'log' };
  assert.equal(fromPosition(log, 0.5), 0.1);
  assert.ok(Math.abs(toPosition(log, 0.1) - 0.5) < 1e-12);
});

function sender() {
  const sent: Outgoing[] = [];
  let now = 0;
  const changes = new ChangeSender(message => sent.push(message), () => now, 250);
  return { sent, changes, at: (time: number) => (now = time) };
}

test('one change is under way at a time and the newest value wins', () => {
  const { sent, changes } = sender();
  changes.change(0, 1, false);
  changes.change(0, 2, false);
  changes.change(0, 3, true);
  assert.equal(sent.length, 1);
  assert.equal(changes.answered(0), null);
  assert.equal(changes.answered(1), 0);
  assert.equal(sent.length, 2);
  assert.deepEqual(sent[1].changes, [{ control: 0, value: 3, released: true }]);
  changes.answered(2);
  assert.equal(sent.length, 2);
  changes.close();
});

test('changes of two sliders travel together', () => {
  const { sent, changes } = sender();
  changes.change(0, 1, false);
  changes.change(1, 5, false);
  changes.change(0, 2, false);
  changes.answered(1);
  assert.deepEqual(sent[1].changes, [{ control: 1, value: 5, released: false }, { control: 0, value: 2, released: false }]);
  changes.close();
});

test('an answer that never comes holds the next change up for a quarter of a second only', () => {
  const { sent, changes, at } = sender();
  changes.change(0, 1, false);
  at(100);
  changes.change(0, 2, false);
  assert.equal(sent.length, 1);
  at(251);
  changes.change(0, 3, true);
  assert.equal(sent.length, 2);
  changes.close();
});

test('an old answer does not count for a newer change', () => {
  const { sent, changes } = sender();
  changes.change(0, 1, false);
  changes.answered(0);
  changes.change(0, 2, false);
  assert.equal(sent.length, 1);
  changes.close();
});

test('the speed that is not reached is shown as what was reached', () => {
  assert.equal(speedText(40, 39.8), '40 ms/s');
  assert.equal(speedText(1000, 312.4), '312 of 1000 ms/s');
  assert.equal(speedText(null, 5321), '5321 ms/s');
});
