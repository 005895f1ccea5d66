import { nullTranslator } from '@jupyterlab/translation';
import { expect, test } from 'vitest';
import type { RunSummary } from '../../server/contract/tracking.ts';
import { runEntry, shownMetric } from './run-words.ts';

const trans = nullTranslator.load('stepladder');
const metric = (key: string, last: number) => ({ key, last, step: 0, count: 1, spark: [last] });
const run = (...metrics: RunSummary['metrics']): RunSummary => ({
  runId: 'r',
  name: 'wise-heron',
  experimentId: '0',
  experiment: 'Default',
  state: 'finished',
  startTime: 0,
  notebook: '/w/flights.ipynb',
  metrics,
  params: {},
  models: []
});

test('the metric shown is the one that most runs have', () => {
  expect(
    shownMetric([
      run(metric('mae', 1)),
      run(metric('mae', 1), metric('rmse', 2)),
      run(metric('rmse', 2)),
      run(metric('rmse', 3))
    ])
  ).toBe('rmse');
  expect(shownMetric([run()])).toBeUndefined();
});

test('a run without that metric shows its own first one, or a dash', () => {
  expect(runEntry(run(metric('mae', 11.0234)), 'rmse', trans)).toMatchObject({
    value: '11.02',
    valueTitle: 'mae'
  });
  expect(runEntry(run(), 'rmse', trans).value).toBe('–');
});

test('the second line says how it stands and where it comes from', () => {
  expect(runEntry(run(), undefined, trans, true).detail).toBe('finished · flights.ipynb');
});
