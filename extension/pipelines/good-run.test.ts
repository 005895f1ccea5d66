import { expect, test } from 'vitest';
import type { RunSummary } from '../../server/contract/tracking.ts';
import { goodRun } from './good-run.ts';

const run = (
  runId: string,
  startTime: number,
  rmse: number | undefined,
  part: Partial<RunSummary> = {}
): RunSummary => ({
  runId,
  name: runId,
  experimentId: '0',
  experiment: 'Default',
  state: 'finished',
  startTime,
  metrics:
    rmse === undefined
      ? []
      : [{ key: 'rmse', last: rmse, direction: 'lower', step: 0, count: 1, spark: [] }],
  params: {},
  models: [],
  ...part
});

test('the best finished run that began before', () => {
  const runs = [
    run('newer', 5, 1),
    run('now', 4, 30),
    run('worse', 3, 25),
    run('best', 2, 20),
    run('failed', 1, 2, { state: 'failed' })
  ];
  expect(goodRun(runs, 'now')?.runId).toBe('best');
  expect(goodRun(runs, 'v3')?.runId).toBe('newer');
});

test('where no metric says which is better, the newest before', () => {
  const runs = [run('now', 3, undefined), run('second', 2, undefined), run('first', 1, undefined)];
  expect(goodRun(runs, 'now')?.runId).toBe('second');
  expect(goodRun([], 'now')).toBeUndefined();
  expect(goodRun([run('now', 3, 20)], 'now')).toBeUndefined();
});

test('a run without the metric is not taken for the best', () => {
  const runs = [run('now', 3, 30), run('none', 2, undefined), run('some', 1, 28)];
  expect(goodRun(runs, 'now')?.runId).toBe('some');
});
