import type { z } from 'zod';
import type * as wire from '../contract/mlflow-runs.ts';
import type { Int64 } from '../contract/int64.ts';
import { problem } from '../contract/problem.ts';
import { readToken, writeToken } from '../database/keyset.ts';
import type { Database } from '../database/open.ts';
import { findSeries, readPoints } from './metric-store.ts';
import type { Runs } from './runs.ts';
import { toWireNumber } from './stored-number.ts';

/** Every point of one metric in the order of time, step and value; all of them unless a page is asked for. */
export function createMetricHistory({ read }: Database, runs: Runs) {
  return async ({
    run_id,
    metric_key,
    max_results,
    page_token
  }: z.output<typeof wire.getMetricHistory.request>) => {
    if (max_results !== undefined && max_results <= 0) {
      throw problem(
        'invalid_request',
        `Invalid value ${max_results} for parameter 'max_results' supplied: It must be positive`
      );
    }
    await runs.require(run_id);
    const series = await findSeries(read, run_id, metric_key);
    if (!series) return {};
    const limit = max_results ?? Number.MAX_SAFE_INTEGER;
    const [time, step, value, kind] = page_token ? (readToken(page_token, 4) as Int64[]) : [];
    const after = page_token
      ? { time: time!, step: step!, value: Number(value), kind: Number(kind) }
      : undefined;
    const rows = await readPoints(
      read,
      series.series_id,
      Math.min(limit + 1, Number.MAX_SAFE_INTEGER),
      after
    );
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    return {
      metrics: rows.slice(0, limit).map(row => ({
        key: metric_key,
        value: toWireNumber(row),
        timestamp: row.time,
        step: row.step
      })),
      next_page_token: last && writeToken([last.time, last.step, last.value, last.kind])
    };
  };
}
