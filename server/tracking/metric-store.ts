// Points of metrics: narrow rows under an integer series id, with the newest point and a sparkline kept beside them.
import type { Db } from '../database/open.ts';
import type { Selectable } from 'kysely';
import { CompiledQuery } from 'kysely';
import type {
  LoggedModelMetricRow,
  MetricPointRow,
  MetricSeriesRow,
  StoredNumber
} from '../database/tables/tracking.ts';
import type { SeriesPoint } from './series-buckets.ts';
import { addToSpark, emptySpark, type Spark } from './spark.ts';
import { fromStored } from './stored-number.ts';

type Series = Selectable<MetricSeriesRow>;
export type NewPoint = StoredNumber & { key: string; time: number; step: number };

/** SQL of an insert of n points; building it anew for every batch would cost more than running it. */
const CHUNK = 200;

export type WritePoints = (db: Db, runId: string, points: readonly NewPoint[]) => Promise<string[]>;

/** The writer of points. It returns the keys that got a new one: a point already there is not written twice. */
export function createPointWriter(): WritePoints {
  const inserts = new Map<number, string>();

  async function insert(db: Db, rows: readonly MetricPointRow[]): Promise<MetricPointRow[]> {
    let text = inserts.get(rows.length);
    if (text === undefined) {
      text = db
        .insertInto('metric_points')
        .columns(['series_id', 'time', 'step', 'value', 'kind'])
        .values(
          rows.map(({ series_id, time, step, value, kind }) => ({
            series_id,
            time,
            step,
            value,
            kind
          }))
        )
        .onConflict(conflict => conflict.doNothing())
        .returningAll()
        .compile().sql;
      inserts.set(rows.length, text);
    }
    const parameters = rows.flatMap(({ series_id, time, step, value, kind }) => [
      series_id,
      time,
      step,
      value,
      kind
    ]);
    return (await db.executeQuery<MetricPointRow>(CompiledQuery.raw(text, parameters))).rows;
  }

  return async (db, runId, points) => {
    const series = await ensureSeries(db, runId, points);
    const rows = points.map(({ key, time, step, value, kind }) => ({
      series_id: series.get(key)!.series_id,
      time,
      step,
      value,
      kind
    }));
    const written: MetricPointRow[] = [];
    for (let from = 0; from < rows.length; from += CHUNK) {
      written.push(...(await insert(db, rows.slice(from, from + CHUNK))));
    }
    const byId = Map.groupBy(written, row => row.series_id);
    const touched = [...series.values()].filter(({ series_id }) => byId.has(series_id));
    for (const one of touched) await advance(db, one, byId.get(one.series_id)!);
    return touched.map(({ key }) => key);
  };
}

async function ensureSeries(
  db: Db,
  runId: string,
  points: readonly NewPoint[]
): Promise<Map<string, Series>> {
  const keys = [...new Set(points.map(({ key }) => key))];
  const known = await db
    .selectFrom('metric_series')
    .selectAll()
    .where('run_id', '=', runId)
    .where('key', 'in', keys)
    .execute();
  const byKey = new Map(known.map(series => [series.key, series]));
  for (const { key, step, time, value, kind } of points) {
    if (byKey.has(key)) continue;
    const spark = JSON.stringify(emptySpark());
    const series = await db
      .insertInto('metric_series')
      .values({ run_id: runId, key, step, time, value, kind, points: 0, spark })
      .returningAll()
      .executeTakeFirstOrThrow();
    byKey.set(key, series);
  }
  return byKey;
}

/** The newest point is the one of the highest step, then time, then value. */
async function advance(db: Db, series: Series, added: readonly MetricPointRow[]): Promise<void> {
  const spark = JSON.parse(series.spark) as Spark;
  let newest: Omit<MetricPointRow, 'series_id'> = series;
  for (const point of added) {
    addToSpark(spark, fromStored(point));
    const order =
      point.step - newest.step || point.time - newest.time || point.value - newest.value;
    if (order > 0) newest = point;
  }
  const { step, time, value, kind } = newest;
  await db
    .updateTable('metric_series')
    .set({
      step,
      time,
      value,
      kind,
      points: series.points + added.length,
      spark: JSON.stringify(spark)
    })
    .where('series_id', '=', series.series_id)
    .execute();
}

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
  after?: Omit<MetricPointRow, 'series_id'>
): Promise<MetricPointRow[]> {
  let query = db.selectFrom('metric_points').selectAll().where('series_id', '=', seriesId);
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

/** All points of a series, by step. */
export async function readSeriesPoints(db: Db, seriesId: number): Promise<SeriesPoint[]> {
  const points: SeriesPoint[] = [];
  for (let after: MetricPointRow | undefined; ;) {
    const rows = await readPoints(db, seriesId, PAGE, after);
    for (const row of rows) points.push({ step: row.step, time: row.time, value: fromStored(row) });
    after = rows.at(-1);
    if (rows.length < PAGE) break;
  }
  return points.sort((a, b) => a.step - b.step || a.time - b.time);
}

export async function insertModelMetrics(
  db: Db,
  rows: readonly LoggedModelMetricRow[]
): Promise<void> {
  if (rows.length === 0) return;
  await db
    .insertInto('logged_model_metrics')
    .values([...rows])
    .onConflict(conflict => conflict.doNothing())
    .execute();
}
