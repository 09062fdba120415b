import assert from 'node:assert/strict';
import { test } from 'node:test';

import { TickRow, type Label } from '../widget/tick_row';
import { FakeElement, fakePage } from './fake_dom';

fakePage();

/** A row, and the places of its visible labels as a person sees them. */
function row(vertical = false) {
  const parent = new FakeElement('div');
  const ticks = new TickRow(parent as unknown as HTMLElement, vertical);
  const strip = parent.children[0] as FakeElement;
  const pixels = (node: FakeElement) => Number(/translate[XY]\(([-\d.]+)px\)/.exec(String(node.style.transform ?? 'translateX(0px)'))?.[1]);
  const seen = () =>
    Object.fromEntries(
      (strip.children as FakeElement[]).filter(node => !node.hidden).map(node => [node.textContent, pixels(strip) + pixels(node)])
    );
  return { ticks, strip, seen };
}

const at = (shift: number, ...values: number[]): Label[] => values.map(value => ({ at: 10 * value - shift, text: String(value) }));

test('labels stand where they should, wherever the axis goes', () => {
  const { ticks, strip, seen } = row();
  for (const [labels, expected] of [
    [at(0, 0, 5, 10), { 0: 0, 5: 50, 10: 100 }],
    [at(20, 5, 10), { 5: 30, 10: 80 }],
    [at(45, 5, 10, 15), { 5: 5, 10: 55, 15: 105 }],
    [at(1000, 100, 105), { 100: 0, 105: 50 }],
    [[{ at: 7, text: '105' }, { at: 90, text: '110' }], { 105: 7, 110: 90 }],
    [[], {}]
  ] as [Label[], Record<string, number>][]) {
    ticks.show(labels);
    assert.deepEqual(seen(), expected);
  }
  assert.equal(strip.children.length, 3);
});

test('while an axis scrolls only the strip moves', () => {
  const { ticks, strip } = row();
  ticks.show(at(0, 5, 10, 15));
  const before = (strip.children as FakeElement[]).map(node => node.style.transform);
  ticks.show(at(3.3, 5, 10, 15));
  assert.deepEqual((strip.children as FakeElement[]).map(node => node.style.transform), before);
  assert.equal(strip.style.transform, 'translateX(-3.3px)');
});

test('an axis that grows moves its labels one by one', () => {
  const { ticks, seen } = row(true);
  ticks.show([{ at: 0, text: '0' }, { at: 50, text: '1' }]);
  ticks.show([{ at: 10, text: '0' }, { at: 30, text: '1' }]);
  assert.deepEqual(seen(), { 0: 10, 1: 30 });
});
