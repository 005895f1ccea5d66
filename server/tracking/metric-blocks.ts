// Blocks of a series as points arrive: a little work a point, and nothing is read back.
import type { MetricBlockRow, MetricPointRow, StoredNumber } from '../database/tables/tracking.ts';

/** Points of a block of the lowest level; a block has this many of the level below. */
export const BLOCK = 16;
export const FAN = 4;

export type Block = Omit<MetricBlockRow, 'series_id'>;
type Point = Omit<MetricPointRow, 'series_id'>;

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

const emptyBlock = (level: number): Block => ({
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

function addPoint(block: Block, { step, time, value, kind }: Point): void {
  addBlock(block, {
    level: 0,
    number: 0,
    points: 1,
    from_step: step,
    to_step: step,
    from_time: time,
    to_time: time,
    low_step: step,
    low_time: time,
    low_value: value,
    low_kind: kind,
    high_step: step,
    high_time: time,
    high_value: value,
    high_kind: kind,
    mean: kind === 0 ? value : 0,
    finite: kind === 0 ? 1 : 0
  });
}

function addBlock(block: Block, added: Block): void {
  if (block.points === 0) {
    const { level, number } = block;
    Object.assign(block, added, { level, number });
    return;
  }
  block.from_step = Math.min(block.from_step, added.from_step);
  block.to_step = Math.max(block.to_step, added.to_step);
  block.from_time = Math.min(block.from_time, added.from_time);
  block.to_time = Math.max(block.to_time, added.to_time);
  if (isBelow(lowOf(added), lowOf(block))) {
    const { low_step, low_time, low_value, low_kind } = added;
    Object.assign(block, { low_step, low_time, low_value, low_kind });
  }
  if (isBelow(highOf(block), highOf(added))) {
    const { high_step, high_time, high_value, high_kind } = added;
    Object.assign(block, { high_step, high_time, high_value, high_kind });
  }
  block.points += added.points;
  const finite = block.finite + added.finite;
  // Step by step towards the new mean: a sum of large values would overflow.
  if (finite > 0) block.mean += (added.mean - block.mean) * (added.finite / finite);
  block.finite = finite;
}

const NAN = 1;
const lowOf = (block: Block): StoredNumber => ({ value: block.low_value, kind: block.low_kind });
const highOf = (block: Block): StoredNumber => ({ value: block.high_value, kind: block.high_kind });

/** What is no number gives way to any that is one. */
function isBelow(one: StoredNumber, other: StoredNumber): boolean {
  if (one.kind === NAN || other.kind === NAN) return one.kind !== other.kind;
  return one.value < other.value;
}
