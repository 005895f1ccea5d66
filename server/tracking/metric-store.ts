// Points of metrics as they are read; `point-store.ts` writes them.
import { type Exact, roundInt64 } from '../contract/int64.ts';
import type { Db } from '../database/open.ts';
import type { LoggedModelMetricRow, MetricPointRow } from '../database/tables/tracking.ts';
import type { SeriesPoint } from './series-buckets.ts';
import { fromStored } from './stored-number.ts';

/** As it was logged. */
export type ExactPoint = Exact<MetricPointRow>;

export const findSeries = (db: Db, runId: string, key: string) =>
  db
    .selectFrom('metric_series')
    .selectAll()
    .where('run_id', '=', runId)
    .where('key', '=', key)
    .executeTakeFirst();

/** Points in the order of time, step, value; `after` is the last one of the page before. */
export function readPoints(
  db: Db,
  seriesId: number,
  limit: number,
  after?: Omit<ExactPoint, 'series_id'>
): Promise<ExactPoint[]> {
  let query = db.exact.selectFrom('metric_points').selectAll().where('series_id', '=', seriesId);
  if (after) {
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(
        refTuple('time', 'step', 'value', 'kind'),
        '>',
        tuple(after.time, after.step, after.value, after.kind)
      )
    );
  }
  return query
    .orderBy('time')
    .orderBy('step')
    .orderBy('value')
    .orderBy('kind')
    .limit(limit)
    .execute();
}

const PAGE = 50_000;

/** In the order of their times. */
export async function readAllPoints(db: Db, seriesId: number): Promise<ExactPoint[]> {
  const points: ExactPoint[] = [];
  for (let after: ExactPoint | undefined; ;) {
    const rows = await readPoints(db, seriesId, PAGE, after);
    for (const row of rows) points.push(row);
    after = rows.at(-1);
    if (rows.length < PAGE) return points;
  }
}

/** All points of a series, by step. */
export async function readSeriesPoints(db: Db, seriesId: number): Promise<SeriesPoint[]> {
  const points = (await readAllPoints(db, seriesId)).map(row => ({
    step: roundInt64(row.step),
    time: roundInt64(row.time),
    value: fromStored(row)
  }));
  return points.sort((a, b) => a.step - b.step || a.time - b.time);
}

export async function insertModelMetrics(
  db: Db,
  rows: readonly Exact<LoggedModelMetricRow>[]
): Promise<void> {
  if (rows.length === 0) return;
  await db.exact
    .insertInto('logged_model_metrics')
    .values([...rows])
    .onConflict(conflict => conflict.doNothing())
    .execute();
}
