import { expect, test } from 'vitest';
import type { CellOutputs } from '../executor/service.ts';
import { createErrorComparison } from './compare-errors.ts';
import { readErrors } from './error-text.ts';
import type { RanCell } from './reference.ts';

const now = { from: Date.UTC(2026, 0, 2, 15, 4, 5), to: Date.UTC(2026, 0, 2, 15, 5, 5) };

const shows = (stderr: string, otherErrors = ''): CellOutputs => ({
  stdout: '',
  stderr,
  otherErrors,
  displays: []
});
const ran = (texts: string[]) =>
  new Map(
    texts.map((text, cell): [number, RanCell] => [
      cell,
      { cell, outputs: shows(text), seconds: 0, values: {}, bound: [], state: [] }
    ])
  );
/** Both runs show the same where there is no second one. */
const compare = (step: CellOutputs, first: string[], second = first) =>
  createErrorComparison([ran(first), ran(second)], now)(first.length - 1, step);

const warning = (words: string, place = '/tmp/ipykernel_3/123.py:1') =>
  `${place}: UserWarning: ${words}\n  warnings.warn("x")\n`;

test.each([
  ['2026-01-02 15:04:07,120 INFO read', '2026-01-02 15:04:09,001 INFO read'],
  ['trained in 3.2 s', 'trained in 41 ms'],
  [
    '\r 0%| | 0/3 [00:00<?, ?it/s]\r100%|#| 3/3 [00:00<00:00, 31.4it/s]\n',
    '\r100%|#| 3/3 [00:01<00:00,  3.1it/s]\n'
  ],
  ['\rworking\r       \rdone', 'done'],
  ['outer\n\r in 1\x1b[A\router 2\n\r in 9\x1b[A\n', 'outer 2\n in 9'],
  ['\x1b[31mred\x1b[0m', 'red'],
  ['[IPKernelApp] WARNING | slow\nmine', 'mine'],
  [
    'Exception in thread Thread-9 (f):\n  File "/x/ipykernel/ipkernel.py", line 7, in run_closure\n    run()\n  File "/tmp/ipykernel_3/123.py", line 1, in f\nValueError',
    'Exception in thread Thread-2 (f):\n  File "<ipython-input-1-abc>", line 1, in f\nValueError'
  ]
])('what says nothing is not compared: %j', (notebook, pipeline) => {
  expect(compare(shows(pipeline), [notebook])).toEqual({ notCompared: [] });
});

test('other words, fewer lines, and another end of a bar are differences', () => {
  expect(compare(shows('b'), ['a']).difference).toEqual({
    what: 'stderr',
    place: 'line 1',
    notebook: 'a',
    pipeline: 'b'
  });
  expect(compare(shows('a'), ['a\nb']).difference).toMatchObject({ place: 'line 2', pipeline: '' });
  const bar = (done: number) => `\r0/3 [00:00<?]\r${done}/3 [00:00<00:00]\n`;
  expect(compare(shows(bar(2)), [bar(3)]).difference).toMatchObject({ pipeline: '2/3 <duration>' });
});

test('words that differ between two runs of the notebook are left out, and said to be', () => {
  const step = shows('loss 0.7 after 3 rows');
  const { difference, notCompared } = compare(
    step,
    ['loss 0.5 after 3 rows'],
    ['loss 0.6 after 3 rows']
  );
  expect(difference).toBeUndefined();
  expect(notCompared).toEqual([
    { what: 'stderr', reason: expect.stringContaining('in part') as string }
  ]);
  expect(
    compare(shows('loss 0.7 after 4 rows'), ['loss 0.5 after 3 rows'], ['loss 0.6 after 3 rows'])
      .difference
  ).toMatchObject({ pipeline: 'loss 0.7 after 4 rows' });
  expect(compare(shows('x'), ['one'], ['one\ntwo']).notCompared).toHaveLength(1);
});

test('a warning is its kind and its words, wherever its code is', () => {
  expect(compare(shows(warning('odd', '<ipython-input-1-ab>:9')), [warning('odd')])).toEqual({
    notCompared: []
  });
  expect(compare(shows(''), [warning('odd')]).difference).toEqual({
    what: 'stderr',
    place: 'warnings',
    notebook: 'UserWarning: odd',
    pipeline: ''
  });
  expect(compare(shows(warning('new')), ['']).difference).toMatchObject({
    pipeline: 'UserWarning: new'
  });
});

test('a warning that an earlier cell has shown may come again, or not', () => {
  const told = {
    notCompared: [{ what: 'stderr', reason: expect.stringContaining('once') as string }]
  };
  expect(compare(shows(warning('odd')), [warning('odd'), ''])).toEqual(told);
  expect(compare(shows(''), [warning('odd'), warning('odd')])).toEqual(told);
  expect(compare(shows(warning('odd')), ['', '']).difference).toBeDefined();
});

test('where a table came from is not known after it was handed on', () => {
  const copied = warning('').replace('UserWarning: ', 'SettingWithCopyWarning: \nA value is set');
  const { difference, notCompared } = compare(shows(''), [copied]);
  expect(difference).toBeUndefined();
  expect(notCompared[0]?.reason).toMatch(/SettingWithCopy/);
});

test('what child processes write counts where the kernel showed it', () => {
  expect(compare(shows('a', 'child'), ['a'])).toEqual({ notCompared: [] });
  expect(compare(shows('a', 'child'), ['child\na'])).toEqual({ notCompared: [] });
  expect(compare(shows('a'), ['child\na']).difference).toMatchObject({ notebook: 'child' });
});

test('nothing is compared with a step that keeps no standard error', () => {
  expect(compare({ stdout: '', displays: [] }, ['a'])).toEqual({ notCompared: [] });
});

test('a warning of several lines ends with its line of code', () => {
  const text = 'lib.py:3: ConvergenceWarning: failed\nIncrease it:\n    https://x\n  fit(\nafter\n';
  expect(readErrors(text, now)).toEqual({
    warnings: ['ConvergenceWarning: failed\nIncrease it:\n    https://x'],
    lines: ['after']
  });
  expect(readErrors('lib.py:3: UserWarning: short\nafter\n', now)).toEqual({
    warnings: ['UserWarning: short'],
    lines: ['after']
  });
});
