import assert from 'node:assert/strict';
import { test } from 'node:test';

import { mismatch, unreadable } from '../widget/guard';
import { rows } from '../widget/help';
import { Keys } from '../widget/keys';
import { Menu } from '../widget/menu';
import { NumberBox, REFUSED, numberProblem } from '../widget/number';
import { Section } from '../widget/section';
import { lineAt, simplify, sorted, type Point } from '../widget/sketch';
import { Latency } from '../widget/status';
import { fakePage, type FakeElement } from './fake_dom';

test('a key acts, an unknown one does not, and none means two things', () => {
  const keys = new Keys();
  let pressed = 0;
  keys.add(' ', 'run or pause', () => (pressed += 1), 'space');
  assert.equal(keys.press(' '), true);
  assert.equal(keys.press('x'), false);
  assert.equal(pressed, 1);
  assert.throws(() => keys.add(' ', 'something else', () => undefined), /means something already/);
  assert.deepEqual(rows(keys.list)[0], ['space', 'run or pause']);
});

function menu() {
  const page = fakePage();
  const made = new Menu('More', 'More commands');
  const chosen: string[] = [];
  const items = ['one', 'two', 'three'].map(text => made.add(text, `does ${text}`, () => chosen.push(text)) as unknown as FakeElement);
  const node = made.node as unknown as FakeElement;
  const [button, list] = node.children as FakeElement[];
  return { page, made, chosen, items, node, button, list };
}

test('a menu opens on its first command, and arrows, Home and End walk in it', () => {
  const { page, items, node, button, list } = menu();
  assert.equal(list.hidden, true);
  assert.equal(button.getAttribute('aria-expanded'), 'false');
  button.fire('click');
  assert.equal(list.hidden, false);
  assert.equal(button.getAttribute('aria-expanded'), 'true');
  assert.equal(page.activeElement, items[0]);
  const walk = (key: string) => {
    const event = node.fire('keydown', { key });
    assert.ok(event.prevented && event.stopped);
    return items.indexOf(page.activeElement as FakeElement);
  };
  assert.deepEqual(['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowUp', 'Home', 'End'].map(walk), [1, 2, 0, 2, 0, 2]);
});

test('a command that cannot be given is passed over', () => {
  const { page, items, node, button } = menu();
  items[1].disabled = true;
  button.fire('click');
  node.fire('keydown', { key: 'ArrowDown' });
  assert.equal(page.activeElement, items[2]);
});

test('choosing acts, closes and gives the focus back; Escape only closes', () => {
  const { page, chosen, items, node, button, list } = menu();
  button.fire('click');
  items[1].fire('click');
  assert.deepEqual(chosen, ['two']);
  assert.equal(list.hidden, true);
  assert.equal(page.activeElement, button);
  button.fire('click');
  node.fire('keydown', { key: 'Escape' });
  assert.equal(list.hidden, true);
  assert.equal(page.activeElement, button);
  assert.deepEqual(chosen, ['two']);
});

test('a menu closes when the focus leaves it, and not when it moves inside', () => {
  const { items, node, button, list } = menu();
  button.fire('click');
  node.fire('focusout', { relatedTarget: items[2] });
  assert.equal(list.hidden, false);
  node.fire('focusout', { relatedTarget: null });
  assert.equal(list.hidden, true);
});

test('keys in a closed menu are left to others', () => {
  const { node } = menu();
  assert.equal(node.fire('keydown', { key: 'ArrowDown' }).prevented, false);
});

test('a section has its title as its summary, and is open as asked', () => {
  fakePage();
  const [open, shut] = [new Section('Input', true), new Section('Log', false)];
  assert.deepEqual([open.node.open, shut.node.open], [true, false]);
  const [summary, body] = (open.node as unknown as FakeElement).children as FakeElement[];
  assert.deepEqual([summary.tag, summary.textContent], ['summary', 'Input']);
  assert.equal(body, open.body as unknown as FakeElement);
});

test('what is wrong with a number is said with its bounds', () => {
  const spec = { label: 'x', low: 0, high: 5 };
  assert.equal(numberProblem('3.5', spec), '');
  assert.equal(numberProblem('7', spec), 'a number from 0 to 5');
  assert.equal(numberProblem('', { label: 'x', low: 1 }), 'a number, 1 or more');
  assert.equal(numberProblem('1.5', { label: 'x', whole: true }), 'a whole number');
  assert.equal(numberProblem('abc', { label: 'x', high: 2 }), 'a number, 2 at most');
  assert.equal(numberProblem('', { label: 'x', empty: 'varied' }), '');
});

test('a box tells a number once, and goes back from a wrong one', () => {
  fakePage();
  const told: number[] = [];
  let said = '';
  const box = new NumberBox({ label: 'width', unit: 'ms', low: 0 }, value => told.push(value));
  box.show(5);
  const input = box.box as unknown as FakeElement;
  assert.equal(input.getAttribute('aria-label'), 'width, ms');
  input.value = '7';
  assert.equal(input.fire('keydown', { key: 'Enter' }).prevented, true);
  input.fire('change');
  assert.deepEqual(told, [7]);
  input.addEventListener(REFUSED, event => (said = event.detail ?? ''));
  input.value = '-1';
  input.fire('change');
  assert.deepEqual([told, input.value, input.problem], [[7], '7', 'width: found -1, expected a number, 0 or more']);
  assert.equal(said, input.problem);
});

test('a box that a person types in is not overwritten', () => {
  const page = fakePage();
  const box = new NumberBox({ label: 'v' }, () => undefined);
  const input = box.box as unknown as FakeElement;
  box.show(1);
  page.activeElement = input;
  input.value = '1.2';
  box.show(3);
  assert.equal(input.value, '1.2');
});

test('a line keeps only the points that it needs', () => {
  const straight: Point[] = Array.from({ length: 50 }, (_, k) => [k, 2 * k]);
  assert.deepEqual(simplify(straight, 0.01), [[0, 0], [49, 98]]);
  const tent: Point[] = Array.from({ length: 41 }, (_, k) => [k, k <= 20 ? k : 40 - k]);
  assert.deepEqual(simplify(tent, 0.01), [[0, 0], [20, 20], [40, 0]]);
  const wave: Point[] = Array.from({ length: 200 }, (_, k) => [k, Math.sin(k / 20)]);
  const few = simplify(wave, 0.02);
  assert.ok(few.length < 40);
  assert.ok(wave.every(([time, value]) => Math.abs(lineAt(few, time) - value) <= 0.02 + 1e-12));
});

test('points are in the order of their times, each time once', () => {
  assert.deepEqual(sorted([[5, 1], [0, 0], [5, 2]]), [[0, 0], [5, 2]]);
  assert.deepEqual([-1, 0, 2.5, 9].map(time => lineAt([[0, 0], [5, 2]], time)), [0, 0, 1, 2]);
});

test('the latency is the median of the last times', () => {
  const latency = new Latency(3);
  assert.ok(Number.isNaN(latency.median));
  [500, 40, 60].forEach(ms => latency.add(ms));
  assert.equal(latency.median, 60);
  latency.add(50);
  assert.equal(latency.median, 50);
});

test('different versions of page and kernel are told, equal ones are not', () => {
  assert.equal(mismatch('0.1.0', '0.1.0'), '');
  assert.match(mismatch('0.1.0', '0.2.0'), /kernel has brainpy_lab 0\.2\.0, this page has 0\.1\.0\. Restart the kernel, reload.*restart the server/);
  assert.match(mismatch('0.1.0', undefined), /unknown version/);
});

test('what the page does not understand is told with both versions and what to do', () => {
  const error = new TypeError('x is undefined');
  assert.match(unreadable('FHN', error, '0.1.0', '0.2.0'), /FHN.*TypeError: x is undefined.*kernel has brainpy_lab 0\.2\.0, this page has 0\.1\.0.*restart the server.*bp\.labs\['FHN'\]/);
  assert.match(unreadable('FHN', error, '0.1.0', '0.1.0'), /versions agree.*npm run build/);
});
