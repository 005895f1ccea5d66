import { expect, test } from 'vitest';
import { defaultColumns, mainMetric, nextOrder, sortOf } from './table-state.ts';

const columns = {
  total: 3,
  looked: 3,
  params: [
    { key: 'rate', runs: 3, values: 3, numeric: true },
    { key: 'seed', runs: 3, values: 1, numeric: true }
  ],
  metrics: [
    { key: 'r2', runs: 3, direction: 'higher' as const, curve: false },
    { key: 'val/rmse', runs: 2, direction: 'lower' as const, curve: true }
  ],
  tags: []
};

test('params that are equal everywhere get no column, unless there is nothing else', () => {
  expect(defaultColumns(columns)).toEqual(['params.rate', 'metrics.r2', 'metrics.val/rmse']);
  expect(defaultColumns({ ...columns, params: columns.params.slice(1), metrics: [] })).toEqual([
    'params.seed'
  ]);
});

test('a column is sorted one way, the other, and not at all', () => {
  const first = nextOrder('metrics.val/rmse', undefined, false);
  expect(first).toBe('metrics.`val/rmse` ASC');
  expect(sortOf('metrics.val/rmse', first)).toEqual({ sort: 'ascending', best: false });
  const second = nextOrder('metrics.val/rmse', first, false);
  expect(sortOf('metrics.val/rmse', second)).toEqual({ sort: 'descending', best: false });
  expect(nextOrder('metrics.val/rmse', second, false)).toBeUndefined();
  expect(nextOrder('metrics.r2', first, true)).toBe('metrics.r2 DESC');
});

test('a metric that has a better way is sorted by its best value too', () => {
  const best = nextOrder('metrics.val/rmse', 'metrics.`val/rmse` DESC', false, true);
  expect(best).toBe('best.`val/rmse` ASC');
  expect(sortOf('metrics.val/rmse', best)).toEqual({ sort: 'ascending', best: true });
  expect(sortOf('metrics.rmse', best)).toEqual({ sort: 'none', best: false });
  expect(nextOrder('metrics.val/rmse', best, false, true)).toBeUndefined();
});

test('charts begin with a metric that has a curve', () =>
  expect(mainMetric(columns)).toBe('val/rmse'));
