// SQL of packs of points, and the points in them.
import { type Exact, int64Above, int64Below, MOST_INT64 } from '../contract/int64.ts';
import type { Db } from '../database/open.ts';
import { createStatement } from '../database/statement.ts';
import type { MetricPackRow } from '../database/tables/tracking.ts';
import { type Block, decodeBlocks, type Point } from './metric-blocks.ts';
import { decodePoints, type Pack, type Reach } from './metric-packs.ts';

const HEAD = [
  'series_id',
  'number',
  'points',
  'from_time',
  'to_time',
  'from_step',
  'to_step',
  'whole'
] as const satisfies readonly (keyof MetricPackRow)[];
const NONE = new Uint8Array();

const insertHead = createStatement<never>(db =>
  db.insertInto('metric_packs').columns(HEAD).values({
    series_id: 0,
    number: 0,
    points: 0,
    from_time: 0,
    to_time: 0,
    from_step: 0,
    to_step: 0,
    whole: NONE
  })
);
const insertContent = createStatement<never>(db =>
  db
    .insertInto('metric_pack_points')
    .columns(['series_id', 'number', 'blocks', 'points'])
    .values({ series_id: 0, number: 0, blocks: NONE, points: NONE })
);

/** @param number of the first of them. */
export async function addPacks(
  db: Db,
  seriesId: number,
  number: number,
  packs: readonly Pack[]
): Promise<void> {
  for (const [index, { head, content }] of packs.entries()) {
    const row = { ...head, series_id: seriesId, number: number + index };
    await insertHead(
      db,
      HEAD.map(column => row[column])
    );
    await insertContent(db, [seriesId, row.number, content.blocks, content.points]);
  }
}

const REACH = ['number', 'points', 'from_time', 'to_time', 'from_step', 'to_step'] as const;

export type PackReach = Pick<Exact<MetricPackRow>, (typeof REACH)[number]>;

const listed = (db: Db, seriesId: number) =>
  db.exact
    .selectFrom('metric_packs')
    .select(REACH)
    .where('series_id', '=', seriesId)
    .orderBy('from_time')
    .orderBy('from_step')
    .orderBy('number');

/** In the order of their first points. */
export const listPacks = (db: Db, seriesId: number): Promise<PackReach[]> =>
  listed(db, seriesId).execute();

const findOverlapping = createStatement<PackReach>(db =>
  listed(db, 0)
    .where('from_time', '<=', 0)
    .where('to_time', '>=', 0)
    .where('from_step', '<=', 0)
    .where('to_step', '>=', 0)
);

/** Those that may have points within the reach. */
export async function findPacks(db: Db, seriesId: number, reach: Reach): Promise<PackReach[]> {
  const { from_time, to_time, from_step, to_step } = reach;
  return (await findOverlapping(db, [seriesId, to_time, from_time, to_step, from_step])).rows;
}

/** A part of a pack, or all of it, by the pack's number. */
export interface Numbered<Part> {
  number: number;
  part: Part;
}

/** Where to look, in doubles; both ends included. */
export interface Span {
  by: 'step' | 'time';
  from: number;
  to: number;
}

/** The packs of the span, each as one block, and the nearest one on either side. */
export async function readWholes(
  db: Db,
  seriesId: number,
  { by, from, to }: Span
): Promise<Numbered<Block>[]> {
  const [begins, ends] = [`from_${by}`, `to_${by}`] as const;
  const [first, last] = [int64Below(asWhole(from)), int64Above(asWhole(to))];
  const packs = db.exact
    .selectFrom('metric_packs')
    .select(['number', 'whole'])
    .where('series_id', '=', seriesId);
  const rows = await packs.where(ends, '>=', first).where(begins, '<=', last).execute();
  if (from > -Infinity)
    rows.push(...(await packs.where(ends, '<', first).orderBy(ends, 'desc').limit(1).execute()));
  if (to < Infinity)
    rows.push(...(await packs.where(begins, '>', last).orderBy(begins).limit(1).execute()));
  return rows.map(({ number, whole }) => ({ number, part: decodeBlocks(whole)[0]! }));
}

const asWhole = (value: number): number =>
  Math.max(-MOST_INT64, Math.min(Math.round(value), MOST_INT64));

export const readBlocks = (
  db: Db,
  seriesId: number,
  numbers: readonly number[]
): Promise<Numbered<Block[]>[]> =>
  inRanges(numbers, async range => {
    const rows = await contents(db, seriesId, range).select(['number', 'blocks']).execute();
    return rows.map(({ number, blocks }) => ({ number, part: decodeBlocks(blocks) }));
  });

export const readPacks = (
  db: Db,
  seriesId: number,
  numbers: readonly number[]
): Promise<Numbered<Point[]>[]> =>
  inRanges(numbers, async range => {
    const rows = await contents(db, seriesId, range).select(['number', 'points']).execute();
    return rows.map(({ number, points }) => ({ number, part: decodePoints(points) }));
  });

interface Range {
  from: number;
  to: number;
}

const contents = (db: Db, seriesId: number, { from, to }: Range) =>
  db
    .selectFrom('metric_pack_points')
    .where('series_id', '=', seriesId)
    .where('number', '>=', from)
    .where('number', '<=', to)
    .orderBy('number');

/** So that what is read at once stays within some megabytes. */
const AT_ONCE = 64;

async function inRanges<Part>(
  numbers: readonly number[],
  read: (range: Range) => Promise<Part[]>
): Promise<Part[]> {
  const parts: Part[] = [];
  for (const range of rangesOf(numbers)) for (const part of await read(range)) parts.push(part);
  return parts;
}

/** Numbers that follow each other. */
function rangesOf(numbers: readonly number[]): Range[] {
  const ranges: Range[] = [];
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && number === last.to + 1 && number - last.from < AT_ONCE) last.to = number;
    else ranges.push({ from: number, to: number });
  }
  return ranges;
}
