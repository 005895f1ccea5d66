import { expect, test } from 'vitest';
import { keepOutputs } from './kept-outputs.ts';

const cell = (id: string, source: string | string[], shown?: string) => ({
  id,
  cell_type: 'code',
  source,
  metadata: {},
  outputs: shown === undefined ? [] : [{ output_type: 'stream', text: shown }],
  execution_count: shown === undefined ? null : 7
});

test('a restored cell keeps its outputs if it is the cell that is there now, to the letter', () => {
  const now = [cell('a', 'print(1)', '1'), cell('b', 'print(2)', '2'), cell('c', 'print(3)', '3')];
  const restored = [cell('a', ['print', '(1)']), cell('b', 'print(22)'), cell('d', 'print(3)')];
  expect(keepOutputs(restored, now)).toEqual([
    { ...cell('a', ['print', '(1)'], '1') },
    cell('b', 'print(22)'),
    cell('d', 'print(3)')
  ]);
});

test('a cell that was text is not given the outputs of the code that it became', () => {
  const text = { ...cell('a', 'x'), cell_type: 'markdown' };
  expect(keepOutputs([text], [cell('a', 'x', '1')])).toEqual([text]);
});
