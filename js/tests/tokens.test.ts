import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cellKind, equationTokens, magicTokens } from '../plugin/src/tokens';

/** The pieces of a line as `text:kind`, which is what the tests speak about. */
function pieces(line: string, tokens = equationTokens(line)): string[] {
  return tokens.map(token => `${line.slice(token.from, token.to)}:${token.kind}`);
}

test('a cell is known by its magic and nothing else', () => {
  assert.equal(cellKind('%%brainpy neuron FHN'), 'neuron');
  assert.equal(cellKind('%%brainpy  synapse Expo --dt 0.1'), 'synapse');
  assert.equal(cellKind('%%brainpy network Net'), 'network');
  assert.equal(cellKind('%%brainpyneuron FHN'), null);
  assert.equal(cellKind('%%brainpy neurons FHN'), null);
  assert.equal(cellKind('# %%brainpy neuron FHN'), null);
  assert.equal(cellKind(''), null);
});

test('the magic line shows its options', () => {
  const line = '%%brainpy neuron FHN --dt 0.05 --no-show';
  assert.deepEqual(pieces(line, magicTokens(line)), ['%%brainpy neuron:magic', '--dt:keyword', '--no-show:keyword']);
});

test('both spellings of a derivative are derivatives', () => {
  assert.deepEqual(pieces('dv/dt = v'), ['dv/dt:derivative']);
  assert.deepEqual(pieces("v' = w"), ["v':derivative"]);
  assert.deepEqual(pieces('dV_m / dt = 0'), ['dV_m / dt:derivative', '0:number']);
  assert.deepEqual(pieces('dα/dt = α'), ['dα/dt:derivative']);
});

test('a division by a name that begins with dt is no derivative', () => {
  assert.deepEqual(pieces('k = dv/dtx'), []);
});

test('a unit is coloured only behind a number', () => {
  assert.deepEqual(pieces('tau = 12.5 ms'), ['12.5:number', 'ms:unit']);
  assert.deepEqual(pieces('gNa = 35 mS/cm2 in [0, 60]').slice(0, 3), ['35:number', 'mS/cm2:unit', 'in:keyword']);
  assert.deepEqual(pieces('ms = nA'), []);
  assert.deepEqual(pieces('a = 1 msx'), ['1:number']);
  assert.deepEqual(pieces('a = 1 mS'), ['1:number']);
});

test('log is a function before a bracket and a word behind a slider', () => {
  assert.deepEqual(pieces('k = log(v)'), ['log:function']);
  assert.deepEqual(pieces('g = 1 in [0.1, 9] log').at(-1), 'log:keyword');
});

test('a comment ends the line', () => {
  const line = 'a = 1 # in ms, exp(1)';
  assert.deepEqual(pieces(line), ['1:number', '# in ms, exp(1):comment']);
});

test('a field behind a dot belongs to its owner', () => {
  assert.deepEqual(pieces('post.input += s'), ['post:keyword']);
});

test('names that contain a keyword are the user\'s', () => {
  assert.deepEqual(pieces('inputs = input_2 + spikes + print'), []);
  assert.deepEqual(pieces('xi_2 + xi + pi'), ['xi_2:builtin', 'xi:builtin', 'pi:builtin']);
});

test('2v is an error, so it is not coloured as a number', () => {
  assert.deepEqual(pieces('k = 2v'), []);
  assert.deepEqual(pieces('k = 2e-3*v + .5'), ['2e-3:number', '.5:number']);
});

test('tokens never overlap and stay inside the line', () => {
  const line = "spike when v > 30 mV; reset v = c, u += d  # v' dv/dt";
  let end = 0;
  for (const token of equationTokens(line)) {
    assert.ok(token.from >= end && token.to > token.from && token.to <= line.length);
    end = token.to;
  }
  assert.ok(end === line.length);
});
