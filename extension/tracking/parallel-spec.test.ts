import { expect, test } from 'vitest';
import { parallelAxis, pieces, withinRanges } from './parallel-spec.ts';

const column = (field: string, values: (number | null)[], categories: string[] = []) => ({
  field,
  kind: categories.length > 0 ? ('category' as const) : ('number' as const),
  values,
  categories
});
const frameOf = (...columns: ReturnType<typeof column>[]) => ({
  total: columns[0]!.values.length,
  runIds: columns[0]!.values.map((_, run) => `r${run}`),
  names: [],
  columns
});

test('every run is in the picture, however many there are', () => {
  const runs = 30_000;
  const rate = Array.from({ length: runs }, (_, run) => (run * 7919) % 1000);
  const frame = frameOf(
    column('params.rate', rate),
    column(
      'metrics.rmse',
      rate.map(value => value * 2)
    )
  );
  const axes = frame.columns.map(parallelAxis);
  const found = pieces(frame, axes, Array<boolean>(runs).fill(true), frame.columns[1]);
  expect(found.reduce((sum, piece) => sum + piece.runs, 0)).toBe(runs);
  expect(found.length).toBeLessThan(200);
});

test('few runs are drawn where they are, those without a value not at all', () => {
  const frame = frameOf(
    column('params.kind', [0, 1, null], ['line', 'tree']),
    column('metrics.rmse', [10, 30, 20])
  );
  const axes = frame.columns.map(parallelAxis);
  expect(axes[0]!.ticks.map(({ text }) => text)).toEqual(['line', 'tree']);
  expect(axes[1]!.ticks.map(({ text }) => text)).toEqual(['10', '20', '30']);
  const found = pieces(frame, axes, [true, false, true], undefined);
  expect(found.map(({ from, to, within }) => [from, to, within])).toEqual([
    [0, 0, true],
    [1, 1, false]
  ]);
});

test('ranges on several axes are met together', () => {
  const frame = frameOf(column('params.a', [1, 2, 3, null]), column('metrics.b', [1, 9, 3, 4]));
  expect(withinRanges(frame, { 'params.a': [2, 3], 'metrics.b': [0, 5] })).toEqual([
    false,
    false,
    true,
    false
  ]);
  expect(withinRanges(frame, {})).toEqual([true, true, true, true]);
});
