// Points of metrics as they are read; `point-store.ts` writes them. The last ones are rows, those before them in packs.
import { type Exact, roundInt64 } from '../contract/int64.ts';
import type { Db } from '../database/open.ts';
import { createStatement } from '../database/statement.ts';
import type { LoggedModelMetricRow } from '../database/tables/tracking.ts';
import type { Point } from './metric-blocks.ts';
import { comparePoints, inOrder, once, reachOf } from './metric-packs.ts';
import { findPacks, listPacks, type PackReach, readPacks } from './pack-store.ts';
import type { SeriesPoint } from './series-buckets.ts';
import { fromStored } from './stored-number.ts';

export const findSeries = (db: Db, runId: string, key: string) =>
  db
    .selectFrom('metric_series')
    .selectAll()
    .where('run_id', '=', runId)
    .where('key', '=', key)
    .executeTakeFirst();

/** The rows among the points, in order. */
export const readRows = (
  db: Db,
  seriesId: number,
  { limit, after }: { limit?: number; after?: Point | undefined } = {}
): Promise<Point[]> => {
  let query = db.exact
    .selectFrom('metric_points')
    .select(['time', 'step', 'value', 'kind'])
    .where('series_id', '=', seriesId);
  if (after) {
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(
        refTuple('time', 'step', 'value', 'kind'),
        '>',
        tuple(after.time, after.step, after.value, after.kind)
      )
    );
  }
  if (limit !== undefined) query = query.limit(limit);
  return query.orderBy('time').orderBy('step').orderBy('value').orderBy('kind').execute();
};

/** Packs that are read at once while a page fills. */
const SOME = 16;

/**
 * Points in the order of time, step, value; `after` is the last one of the page before. Rows are read first: what is packed
 * meanwhile is met twice, where it would be missed the other way round.
 */
export async function readPoints(
  db: Db,
  seriesId: number,
  limit: number,
  after?: Point
): Promise<Point[]> {
  const found = [...(await readRows(db, seriesId, { limit, after }))];
  const open = (await listPacks(db, seriesId)).filter(pack => !after || pack.to_time >= after.time);
  /** What comes in a pack that begins there is behind the page. */
  function isFull(next: PackReach): boolean {
    if (found.length < limit) return false;
    const last = once(inOrder(found))[limit - 1];
    return last !== undefined && last.time < next.from_time;
  }
  for (let from = 0; from < open.length && !isFull(open[from]!); from += SOME) {
    const numbers = open.slice(from, from + SOME).map(({ number }) => number);
    for (const { part } of await readPacks(db, seriesId, numbers))
      for (const point of part) if (!after || comparePoints(point, after) > 0) found.push(point);
  }
  return once(inOrder(found)).slice(0, limit);
}

/** In the order of their times. */
export const readAllPoints = (db: Db, seriesId: number): Promise<Point[]> =>
  readPoints(db, seriesId, Number.MAX_SAFE_INTEGER);

/** As a chart has them, by step. */
export const toSeriesPoints = (points: readonly Point[]): SeriesPoint[] =>
  points
    .map(point => ({
      step: roundInt64(point.step),
      time: roundInt64(point.time),
      value: fromStored(point)
    }))
    .sort((a, b) => a.step - b.step || a.time - b.time);

const findRows = createStatement<Point>(db =>
  db
    .selectFrom('metric_points')
    .select(['time', 'step', 'value', 'kind'])
    .where('series_id', '=', 0)
    .where('time', '>=', 0)
    .where('time', '<=', 0)
    .where('step', '>=', 0)
    .where('step', '<=', 0)
);

/** @param points in order. @returns those that are not there yet. */
export async function withoutKnown<P extends Point>(
  db: Db,
  { series_id: id, packs }: { series_id: number; packs: number },
  points: readonly P[]
): Promise<P[]> {
  const reach = reachOf(points);
  const steps = new Set(points.map(({ step }) => step));
  const known = new Set<string>();
  const note = (some: readonly Point[]) => {
    for (const point of some) if (steps.has(point.step)) known.add(nameOf(point));
  };
  const { from_time, to_time, from_step, to_step } = reach;
  note((await findRows(db, [id, from_time, to_time, from_step, to_step])).rows);
  const near = packs === 0 ? [] : await findPacks(db, id, reach);
  for (const { number } of near)
    for (const { part } of await readPacks(db, id, [number])) note(part);
  return points.filter(point => !known.has(nameOf(point)));
}

const nameOf = ({ time, step, value, kind }: Point): string => `${time} ${step} ${value} ${kind}`;

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
