import { expect, test } from 'vitest';
import type { ModelVersion } from '../contract/registry.ts';
import type { CellExecution } from '../contract/tracking.ts';
import { diffLines } from '../text/line-diff.ts';
import { directionOf } from '../text/metric-direction.ts';
import { compareCells, compareMetrics, compareParams } from './promotion.ts';

const version = (metrics: ModelVersion['metrics'], params = {}): ModelVersion => ({
  model: 'delays',
  version: '1',
  aliases: [],
  createdTime: 0,
  metrics,
  params
});
const cell = (source: string, place: Partial<CellExecution> = {}) =>
  ({ source, ...place }) as CellExecution;

test('which way is better comes from well-known words only', () => {
  expect(
    ['rmse', 'val_loss', 'test/mae', 'trainingLoss', 'root_mean_squared_error'].map(directionOf)
  ).toEqual(Array(5).fill('lower'));
  expect(['accuracy', 'roc_auc', 'f1', 'r2_test'].map(directionOf)).toEqual(
    Array(4).fill('higher')
  );
  expect(['rounds', 'lossless', 'score'].map(directionOf)).toEqual(Array(3).fill('unknown'));
});

test('metrics: better, worse, same, and unknown where it cannot be said', () => {
  const current = version({ rmse: 2, accuracy: 0.5, rounds: 1, mae: 'NaN', r2: 1, gone: 3 });
  const candidate = version({ rmse: 1.5, accuracy: 0.25, rounds: 2, mae: 1, r2: 1, new: 4 });
  const verdicts = compareMetrics(current, candidate).map(({ key, verdict, change }) => [
    key,
    verdict,
    change
  ]);
  expect(verdicts).toEqual([
    ['rmse', 'better', -0.5],
    ['accuracy', 'worse', -0.25],
    ['rounds', 'unknown', 1],
    ['mae', 'unknown', undefined],
    ['r2', 'same', 0],
    ['gone', 'unknown', undefined],
    ['new', 'unknown', undefined]
  ]);
});

test('params: only those that differ', () => {
  const change = compareParams(
    version({}, { a: '1', b: '2' }),
    version({}, { a: '1', b: '3', c: '4' })
  );
  expect(change).toEqual([
    { key: 'b', current: '2', candidate: '3' },
    { key: 'c', current: undefined, candidate: '4' }
  ]);
});

test('cells: the last execution of each counts, and only cells that differ are shown', () => {
  const before = [
    cell('x = 1', { cellId: 'a' }),
    cell('draft', { cellId: 'b', step: 'train' }),
    cell('y = 2', { cellId: 'b', step: 'train' }),
    cell('old')
  ];
  const after = [
    cell('x = 1', { cellId: 'a' }),
    cell('y = 3', { cellId: 'b', step: 'train' }),
    cell('new', { cellId: 'c' })
  ];
  expect(compareCells(before, after)).toEqual([
    { cell: 'train', lines: ['-y = 2', '+y = 3'] },
    { cell: 'Cell 3', lines: ['+new'] },
    { cell: 'Cell 3', lines: ['-old'] }
  ]);
});

test('a diff keeps two lines around a change and drops the rest', () => {
  const lines = Array.from({ length: 20 }, (_none, index) => `line ${index}`);
  const changed = lines.with(10, 'other').join('\n');
  expect(diffLines(lines.join('\n'), changed, 2)).toEqual([
    ' line 8',
    ' line 9',
    '-line 10',
    '+other',
    ' line 11',
    ' line 12'
  ]);
  expect(diffLines('same', 'same')).toEqual([]);
});
