import { expect, test } from 'vitest';
import { notebookFault } from './notebook-fault.ts';

const cell = { cell_type: 'code', source: 'x = 1', metadata: {} };
const notebook = (cells: unknown, more = {}) => ({ nbformat: 4, metadata: {}, cells, ...more });

test.each<[string, unknown, RegExp]>([
  ['a list', [], /it is a list, not an object/],
  ['nothing', null, /it is null/],
  ['no cells', { nbformat: 4, metadata: {} }, /"cells" is missing.*a list of cells/],
  ['cells that are no list', notebook({}), /"cells" is an object/],
  ['a cell that is none', notebook([cell, null]), /cell 2 is null, it has to be an object/],
  [
    'metadata that is a text',
    notebook([{ ...cell, metadata: 'a' }]),
    /"metadata" of cell 1 is a text/
  ],
  ['the notebook’s own metadata', notebook([cell], { metadata: 3 }), /"metadata" is a number/],
  [
    'a source that is a number',
    notebook([{ ...cell, source: 5 }]),
    /"source" of cell 1 is a number/
  ],
  ['a cell without a type', notebook([{ source: '' }]), /"cell_type" of cell 1 is missing/],
  ['format 3', { nbformat: 3, worksheets: [{ cells: [] }] }, /notebook format 3; format 4/],
  ['format 3, which does not say so', { worksheets: [] }, /format 3 or older/],
  ['a format to come', notebook([], { nbformat: 5 }), /format 5/],
  ['a format that is a text', notebook([], { nbformat: '4' }), /format "4"/]
])('%s is told in words, with what to do', (_, content, words) => {
  const fault = notebookFault(content);
  expect(fault?.what).toMatch(words);
  expect(fault?.remedy).toMatch(/JupyterLab/);
});

test('the cell at fault is named for whoever can show it', () => {
  expect(notebookFault(notebook([cell, { ...cell, source: 5 }]))).toMatchObject({ cell: 1 });
});

test.each([
  ['a notebook', notebook([cell])],
  ['tags and intent of any form', notebook([{ ...cell, metadata: { tags: 5, stepladder: 'a' } }])],
  ['keys that we do not know', notebook([{ ...cell, more: [1] }], { more: 1 })]
])('%s is fine', (_, content) => {
  expect(notebookFault(content)).toBeUndefined();
});
