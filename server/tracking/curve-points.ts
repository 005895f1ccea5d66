// The points that a curve is drawn from. Of a long series only as many blocks are read as can be shown, each by its lowest
// and its highest point: so a spike never vanishes, at any zoom.
import { roundInt64 } from '../contract/int64.ts';
import type { Db } from '../database/open.ts';
import { readBlocks, readPointsWithin } from './block-store.ts';
import { type Block, BLOCK, type BlockTail, FAN } from './metric-blocks.ts';
import { type ExactPoint, readSeriesPoints } from './metric-store.ts';
import type { Series } from './point-store.ts';
import type { SeriesPoint } from './series-buckets.ts';
import { fromStored } from './stored-number.ts';

export interface CurvePoint extends SeriesPoint {
  /** What it stands for besides itself: the mean of so many points. */
  mean?: number;
  count?: number;
}

export interface CurvePoints {
  points: CurvePoint[];
  /** How many there are within the stretch (about, where they came out of order); a short series is simply counted. */
  total?: number;
}

export interface Stretch {
  by: 'step' | 'time';
  from: number;
  to: number;
  /** About as many as a chart shows of them. */
  points: number;
}

export async function readCurvePoints(
  db: Db,
  series: Series,
  stretch: Stretch
): Promise<CurvePoints> {
  if (series.tail === '') return { points: await readSeriesPoints(db, series.series_id) };
  const tail = JSON.parse(series.tail) as BlockTail;
  const children = (level: number, from: number, to: number) =>
    readBlocks(db, series.series_id, { level, from, to });
  const { whole, cut, beside } = await findBlocks(tail, stretch, children);
  const count = whole.reduce((sum, block) => sum + block.points, 0);
  const level = Math.floor(Math.log(count / ((BLOCK * stretch.points) / 2)) / Math.log(FAN));
  const [shown, raw] = [[] as Block[], [...cut]];
  if (level < 0) raw.push(...whole);
  else shown.push(...(await refine(whole, level, children)));
  const [points, total] = await readRaw(db, series.series_id, raw, stretch);
  return {
    points: [...shown, ...beside].flatMap(pointsOf).concat(points),
    total: total + (level < 0 ? 0 : count)
  };
}

type Children = (level: number, from: number, to: number) => Promise<Block[]>;

/**
 * The largest blocks that lie wholly within the stretch, the smallest that are cut by its ends, and the ones next to it on
 * either side, which a line runs on to.
 */
async function findBlocks(tail: BlockTail, stretch: Stretch, children: Children) {
  const [whole, cut, before, after] = [[], [], [], []] as [Block[], Block[], Block[], Block[]];
  async function sort(blocks: readonly Block[]): Promise<void> {
    for (const block of blocks) {
      const [from, to] = reachOf(block, stretch);
      if (to < stretch.from) before.push(block);
      else if (from > stretch.to) after.push(block);
      else if (from >= stretch.from && to <= stretch.to) whole.push(block);
      else if (block.level === 0) cut.push(block);
      else
        await sort(await children(block.level - 1, block.number * FAN, (block.number + 1) * FAN));
    }
  }
  for (const open of [...tail].reverse()) {
    // What is full of this level, and not part of a full one above.
    const above = tail[open.level + 1]?.number ?? 0;
    await sort(await children(open.level, above * FAN, open.number));
  }
  // The last points, of no full block at all.
  if (tail[0]!.points > 0) await sort([tail[0]!]);
  const nearest = (blocks: Block[], place: (block: Block) => number) =>
    blocks.sort((a, b) => place(a) - place(b)).slice(-1);
  const beside = [
    ...nearest(before, block => reachOf(block, stretch)[1]),
    ...nearest(after, block => -reachOf(block, stretch)[0])
  ];
  return { whole, cut, beside };
}

const reachOf = (block: Block, { by }: Stretch): [number, number] =>
  by === 'step' ? [block.from_step, block.to_step] : [block.from_time, block.to_time];

/** Instead of larger blocks those of the level that they are made of. */
async function refine(
  blocks: readonly Block[],
  level: number,
  children: Children
): Promise<Block[]> {
  const fine = blocks.filter(block => block.level <= level);
  const coarse = blocks.filter(block => block.level > level);
  const spans = coarse
    .map(block => {
      const size = FAN ** (block.level - level);
      return { from: block.number * size, to: (block.number + 1) * size };
    })
    .sort((a, b) => a.from - b.from);
  for (let at = 0; at < spans.length; at += 1) {
    const { from } = spans[at]!;
    while (spans[at + 1]?.from === spans[at]!.to) at += 1;
    fine.push(...(await children(level, from, spans[at]!.to)));
  }
  return fine;
}

async function readRaw(
  db: Db,
  seriesId: number,
  blocks: readonly Block[],
  stretch: Stretch
): Promise<[CurvePoint[], number]> {
  const reaches = joinReaches(blocks);
  const read: ExactPoint[] = [];
  for (const reach of reaches)
    for (const row of await readPointsWithin(db, seriesId, reach)) read.push(row);
  const rows = reaches.length > 1 ? withoutRepeats(read) : read;
  const within = rows.filter(
    row => row[stretch.by] >= stretch.from && row[stretch.by] <= stretch.to
  );
  return [
    rows.map(row => ({
      step: roundInt64(row.step),
      time: roundInt64(row.time),
      value: fromStored(row)
    })),
    within.length
  ];
}

/** Blocks that overlap name a point twice. */
function withoutRepeats(rows: readonly ExactPoint[]): ExactPoint[] {
  const byName = rows.map(
    row => [`${row.step} ${row.time} ${row.value} ${row.kind}`, row] as const
  );
  return [...new Map(byName).values()];
}

type Reach = Pick<Block, 'from_step' | 'to_step' | 'from_time' | 'to_time'>;

/** Blocks that follow each other are read as one, where their points do so as well. */
function joinReaches(blocks: readonly Block[]): Reach[] {
  const joined: Reach[] = [];
  let end = NaN;
  for (const block of blocks.toSorted((a, b) => startOf(a) - startOf(b))) {
    const last = joined.at(-1);
    const follows =
      startOf(block) === end &&
      last !== undefined &&
      block.from_step >= last.to_step &&
      block.from_time >= last.to_time;
    if (follows) Object.assign(last, { to_step: block.to_step, to_time: block.to_time });
    else joined.push({ ...block });
    end = startOf(block) + FAN ** block.level;
  }
  return joined;
}

/** Counted in the smallest blocks. */
const startOf = ({ number, level }: Block): number => number * FAN ** level;

function pointsOf(block: Block): CurvePoint[] {
  const low = {
    step: block.low_step,
    time: block.low_time,
    value: fromStored({ value: block.low_value, kind: block.low_kind })
  };
  const high = {
    step: block.high_step,
    time: block.high_time,
    value: fromStored({ value: block.high_value, kind: block.high_kind })
  };
  const isOne = low.step === high.step && low.time === high.time;
  const known = block.finite > 0 ? { mean: block.mean } : {};
  const ends = isOne ? [high] : [low, high];
  return ends.map(end => ({ ...end, ...known, count: block.finite / ends.length }));
}
