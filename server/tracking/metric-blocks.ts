// Blocks of a series as points arrive: a little work a point, and nothing is read back.
import { type Exact, roundInt64 } from '../contract/int64.ts';
import type { MetricBlockRow, MetricPointRow } from '../database/tables/tracking.ts';

/** Points of a block of the lowest level; a block has this many of the level below. */
export const BLOCK = 16;
export const FAN = 4;

export type Block = Omit<MetricBlockRow, 'series_id'>;
type Point = Exact<Omit<MetricPointRow, 'series_id'>>;

/** The block of each level that is not full yet, lowest first; `number` says how many of its level are full. */
export type BlockTail = Block[];

/** Adds the points to the tail. @returns the blocks that are full now. */
export function foldPoints(tail: BlockTail, points: readonly Point[]): Block[] {
  const full: Block[] = [];
  for (const point of points) {
    addPoint((tail[0] ??= emptyBlock(0)), point);
    for (let level = 0; tail[level]!.points === BLOCK * FAN ** level; level += 1) {
      const block = tail[level]!;
      full.push(block);
      tail[level] = { ...emptyBlock(level), number: block.number + 1 };
      addBlock((tail[level + 1] ??= emptyBlock(level + 1)), block);
    }
  }
  return full;
}

export const emptyBlock = (level: number): Block => ({
  level,
  number: 0,
  points: 0,
  from_step: 0,
  to_step: 0,
  from_time: 0,
  to_time: 0,
  low_step: 0,
  low_time: 0,
  low_value: 0,
  low_kind: 0,
  high_step: 0,
  high_time: 0,
  high_value: 0,
  high_kind: 0,
  mean: 0,
  finite: 0
});

/** In the order in which they are stored. */
export const BLOCK_FIELDS = Object.keys(emptyBlock(0)) as readonly (keyof Block)[];

function addPoint(block: Block, point: Point): void {
  const { value, kind } = point;
  const step = roundInt64(point.step);
  const time = roundInt64(point.time);
  reach(block, step, step, time, time);
  lower(block, step, time, value, kind);
  raise(block, step, time, value, kind);
  block.points += 1;
  if (kind === 0) addMean(block, value, 1);
}

function addBlock(block: Block, added: Block): void {
  reach(block, added.from_step, added.to_step, added.from_time, added.to_time);
  lower(block, added.low_step, added.low_time, added.low_value, added.low_kind);
  raise(block, added.high_step, added.high_time, added.high_value, added.high_kind);
  block.points += added.points;
  if (added.finite > 0) addMean(block, added.mean, added.finite);
}

function reach(
  block: Block,
  fromStep: number,
  toStep: number,
  fromTime: number,
  toTime: number
): void {
  const isFirst = block.points === 0;
  if (isFirst || fromStep < block.from_step) block.from_step = fromStep;
  if (isFirst || toStep > block.to_step) block.to_step = toStep;
  if (isFirst || fromTime < block.from_time) block.from_time = fromTime;
  if (isFirst || toTime > block.to_time) block.to_time = toTime;
}

const NAN = 1;

/** What is no number gives way to any that is one. */
const givesWay = (kind: number, isFirst: boolean, held: number): boolean =>
  isFirst || (held === NAN && kind !== NAN);

function lower(block: Block, step: number, time: number, value: number, kind: number): void {
  const isLower = kind !== NAN && value < block.low_value;
  if (!isLower && !givesWay(kind, block.points === 0, block.low_kind)) return;
  block.low_step = step;
  block.low_time = time;
  block.low_value = value;
  block.low_kind = kind;
}

function raise(block: Block, step: number, time: number, value: number, kind: number): void {
  const isHigher = kind !== NAN && value > block.high_value;
  if (!isHigher && !givesWay(kind, block.points === 0, block.high_kind)) return;
  block.high_step = step;
  block.high_time = time;
  block.high_value = value;
  block.high_kind = kind;
}

/** Step by step towards the new mean: a sum of large values would overflow. */
function addMean(block: Block, mean: number, finite: number): void {
  block.finite += finite;
  if (block.finite === finite) block.mean = mean;
  else block.mean += (mean - block.mean) * (finite / block.finite);
}
