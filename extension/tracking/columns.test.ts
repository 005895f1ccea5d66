import { expect, test } from 'vitest';
import { columnsOf } from './columns.ts';

const run = (params: Record<string, string>, ...keys: string[]) => ({
  params,
  metrics: keys.map(key => ({ key, last: 1, step: 0, count: 1, spark: [1] }))
});

test('params that differ come first, metrics by how many runs have them', () => {
  const columns = columnsOf([
    run({ seed: '7', rounds: '100' }, 'mae', 'rmse'),
    run({ seed: '7', rounds: '200' }, 'rmse')
  ]);
  expect(columns).toEqual({ params: ['rounds', 'seed'], metrics: ['rmse', 'mae'] });
});
