// One metric of several runs at once, as MLflow's charts ask for it.
import type { z } from 'zod';
import type * as wire from '../contract/mlflow-runs.ts';
import { type Int64, roundInt64 } from '../contract/int64.ts';
import { problem } from '../contract/problem.ts';
import type { Database } from '../database/open.ts';
import { samplePoints } from './metric-sample.ts';
import type { Point } from './metric-blocks.ts';
import { findSeries, readAllPoints, readPoints } from './metric-store.ts';
import type { Runs } from './runs.ts';
import { toStored, toWireNumber } from './stored-number.ts';

type Input<O extends { request: z.ZodType }> = z.output<O['request']>;

type Steps = { from: Int64; to: Int64 };

const MOST_RUNS = 100;
const MOST_POINTS = 25_000;
const MOST_POINTS_OF_RUN = 2500;

export type MetricHistories = ReturnType<typeof createMetricHistories>;

export function createMetricHistories({ read }: Database, runs: Runs) {
  const toWire = (run_id: string, key: string) => (point: Point) => ({
    key,
    value: toWireNumber(point),
    timestamp: point.time,
    step: point.step,
    run_id
  });

  /** Of a series with larger numbers than a double holds: the points as they were logged, by what they were rounded to. */
  async function logged(
    seriesId: number,
    sampled: readonly Point[],
    steps: Steps | undefined
  ): Promise<Point[]> {
    const wanted = new Set(sampled.map(placeOf));
    return (await readAllPoints(read, seriesId)).filter(
      point =>
        wanted.has(placeOf(point)) &&
        (!steps || (point.step >= steps.from && point.step <= steps.to))
    );
  }

  return {
    /** Run after run, each from its first point; a run that is not there has none. */
    async first(input: Input<typeof wire.getMetricHistoryBulk>) {
      const { run_id: runIds, metric_key: key } = input;
      checkRuns('GetMetricHistoryBulk', 'cannot specify more than', runIds);
      if (key === undefined) {
        throw problem('invalid_request', 'GetMetricHistoryBulk request must specify a metric_key.');
      }
      const limit = Math.max(0, Math.min(input.max_results ?? MOST_POINTS, MOST_POINTS));
      const metrics: ReturnType<ReturnType<typeof toWire>>[] = [];
      for (const runId of [...new Set(runIds)].sort()) {
        const series = await findSeries(read, runId, key);
        if (!series || metrics.length >= limit) continue;
        const points = await readPoints(read, series.series_id, limit - metrics.length);
        metrics.push(...points.map(toWire(runId, key)));
      }
      return { metrics };
    },

    /** Few points of each run, spread over all of its steps. */
    async sampled(input: Input<typeof wire.getMetricHistoryBulkInterval>) {
      const { run_ids: runIds, metric_key: key, max_results: limit = MOST_POINTS_OF_RUN } = input;
      if (runIds.length === 0)
        throw problem('invalid_request', "Missing value for required parameter 'run_ids'.");
      checkRuns('GetMetricHistoryBulkInterval', 'must specify at most', runIds);
      if (limit < 1 || limit > MOST_POINTS_OF_RUN) {
        throw problem(
          'invalid_request',
          `max_results must be between 1 and ${MOST_POINTS_OF_RUN}.`
        );
      }
      const steps = readSteps(input);
      for (const runId of runIds) await runs.require(runId);
      const metrics = [];
      for (const runId of runIds) {
        const series = await findSeries(read, runId, key);
        if (!series) continue;
        const range = steps && { from: roundInt64(steps.from), to: roundInt64(steps.to) };
        const points = await samplePoints(read, { series, steps: range, limit });
        const stored = points.map(point => ({ ...point, ...toStored(point.value) }));
        const exact = stored.every(isExact)
          ? stored
          : await logged(series.series_id, stored, steps);
        metrics.push(...exact.map(toWire(runId, key)));
      }
      return { metrics };
    }
  };
}

const isExact = ({ step, time }: Point): boolean =>
  Number.isSafeInteger(step) && Number.isSafeInteger(time);

const placeOf = ({ step, time, value, kind }: Point): string =>
  `${roundInt64(step)} ${roundInt64(time)} ${value} ${kind}`;

function checkRuns(request: string, limitWords: string, runIds: readonly string[]): void {
  if (runIds.length === 0) {
    throw problem('invalid_request', `${request} request must specify at least one run_id.`);
  }
  if (runIds.length > MOST_RUNS) {
    throw problem(
      'invalid_request',
      `${request} request ${limitWords} ${MOST_RUNS} run_ids. Received ${runIds.length} run_ids.`
    );
  }
}

function readSteps({
  start_step: from,
  end_step: to
}: {
  start_step?: Int64 | undefined;
  end_step?: Int64 | undefined;
}): Steps | undefined {
  if (from === undefined && to === undefined) return undefined;
  if (from === undefined || to === undefined) {
    throw problem(
      'invalid_request',
      'If either start step or end step are specified, both must be specified.'
    );
  }
  if (from <= to) return { from, to };
  throw problem(
    'invalid_request',
    `end_step must be greater than start_step. Found start_step=${from} and end_step=${to}.`
  );
}
