import assert from 'node:assert/strict';
import { test } from 'node:test';

import { GrowingLimits, extent } from '../widget/limits';
import { axisLabel, formatTick, formatValue, niceStep, ticks } from '../widget/ticks';
import { unitText } from '../widget/words';

test('steps are 1, 2 or 5 times a power of ten and not below what was asked', () => {
  for (const [size, step] of [[0.9, 1], [1, 1], [1.1, 2], [2.3, 5], [5.1, 10], [0.03, 0.05], [240, 500]]) {
    assert.ok(Math.abs(niceStep(size) / step - 1) < 1e-12, `${size} -> ${niceStep(size)}`);
  }
  assert.equal(niceStep(0), 1);
  assert.equal(niceStep(NaN), 1);
});

test('ticks lie inside the axis and contain its round ends', () => {
  assert.deepEqual(ticks(0, 200, 8).values, [0, 50, 100, 150, 200]);
  assert.deepEqual(ticks(-2, 2, 4).values, [-2, -1, 0, 1, 2]);
  const odd = ticks(46.05, 246.05, 5);
  assert.ok(odd.values.every(value => value >= 46.05 && value <= 246.05));
});

test('labels have the digits of the step, a true minus and no negative zero', () => {
  assert.equal(formatTick(-1.5, 0.5), '\u22121.5');
  assert.equal(formatTick(0.30000000000000004, 0.1), '0.3');
  assert.equal(formatTick(-1e-17, 0.1), '0');
  assert.equal(formatTick(200, 50), '200');
  assert.equal(formatTick(2e6, 1e6), '2e+6');
});

test('values lose the noise of binary arithmetic', () => {
  assert.equal(formatValue(0.1 + 0.2), '0.3');
  assert.equal(formatValue(12.5), '12.5');
});

test('units stand in brackets', () => {
  assert.equal(axisLabel('time', 'ms'), 'time (ms)');
  assert.equal(axisLabel('neuron', ''), 'neuron');
  assert.equal(axisLabel('I', 'uA/cm2'), 'I (\u00b5A/cm\u00b2)');
  assert.deepEqual(['mV', 'uS', 'Hz', '1/ms', 'uF/cm2'].map(unitText), ['mV', '\u00b5S', 'Hz', '1/ms', '\u00b5F/cm\u00b2']);
});

test('limits grow and never shrink until they are reset', () => {
  const limits = new GrowingLimits();
  assert.deepEqual(limits.range, [0, 1]);
  assert.equal(limits.include(-1.93, 1.91), true);
  const [low, high] = limits.range;
  assert.ok(low <= -1.93 && high >= 1.91);
  assert.equal(limits.include(-0.1, 0.1), false);
  assert.deepEqual(limits.range, [low, high]);
  limits.include(-1, 40);
  assert.ok(limits.range[1] >= 40 && limits.range[0] === low);
  limits.reset();
  assert.deepEqual(limits.range, [0, 1]);
});

test('a constant trace gets an axis with room', () => {
  const limits = new GrowingLimits();
  limits.include(-65, -65);
  assert.ok(limits.range[0] < -65 && limits.range[1] > -65);
});

test('what is still zero has the usual axis, and gets its own with the first value', () => {
  for (const limits of [new GrowingLimits(), new GrowingLimits(0)]) {
    assert.equal(limits.include(0, 0), false);
    assert.deepEqual(limits.range, [0, 1]);
    limits.include(0, 0.01);
    assert.ok(limits.range[1] >= 0.01 && limits.range[1] < 0.02);
  }
});

test('a rate starts at zero', () => {
  const limits = new GrowingLimits(0);
  limits.include(12, 30);
  assert.equal(limits.range[0], 0);
});

test('values that are not finite do not move the limits', () => {
  assert.deepEqual(extent(new Float32Array([NaN, 1, Infinity, -2, -Infinity])), [-2, 1]);
  assert.equal(new GrowingLimits().include(...extent(new Float32Array([NaN]))), false);
});
