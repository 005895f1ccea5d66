// SQL of packs of points, and the points in them.
import type { Exact } from '../contract/int64.ts';
import type { Db } from '../database/open.ts';
import { createStatement } from '../database/statement.ts';
import type { MetricPackRow } from '../database/tables/tracking.ts';
import { type Block, decodeBlocks, type Point } from './metric-blocks.ts';
import { decodePoints, type Pack, type Reach } from './metric-packs.ts';

const COLUMNS = [
  'series_id',
  'number',
  'points',
  'from_time',
  'to_time',
  'from_step',
  'to_step',
  'whole',
  'blocks',
  'content'
] as const satisfies readonly (keyof MetricPackRow)[];

const NONE = new Uint8Array();
const insertPack = createStatement<never>(db =>
  db.insertInto('metric_packs').columns(COLUMNS).values({
    series_id: 0,
    number: 0,
    points: 0,
    from_time: 0,
    to_time: 0,
    from_step: 0,
    to_step: 0,
    whole: NONE,
    blocks: NONE,
    content: NONE
  })
);

/** @param number of the first of them. */
export async function addPacks(
  db: Db,
  seriesId: number,
  number: number,
  packs: readonly Pack[]
): Promise<void> {
  for (const [index, pack] of packs.entries()) {
    const row = { ...pack, series_id: seriesId, number: number + index };
    await insertPack(
      db,
      COLUMNS.map(column => row[column])
    );
  }
}

const REACH = ['number', 'points', 'from_time', 'to_time', 'from_step', 'to_step'] as const;

export type PackReach = Pick<Exact<MetricPackRow>, (typeof REACH)[number]>;

/** In the order of their first points; only those that overlap the reach, if there is one. */
export function listPacks(db: Db, seriesId: number, reach?: Reach): Promise<PackReach[]> {
  let packs = db.exact.selectFrom('metric_packs').select(REACH).where('series_id', '=', seriesId);
  if (reach) {
    packs = packs
      .where('from_time', '<=', reach.to_time)
      .where('to_time', '>=', reach.from_time)
      .where('from_step', '<=', reach.to_step)
      .where('to_step', '>=', reach.from_step);
  }
  return packs.orderBy('from_time').orderBy('from_step').orderBy('number').execute();
}

/** A part of a pack, or all of it, by the pack's number. */
export interface Numbered<Part> {
  number: number;
  part: Part;
}

/** Every pack as one block. */
export async function readWholes(db: Db, seriesId: number): Promise<Numbered<Block>[]> {
  const rows = await packsOf(db, seriesId).select(['number', 'whole']).execute();
  return rows.map(({ number, whole }) => ({ number, part: decodeBlocks(whole)[0]! }));
}

export async function readBlocks(
  db: Db,
  seriesId: number,
  numbers: readonly number[]
): Promise<Numbered<Block[]>[]> {
  const read: Numbered<Block[]>[] = [];
  for (const range of rangesOf(numbers)) {
    const rows = await within(packsOf(db, seriesId), range).select(['number', 'blocks']).execute();
    for (const { number, blocks } of rows) read.push({ number, part: decodeBlocks(blocks) });
  }
  return read;
}

export async function readPacks(
  db: Db,
  seriesId: number,
  numbers: readonly number[]
): Promise<Numbered<Point[]>[]> {
  const read: Numbered<Point[]>[] = [];
  for (const range of rangesOf(numbers)) {
    const rows = await within(packsOf(db, seriesId), range).select(['number', 'content']).execute();
    for (const { number, content } of rows) read.push({ number, part: decodePoints(content) });
  }
  return read;
}

const packsOf = (db: Db, seriesId: number) =>
  db.selectFrom('metric_packs').where('series_id', '=', seriesId).orderBy('number');

interface Range {
  from: number;
  to: number;
}

const within = (packs: ReturnType<typeof packsOf>, { from, to }: Range) =>
  packs.where('number', '>=', from).where('number', '<=', to);

/** So that what is read at once stays within some megabytes. */
const AT_ONCE = 64;

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
