// Writes points of metrics under an integer series id, with the newest point and a sparkline kept beside them: a few as narrow
// rows, many as packs. It runs for every point that is logged, so its SQL is built once and its rows go in together.
import type { Selectable } from 'kysely';
import type { Exact, Int64 } from '../contract/int64.ts';
import type { Db } from '../database/open.ts';
import { createStatement, padded } from '../database/statement.ts';
import type { MetricSeriesRow } from '../database/tables/tracking.ts';
import type { Point } from './metric-blocks.ts';
import { inOrder, makePacks, once, PACK } from './metric-packs.ts';
import { readRows, withoutKnown } from './metric-store.ts';
import { addPacks } from './pack-store.ts';
import { addToSpark, decodeSpark, encodeSpark } from './spark.ts';
import { fromStored } from './stored-number.ts';

export type Series = Selectable<MetricSeriesRow>;
type ExactSeries = Exact<Series>;
export type NewPoint = Point & { key: string };

/** Points that belong to one series, in order. */
interface SeriesPoints {
  series: ExactSeries;
  points: readonly NewPoint[];
}

/** So many points at once are packed as they come: fewer would make packs so small that a chart has to read many. */
const MANY = 256;

/** Series whose rows become packs in one write: a hundred that grow together would keep others waiting. */
const TIDIED = 2;

/** @returns the keys that got a new point: one already there is not written twice. */
export async function writePoints(
  db: Db,
  runId: string,
  points: readonly NewPoint[]
): Promise<string[]> {
  const byKey = Map.groupBy(points, ({ key }) => key);
  const known = await ensureSeries(db, runId, byKey);
  const written: SeriesPoints[] = [];
  for (const [key, of] of byKey) {
    const series = known.get(key)!;
    const added = await newOnes(db, series, of);
    if (added.length > 0) written.push({ series, points: added });
  }
  await insertRows(db, rowsOf(written.filter(one => !isMany(one))));
  const overdue = new Set(written.filter(isOverdue).slice(0, TIDIED));
  for (const one of written) {
    const { series, points: added } = one;
    const taken = overdue.has(one) ? await takeRows(db, series.series_id) : added;
    const packed = isMany(one) || overdue.has(one) ? await pack(db, series, taken) : undefined;
    const saved = { ...advance(series, added), ...packed };
    await saveSeries(db, [...STATE_COLUMNS.map(column => saved[column]), series.series_id]);
  }
  return written.map(({ series: { key } }) => key);
}

const isMany = ({ points }: SeriesPoints): boolean => points.length >= MANY;
const isOverdue = ({ series, points }: SeriesPoints): boolean =>
  points.length < MANY && series.points + points.length - series.packed >= PACK;

const STATE = {
  step: 0,
  time: 0,
  value: 0,
  kind: 0,
  points: 0,
  low: 0,
  high: 0,
  spark: new Uint8Array(),
  packs: 0,
  packed: 0,
  last_time: 0,
  last_step: 0
};
/** All but the first point of a new series. */
const EMPTY = {
  ...{ points: 0, low: null, high: null, spark: null },
  ...{ packs: 0, packed: 0, last_time: 0, last_step: 0 }
};
const STATE_COLUMNS = Object.keys(STATE) as readonly (keyof typeof STATE)[];

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
    const begun = { ...EMPTY, ...first };
    const { rows } = await addSeries(db, [
      runId,
      key,
      ...STATE_COLUMNS.map(column => begun[column])
    ]);
    found.set(key, rows[0]!);
  }
  return found;
}

/** Those that are not there yet, each once. Nearly always they come after all that is there, and nothing has to be looked for. */
async function newOnes(
  db: Db,
  series: ExactSeries,
  points: readonly NewPoint[]
): Promise<readonly NewPoint[]> {
  const given = once(inOrder(points));
  return series.points === 0 || isAfter(given[0]!, series)
    ? given
    : withoutKnown(db, series, given);
}

const isAfter = ({ time, step }: Point, { last_time, last_step }: ExactSeries): boolean =>
  time === last_time ? step > last_step : time > last_time;

async function pack(
  db: Db,
  { series_id: id, packs, packed }: ExactSeries,
  points: readonly Point[]
): Promise<Pick<Series, 'packs' | 'packed'>> {
  const made = makePacks(points);
  await addPacks(db, id, packs, made);
  return { packs: packs + made.length, packed: packed + points.length };
}

async function takeRows(db: Db, seriesId: number): Promise<Point[]> {
  const points = await readRows(db, seriesId);
  await db.deleteFrom('metric_points').where('series_id', '=', seriesId).execute();
  return points;
}

/** The newest point is the one of the highest step, then time, then value. */
function advance(series: ExactSeries, added: readonly Point[]): ExactSeries {
  const spark = decodeSpark(series.spark);
  let { low, high } = series;
  let newest: Point = series;
  for (const point of added) {
    addToSpark(spark, fromStored(point));
    if (point.kind === 0) {
      if (low === null || point.value < low) low = point.value;
      if (high === null || point.value > high) high = point.value;
    }
    if (isNewer(point, newest)) newest = point;
  }
  const { step, time, value, kind } = newest;
  const points = series.points + added.length;
  const end = added.at(-1)!;
  const last =
    series.points === 0 || isAfter(end, series)
      ? { last_time: end.time, last_step: end.step }
      : undefined;
  const state = { step, time, value, kind, points, low, high, spark: encodeSpark(spark) };
  return { ...series, ...last, ...state };
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
    .values(Array.from({ length: rows }, () => row));
});

async function insertRows(db: Db, rows: Rows): Promise<void> {
  let from = 0;
  for (const size of CHUNKS)
    for (; from + size <= rows.length; from += size)
      await insertPoints(db, rows.values(from, from + size), size);
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
