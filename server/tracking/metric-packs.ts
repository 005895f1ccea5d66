// Many points in one row. A pack knows its points three ways, for whoever looks from afar, from nearer, and at each of them.
import { type Exact, narrowInt64 } from '../contract/int64.ts';
import type { MetricPackPointsRow, MetricPackRow } from '../database/tables/tracking.ts';
import {
  type Block,
  blockOf,
  doublesOf,
  encodeBlocks,
  joinBlocks,
  type Point
} from './metric-blocks.ts';
import { fromStored, toStored } from './stored-number.ts';

/** Points of a pack, about. */
export const PACK = 1024;
/** Points of one of its blocks; the last one has what is left. */
export const BLOCK = 64;

export type Reach = Pick<Exact<MetricPackRow>, 'from_time' | 'to_time' | 'from_step' | 'to_step'>;

export interface Pack {
  head: Exact<Omit<MetricPackRow, 'series_id' | 'number'>>;
  content: Omit<MetricPackPointsRow, 'series_id' | 'number'>;
}

/** The order of time, step and value, in which points are kept and given back. */
export function comparePoints(one: Point, other: Point): number {
  if (one.time !== other.time) return one.time < other.time ? -1 : 1;
  if (one.step !== other.step) return one.step < other.step ? -1 : 1;
  return one.value - other.value || one.kind - other.kind;
}

export function inOrder<P extends Point>(points: readonly P[]): readonly P[] {
  for (let index = 1; index < points.length; index += 1)
    if (comparePoints(points[index - 1]!, points[index]!) > 0)
      return points.toSorted(comparePoints);
  return points;
}

/** @param points in order. @returns each once. */
export function once<P extends Point>(points: readonly P[]): readonly P[] {
  const isRepeat = (point: P, index: number) =>
    index > 0 && comparePoints(points[index - 1]!, point) === 0;
  return points.some(isRepeat) ? points.filter((point, index) => !isRepeat(point, index)) : points;
}

/** @param points in order, one at least. @returns packs of about the same size. */
export function makePacks(points: readonly Point[]): Pack[] {
  const count = Math.max(1, Math.round(points.length / PACK));
  return Array.from({ length: count }, (_, index) => {
    const [from, to] = [index, index + 1].map(at => Math.floor((at * points.length) / count));
    return makePack(points, from!, to!);
  });
}

function makePack(points: readonly Point[], from: number, to: number): Pack {
  const blocks: Block[] = [];
  for (let at = from; at < to; at += BLOCK)
    blocks.push(blockOf(points, at, Math.min(at + BLOCK, to)));
  const whole = encodeBlocks([joinBlocks(blocks)]);
  return {
    head: { points: to - from, ...reachOf(points, from, to), whole },
    content: { blocks: encodeBlocks(blocks), points: encodePoints(points, from, to) }
  };
}

/** Where points that are in order reach from and to. */
export function reachOf(points: readonly Point[], from = 0, to = points.length): Reach {
  const { step, time: from_time } = points[from]!;
  const reach = { from_time, to_time: points[to - 1]!.time, from_step: step, to_step: step };
  for (let at = from; at < to; at += 1) {
    const { step } = points[at]!;
    if (step < reach.from_step) reach.from_step = step;
    if (step > reach.to_step) reach.to_step = step;
  }
  return reach;
}

/** The first number says how times and steps are kept: as doubles where these hold them all, else with all of their 64 bits. */
const WIDE = 1;

/** All times, all steps, all values. */
function encodePoints(points: readonly Point[], from: number, to: number): Uint8Array {
  const count = to - from;
  const doubles = new Float64Array(1 + 3 * count);
  for (let index = 0; index < count; index += 1) {
    const point = points[from + index]!;
    const { time, step } = point;
    if (typeof time === 'bigint' || typeof step === 'bigint') doubles[0] = WIDE;
    doubles[1 + index] = Number(time);
    doubles[1 + count + index] = Number(step);
    doubles[1 + 2 * count + index] = fromStored(point);
  }
  if (doubles[0] === WIDE) {
    const whole = new BigInt64Array(doubles.buffer);
    for (let index = 0; index < count; index += 1) {
      const { time, step } = points[from + index]!;
      whole[1 + index] = BigInt(time);
      whole[1 + count + index] = BigInt(step);
    }
  }
  return new Uint8Array(doubles.buffer);
}

export function decodePoints(bytes: Uint8Array): Point[] {
  const doubles = doublesOf(bytes);
  const whole = new BigInt64Array(doubles.buffer, doubles.byteOffset, doubles.length);
  const count = (doubles.length - 1) / 3;
  const isWide = doubles[0] === WIDE;
  const points: Point[] = [];
  for (let index = 0; index < count; index += 1) {
    const [time, step] = isWide
      ? [narrowInt64(whole[1 + index]!), narrowInt64(whole[1 + count + index]!)]
      : [doubles[1 + index]!, doubles[1 + count + index]!];
    const { value, kind } = toStored(doubles[1 + 2 * count + index]!);
    points.push({ time, step, value, kind });
  }
  return points;
}
