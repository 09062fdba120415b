import assert from 'node:assert/strict';
import { test } from 'node:test';

import { freeName, loadsMagics, newNotebook, pythonKernel, usesMagics } from '../plugin/src/notebook';
import { cellKind } from '../plugin/src/tokens';

const python = { name: 'python3', display_name: 'Python 3', language: 'python' };
const other = { name: 'py312', display_name: 'Python 3.12', language: 'python' };
const julia = { name: 'julia', display_name: 'Julia', language: 'julia' };

test('the first cell loads the magics and the second is a model', () => {
  const sources = newNotebook(python).cells.map(cell => cell.source);
  assert.equal(sources[0], '%load_ext brainpy_lab\nimport brainpy_lab as bp');
  assert.equal(cellKind(sources[1].split('\n')[0]), 'neuron');
});

test('a new notebook holds no output and names its kernel', () => {
  const notebook = newNotebook(python);
  assert.deepEqual(notebook.metadata, { kernelspec: python });
  assert.ok(notebook.cells.every(cell => cell.outputs.length === 0));
  assert.equal(new Set(notebook.cells.map(cell => cell.id)).size, notebook.cells.length);
});

test('the kernel is the default one if it runs Python, else the first that does', () => {
  assert.equal(pythonKernel([julia, python, other], 'py312'), other);
  assert.equal(pythonKernel([julia, python, other], 'julia'), python);
  assert.equal(pythonKernel([julia], 'julia'), null);
  assert.deepEqual(newNotebook(null).metadata, {});
});

test('a fresh copy takes the next number that is free', () => {
  assert.equal(freeName('a.ipynb', new Set(['a.ipynb'])), 'a-2.ipynb');
  assert.equal(freeName('a.ipynb', new Set(['a.ipynb', 'a-2.ipynb'])), 'a-3.ipynb');
});

test('a cell that loads the magics, and cells that use them, are told from others', () => {
  assert.ok(loadsMagics('import numpy\n  %load_ext brainpy_lab'));
  assert.ok(!loadsMagics('# load_ext brainpy_lab') && !loadsMagics('%load_ext brainpy_lab2'));
  assert.ok(usesMagics('%%brainpy neuron FHN\ndv/dt = -v') && usesMagics('x = 1\n%brainpy labs'));
  assert.ok(!usesMagics("print('%brainpy labs')") && !usesMagics('%%brainpyx'));
});
