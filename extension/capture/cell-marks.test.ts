import { nullTranslator } from '@jupyterlab/translation';
import { expect, test } from 'vitest';
import type { CellStanding } from '../../server/contract/cells.ts';
import type { NotebookSteps } from '../../server/contract/pipelines.ts';
import type { CellExecution } from '../../server/contract/tracking.ts';
import { cellMarks, cellSign, executionLine } from './cell-marks.ts';

const trans = nullTranslator.load('stepladder');
const cell = (id: string, step?: string) => ({ id, step });

test('the first cell of a step bears its name, neighbours have other colours, unnamed cells nothing', () => {
  const marks = cellMarks(
    [cell('1', 'load'), cell('2', 'load'), cell('3'), cell('4', 'train'), cell('5', 'load')],
    undefined,
    undefined,
    trans
  );
  expect([...marks].map(([id, { colour, label }]) => [id, colour, label?.text])).toEqual([
    ['1', 1, 'load'],
    ['2', 1, undefined],
    ['4', 2, 'train'],
    ['5', 1, 'load']
  ]);
});

test('an edited step says since when', () => {
  const steps = {
    states: { load: 'edited' },
    latest: { version: 'v4' }
  } as unknown as NotebookSteps;
  expect(cellMarks([cell('1', 'load')], steps, undefined, trans).get('1')!.label).toEqual({
    text: 'load · edited since v4',
    state: 'edited'
  });
});

test('what the kernel holds counts more than an edit, in words', () => {
  const marks = cellMarks([cell('1', 'load')], undefined, undefined, trans, {
    load: { state: 'order', reason: 'It took x from cell 3, not from cell 1.' }
  });
  expect(marks.get('1')!.label).toEqual({ text: 'load · run out of order', state: 'order' });
});

const standing = (more: Partial<CellStanding>): CellStanding => ({
  index: 2,
  state: 'new',
  ran: false,
  inputs: [],
  outputs: [],
  missing: [],
  ambiguities: [],
  ...more
});

test('a cell bears a sign of how it stands, with the reason; a new one none', () => {
  const reason = 'Cell 1, which gives a, was edited since it ran.';
  expect(cellSign(standing({ state: 'upstream', reason }), 'v2', trans)).toEqual({
    state: 'upstream',
    label: `Cell 3: upstream changed\n${reason}`
  });
  expect(
    cellSign(standing({ state: 'edited', reason: 'Edited since v2.' }), 'v2', trans)!.label
  ).toBe('Cell 3: edited since v2\nEdited since v2.');
  expect(cellSign(standing({}), undefined, trans)).toBeUndefined();
});

test('a name that nobody gives is a question in the margin, unless there is something worse', () => {
  const missing = [
    {
      code: 'undefined-name',
      severity: 'error',
      cell: 2,
      line: 1,
      name: 'x',
      message: 'No cell before this one defines “x”.',
      remedy: ''
    }
  ] as const;
  expect(cellSign(standing({ missing: [...missing] }), undefined, trans)).toEqual({
    state: 'open',
    label: 'Cell 3\nNo cell before this one defines “x”.'
  });
  expect(
    cellSign(standing({ missing: [...missing], state: 'failed' }), undefined, trans)!.state
  ).toBe('failed');
});

const execution = (more: Partial<CellExecution> = {}): CellExecution => ({
  executionId: 'e',
  source: 'x = 1',
  state: 'ok',
  startTime: 0,
  endTime: 2100,
  changes: [],
  metrics: [],
  ...more
});
const metric = (key: string) => ({
  key,
  last: 18.314,
  step: 124,
  count: 125,
  spark: [24, 20, 18.314]
});

test('after a run a cell says how long it took and what it logged', () => {
  expect(executionLine(execution({ metrics: ['rmse'] }), 'x = 1', metric, trans)).toEqual({
    text: '2.1 s · rmse 18.31, step 124',
    failed: false,
    running: false,
    curve: { key: 'rmse', values: [24, 20, 18.314] }
  });
  expect(
    executionLine(
      execution({ changes: [{ name: 'df', type: 'DataFrame', shape: '3 × 2' }] }),
      'x = 1',
      metric,
      trans
    )!.text
  ).toBe('2.1 s · df 3 × 2');
});

test('a cell that was edited since says nothing of its last run', () => {
  expect(executionLine(execution(), 'x = 2', metric, trans)).toBeUndefined();
});
