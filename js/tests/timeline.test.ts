import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { FrameHeader, LabSpec } from '../widget/protocol';
import { TimeLine } from '../widget/timeline';
import { type FakeElement, fakePage } from './fake_dom';

test('while a lab runs its time line moves ten times a second, and at once when it stops', () => {
  fakePage();
  const line = new TimeLine({ dt: 0.1 } as LabSpec, () => undefined);
  const range = (line.node as unknown as FakeElement).querySelectorAll('input')[0];
  const show = (step: number, now: number, status = 'running') => {
    line.show({ step, t: 0.1 * step, past: [0, step], status } as FrameHeader, now);
    return range.value;
  };
  assert.equal(show(100, 1000), '100');
  assert.equal(show(110, 1033), '100');
  assert.equal(show(120, 1066), '100');
  assert.equal(show(130, 1100), '130');
  assert.equal(show(135, 1120, 'paused'), '135');
});
