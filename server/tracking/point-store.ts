// Writes points of metrics under an integer series id, with the newest point and a sparkline kept beside them: a few as narrow
// rows, many as packs. It runs for every point that is logged, so its SQL is built once and its rows go in together.
import type { Db } from '../database/open.ts';
import { createStatement, inChunks } from '../database/statement.ts';
import type { Point } from './metric-blocks.ts';
import { inOrder, makePacks, once, type Pack, PACK } from './metric-packs.ts';
import { readRows, withoutKnown } from './metric-store.ts';
import { addPacks } from './pack-store.ts';
import { addSeries, type ExactSeries, findAllSeries, saveSeries } from './series-store.ts';
import { addToSpark, decodeSpark, encodeSpark } from './spark.ts';
import { fromStored } from './stored-number.ts';

export type NewPoint = Point & { key: string };

/** New points of one series, in order. */
interface Growth {
  /** As it was before. */
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
  const known = await findAllSeries(db, runId, [...byKey.keys()]);
  const [begun, grown]: [Growth[], Growth[]] = [[], []];
  for (const [key, of] of byKey) {
    const series = known.get(key);
    if (series) {
      const added = await newOnes(db, series, of);
      if (added.length > 0) grown.push({ series, points: added });
    } else begun.push({ series: emptySeries(runId, of[0]!), points: once(inOrder(of)) });
  }
  await addBegun(db, begun);
  await insertRows(db, [...begun, ...grown]);
  await saveGrown(db, grown);
  return [...begun, ...grown].map(({ series: { key } }) => key);
}

const isMany = ({ points }: Growth): boolean => points.length >= MANY;
const isOverdue = ({ series, points }: Growth): boolean =>
  points.length < MANY && series.points + points.length - series.packed >= PACK;

/** It has an id when it is added. */
const emptySeries = (run_id: string, { key, step, time, value, kind }: NewPoint): ExactSeries => ({
  ...{ series_id: 0, run_id, key, step, time, value, kind },
  ...{ points: 0, low: null, high: null, spark: null },
  ...{ packs: 0, packed: 0, last_time: 0, last_step: 0 }
});

async function addBegun(db: Db, begun: readonly Growth[]): Promise<void> {
  if (begun.length === 0) return;
  const packs = begun.map(one => (isMany(one) ? makePacks(one.points) : []));
  const ids = await addSeries(
    db,
    begun.map((one, index) => seriesAfter(one, packs[index]!))
  );
  for (const [index, { series }] of begun.entries()) {
    series.series_id = ids.get(series.key)!;
    await addPacks(db, series.series_id, 0, packs[index]!);
  }
}

async function saveGrown(db: Db, grown: readonly Growth[]): Promise<void> {
  const overdue = new Set(grown.filter(isOverdue).slice(0, TIDIED));
  const saved: ExactSeries[] = [];
  for (const one of grown) {
    const { series_id: id, packs: number } = one.series;
    let packs: Pack[] = [];
    if (isMany(one)) packs = makePacks(one.points);
    else if (overdue.has(one)) packs = makePacks(await takeRows(db, id));
    await addPacks(db, id, number, packs);
    saved.push(seriesAfter(one, packs));
  }
  await saveSeries(db, saved);
}

async function takeRows(db: Db, seriesId: number): Promise<Point[]> {
  const points = await readRows(db, seriesId);
  await db.deleteFrom('metric_points').where('series_id', '=', seriesId).execute();
  return points;
}

/** Those that are not there yet, each once. Nearly always they come after all that is there, and nothing has to be looked for. */
async function newOnes(
  db: Db,
  series: ExactSeries,
  points: readonly NewPoint[]
): Promise<readonly NewPoint[]> {
  const given = once(inOrder(points));
  return isAfter(given[0]!, series) ? given : withoutKnown(db, series, given);
}

const isAfter = ({ time, step }: Point, { last_time, last_step }: ExactSeries): boolean =>
  time === last_time ? step > last_step : time > last_time;

/** The newest point is the one of the highest step, then time, then value. */
function seriesAfter({ series, points: added }: Growth, packs: readonly Pack[]): ExactSeries {
  const spark = decodeSpark(series.spark);
  let { low, high } = series;
  let newest: Point = series;
  for (const point of added) {
    addToSpark(spark, fromStored(point));
    if (isNewer(point, newest)) newest = point;
    if (point.kind !== 0) continue;
    if (low === null || point.value < low) low = point.value;
    if (high === null || point.value > high) high = point.value;
  }
  const end = added.at(-1)!;
  const isLast = series.points === 0 || isAfter(end, series);
  return {
    series_id: series.series_id,
    run_id: series.run_id,
    key: series.key,
    step: newest.step,
    time: newest.time,
    value: newest.value,
    kind: newest.kind,
    points: series.points + added.length,
    low,
    high,
    spark: encodeSpark(spark),
    packs: series.packs + packs.length,
    packed: series.packed + packs.reduce((sum, { head }) => sum + head.points, 0),
    last_time: isLast ? end.time : series.last_time,
    last_step: isLast ? end.step : series.last_step
  };
}

/** Only compared: a number and a bigint have no difference. */
function isNewer(one: Point, other: Point): boolean {
  if (one.step !== other.step) return one.step > other.step;
  if (one.time !== other.time) return one.time > other.time;
  return one.value > other.value;
}

/** Rows of one insert: few sizes, so that few statements are kept; larger ones gain nothing. */
const CHUNKS = [200, 20, 1];

const insertPoints = createStatement<never>((db, rows) => {
  const row = { series_id: 0, time: 0, step: 0, value: 0, kind: 0 };
  return db
    .insertInto('metric_points')
    .columns(['series_id', 'time', 'step', 'value', 'kind'])
    .values(Array.from({ length: rows }, () => row));
});

/** Those that are not packed. */
async function insertRows(db: Db, growths: readonly Growth[]): Promise<void> {
  const rows: { id: number; point: NewPoint }[] = [];
  for (const growth of growths) {
    if (isMany(growth)) continue;
    for (const point of growth.points) rows.push({ id: growth.series.series_id, point });
  }
  await inChunks(rows, CHUNKS, async some => {
    const values: unknown[] = [];
    for (const { id, point } of some)
      values.push(id, point.time, point.step, point.value, point.kind);
    await insertPoints(db, values, some.length);
  });
}
