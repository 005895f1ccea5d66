// Writes points of metrics: narrow rows under an integer series id, with the newest point and a sparkline kept beside them.
// It runs for every point that is logged, so its SQL is built once and its rows go in together.
import type { Selectable } from 'kysely';
import type { Exact, Int64 } from '../contract/int64.ts';
import type { Db } from '../database/open.ts';
import { createStatement, padded } from '../database/statement.ts';
import type { MetricPointRow, MetricSeriesRow } from '../database/tables/tracking.ts';
import { addBlocks } from './block-store.ts';
import { type BlockTail, foldPoints } from './metric-blocks.ts';
import { readAllPoints } from './metric-store.ts';
import { addToSpark, emptySpark, type Spark } from './spark.ts';
import { fromStored } from './stored-number.ts';

export type Series = Selectable<MetricSeriesRow>;
type ExactSeries = Exact<Series>;
type Point = Exact<Omit<MetricPointRow, 'series_id'>>;
export type NewPoint = Point & { key: string };

/** Points that belong to one series. */
interface SeriesPoints {
  series: ExactSeries;
  points: readonly NewPoint[];
}

/** @returns the keys that got a new point: one already there is not written twice. */
export async function writePoints(
  db: Db,
  runId: string,
  points: readonly NewPoint[]
): Promise<string[]> {
  const byKey = Map.groupBy(points, ({ key }) => key);
  const series = await ensureSeries(db, runId, byKey);
  const given = [...byKey].map(([key, of]) => ({ series: series.get(key)!, points: of }));
  const written = await insertNew(db, given);
  for (const { series: before, points: added } of written) {
    const { step, time, value, kind, points, spark, series_id } = advance(before, added);
    const tail = await fold(db, before, added);
    await saveSeries(db, [step, time, value, kind, points, spark, tail, series_id]);
  }
  return written.map(({ series: { key } }) => key);
}

const STATE = { step: 0, time: 0, value: 0, kind: 0, points: 0, spark: '', tail: '' };
const findSeries = createStatement<ExactSeries>((db, rows) =>
  db
    .selectFrom('metric_series')
    .selectAll()
    .where('run_id', '=', '')
    .where('key', 'in', Array<string>(rows).fill(''))
);
const addSeries = createStatement<ExactSeries>(db =>
  db
    .insertInto('metric_series')
    .values({ run_id: '', key: '', ...STATE })
    .returningAll()
);
const saveSeries = createStatement<never>(db =>
  db.updateTable('metric_series').set(STATE).where('series_id', '=', 0)
);

/** As many as a batch may have; an import has more. */
const KEYS_AT_ONCE = 1024;

/** The series of the keys, made where there are none. */
async function ensureSeries(
  db: Db,
  runId: string,
  byKey: ReadonlyMap<string, readonly NewPoint[]>
): Promise<Map<string, ExactSeries>> {
  const found = new Map<string, ExactSeries>();
  const all = [...byKey.keys()];
  for (let from = 0; from < all.length; from += KEYS_AT_ONCE) {
    const keys = padded(all.slice(from, from + KEYS_AT_ONCE));
    const { rows } = await findSeries(db, [runId, ...keys], keys.length);
    for (const series of rows) found.set(series.key, series);
  }
  for (const [key, [first]] of byKey) {
    if (found.has(key)) continue;
    const { step, time, value, kind } = first!;
    const spark = JSON.stringify(emptySpark());
    const { rows } = await addSeries(db, [runId, key, step, time, value, kind, 0, spark, '']);
    found.set(key, rows[0]!);
  }
  return found;
}

/** Shorter series are read as they are. */
const LONG = 2048;

/** Keeps the blocks of a long series. @returns its tail. */
async function fold(db: Db, series: ExactSeries, added: readonly Point[]): Promise<string> {
  if (series.points + added.length < LONG) return '';
  const tail = series.tail === '' ? [] : (JSON.parse(series.tail) as BlockTail);
  // Now that it is long: all that it has, once.
  const points = series.tail === '' ? await readAllPoints(db, series.series_id) : added;
  const full = foldPoints(tail, points);
  await addBlocks(db, series.series_id, full);
  return JSON.stringify(tail);
}

/** The newest point is the one of the highest step, then time, then value. */
function advance(series: ExactSeries, added: readonly Point[]): ExactSeries {
  const spark = JSON.parse(series.spark) as Spark;
  let newest: Point = series;
  for (const point of added) {
    addToSpark(spark, fromStored(point));
    if (isNewer(point, newest)) newest = point;
  }
  const { step, time, value, kind } = newest;
  const points = series.points + added.length;
  return { ...series, step, time, value, kind, points, spark: JSON.stringify(spark) };
}

/** Only compared: a number and a bigint have no difference. */
function isNewer(one: Point, other: Point): boolean {
  if (one.step !== other.step) return one.step > other.step;
  if (one.time !== other.time) return one.time > other.time;
  return one.value > other.value;
}

/** Rows of one insert: few sizes, so that few statements are kept; larger ones gain nothing. */
const CHUNKS = [200, 20, 1];
const COLUMNS = ['series_id', 'time', 'step', 'value', 'kind'] as const;

const insertPoints = createStatement<never>((db, rows) => {
  const row = { series_id: 0, time: 0, step: 0, value: 0, kind: 0 };
  return db
    .insertInto('metric_points')
    .columns(COLUMNS)
    .values(Array.from({ length: rows }, () => row))
    .onConflict(conflict => conflict.doNothing());
});

/** @returns how many rows were not there. */
async function insertRows(db: Db, rows: Rows): Promise<number> {
  let changes = 0;
  let from = 0;
  for (const size of CHUNKS)
    for (; from + size <= rows.length; from += size)
      changes += (await insertPoints(db, rows.values(from, from + size), size)).changes;
  return changes;
}

async function insertOneByOne(db: Db, given: readonly SeriesPoints[]): Promise<SeriesPoints[]> {
  const written: SeriesPoints[] = [];
  for (const { series, points } of given) {
    const added: NewPoint[] = [];
    for (const point of points)
      if ((await insertRows(db, rowsOf([{ series, points: [point] }]))) === 1) added.push(point);
    if (added.length > 0) written.push({ series, points: added });
  }
  return written;
}

/** @returns the points that were not there, of the series that have any. */
async function insertNew(db: Db, given: readonly SeriesPoints[]): Promise<readonly SeriesPoints[]> {
  const rows = rowsOf(given);
  if (rows.length === 1) return (await insertRows(db, rows)) === 1 ? given : [];
  // Nearly always all are new. Which ones were not is only found out when some were.
  await db.run('savepoint points', []);
  const isAll = (await insertRows(db, rows)) === rows.length;
  if (!isAll) await db.run('rollback to savepoint points', []);
  await db.run('release savepoint points', []);
  return isAll ? given : insertOneByOne(db, given);
}

interface Rows {
  length: number;
  /** Of all columns, one row after the other. */
  values(from: number, to: number): Int64[];
}

function rowsOf(given: readonly SeriesPoints[]): Rows {
  const ids: number[] = [];
  const all: NewPoint[] = [];
  for (const { series, points } of given)
    for (const point of points) {
      ids.push(series.series_id);
      all.push(point);
    }
  return {
    length: all.length,
    values(from, to) {
      const values: Int64[] = [];
      for (let index = from; index < to; index += 1) {
        const { time, step, value, kind } = all[index]!;
        values.push(ids[index]!, time, step, value, kind);
      }
      return values;
    }
  };
}
