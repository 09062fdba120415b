import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { FrameHeader, LabSpec } from '../widget/protocol';
import { StatusLine } from '../widget/status';
import { fakePage, type FakeElement } from './fake_dom';

fakePage();

const NOTE = 'paused: state "v" of "Bang" became nan after t = 0.7 ms. Go back or press Reset';

function line() {
  const status = new StatusLine({ name: 'Bang', dt: 0.1, seed: null, float: 'float64' } as LabSpec);
  const [badge, why] = [status.badge, status.why] as unknown as FakeElement[];
  const spoken = (status.node as unknown as FakeElement).children.at(-1) as FakeElement;
  const show = (told: Partial<FrameHeader>) =>
    status.show({ notices: [], inexact: [], t: 0, backend: 'numba', seed: null, ...told } as unknown as FrameHeader, 0, 0);
  const seen = () => [badge.textContent, (badge as unknown as HTMLElement).title, why.hidden ? null : why.textContent, spoken.textContent];
  return { show, seen };
}

test('the badge has a few words, and the whole note is a tip, a line of its own, and read out', () => {
  const { show, seen } = line();
  show({ status: 'paused', note: NOTE, brief: 'paused: v became nan' });
  assert.deepEqual(seen(), ['paused: v became nan', NOTE, NOTE, `Bang ${NOTE}`]);
});

test('of two long notes in a row the second is told too', () => {
  const { show, seen } = line();
  show({ status: 'paused', note: 'a long story', brief: 'paused' });
  show({ status: 'paused', note: 'another one', brief: 'paused' });
  assert.deepEqual(seen(), ['paused', 'another one', 'another one', 'Bang another one']);
});

test('a note that fits, and a status without one, stand in the badge alone', () => {
  const { show, seen } = line();
  show({ status: 'paused', note: NOTE, brief: 'paused: v became nan' });
  show({ status: 'paused', note: 'paused: not visible', brief: 'paused: not visible' });
  assert.deepEqual(seen(), ['paused: not visible', '', null, 'Bang paused: not visible']);
  show({ status: 'running', note: '', brief: '' });
  assert.deepEqual(seen(), ['running', '', null, 'Bang running']);
  show({ status: 'paused', note: '', brief: '' });
  assert.deepEqual(seen(), ['paused', '', null, 'Bang paused']);
});
