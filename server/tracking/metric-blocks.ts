// What a stretch of a series looks like from further away: where it reaches from and to, its lowest and highest point, its mean.
import { type Exact, roundInt64 } from '../contract/int64.ts';
import type { MetricPointRow } from '../database/tables/tracking.ts';
import { fromStored } from './stored-number.ts';

export type Point = Exact<Omit<MetricPointRow, 'series_id'>>;

export interface Block {
  points: number;
  fromTime: number;
  toTime: number;
  fromStep: number;
  toStep: number;
  lowTime: number;
  lowStep: number;
  /** Nothing is a number: NaN. So is the highest then. */
  lowValue: number;
  highTime: number;
  highStep: number;
  highValue: number;
  /** Of the finite values; they may be none. */
  mean: number;
  finite: number;
}

const emptyBlock = (): Block => ({
  points: 0,
  fromTime: 0,
  toTime: 0,
  fromStep: 0,
  toStep: 0,
  lowTime: 0,
  lowStep: 0,
  lowValue: NaN,
  highTime: 0,
  highStep: 0,
  highValue: NaN,
  mean: 0,
  finite: 0
});

/** The points from one place up to the other. */
export function blockOf(points: readonly Point[], from = 0, to = points.length): Block {
  const block = emptyBlock();
  for (let index = from; index < to; index += 1) addPoint(block, points[index]!);
  return block;
}

export function joinBlocks(blocks: readonly Block[]): Block {
  const joined = emptyBlock();
  for (const block of blocks) addBlock(joined, block);
  return joined;
}

/** Neighbours are joined while they have no more points together than that. */
export function coarsen(blocks: readonly Block[], points: number): Block[] {
  const coarse: Block[] = [];
  for (const block of blocks) {
    const last = coarse.at(-1);
    if (last && last.points + block.points <= points) addBlock(last, block);
    else coarse.push({ ...block });
  }
  return coarse;
}

function addPoint(block: Block, point: Point): void {
  const step = roundInt64(point.step);
  const time = roundInt64(point.time);
  const value = fromStored(point);
  reach(block, time, time, step, step);
  lower(block, time, step, value);
  raise(block, time, step, value);
  block.points += 1;
  if (point.kind === 0) addMean(block, value, 1);
}

function addBlock(block: Block, added: Block): void {
  reach(block, added.fromTime, added.toTime, added.fromStep, added.toStep);
  lower(block, added.lowTime, added.lowStep, added.lowValue);
  raise(block, added.highTime, added.highStep, added.highValue);
  block.points += added.points;
  if (added.finite > 0) addMean(block, added.mean, added.finite);
}

function reach(
  block: Block,
  fromTime: number,
  toTime: number,
  fromStep: number,
  toStep: number
): void {
  const isFirst = block.points === 0;
  if (isFirst || fromTime < block.fromTime) block.fromTime = fromTime;
  if (isFirst || toTime > block.toTime) block.toTime = toTime;
  if (isFirst || fromStep < block.fromStep) block.fromStep = fromStep;
  if (isFirst || toStep > block.toStep) block.toStep = toStep;
}

/** What is no number gives way to any that is one. */
const givesWay = (isFirst: boolean, held: number, value: number): boolean =>
  isFirst || (Number.isNaN(held) && !Number.isNaN(value));

function lower(block: Block, time: number, step: number, value: number): void {
  if (!(value < block.lowValue) && !givesWay(block.points === 0, block.lowValue, value)) return;
  block.lowTime = time;
  block.lowStep = step;
  block.lowValue = value;
}

function raise(block: Block, time: number, step: number, value: number): void {
  if (!(value > block.highValue) && !givesWay(block.points === 0, block.highValue, value)) return;
  block.highTime = time;
  block.highStep = step;
  block.highValue = value;
}

/** Step by step towards the new mean: a sum of large values would overflow. */
function addMean(block: Block, mean: number, finite: number): void {
  block.finite += finite;
  if (block.finite === finite) block.mean = mean;
  else block.mean += (mean - block.mean) * (finite / block.finite);
}

/** Numbers of a block, in the order of `decodeBlocks`. */
const NUMBERS = 13;

export function encodeBlocks(blocks: readonly Block[]): Uint8Array {
  const numbers = new Float64Array(blocks.length * NUMBERS);
  for (const [index, block] of blocks.entries()) numbers.set(Object.values(block), index * NUMBERS);
  return new Uint8Array(numbers.buffer);
}

/** Named one by one: a chart has thousands of them. */
export function decodeBlocks(bytes: Uint8Array): Block[] {
  const numbers = doublesOf(bytes);
  const blocks: Block[] = [];
  for (let at = 0; at < numbers.length; at += NUMBERS) {
    blocks.push({
      points: numbers[at]!,
      fromTime: numbers[at + 1]!,
      toTime: numbers[at + 2]!,
      fromStep: numbers[at + 3]!,
      toStep: numbers[at + 4]!,
      lowTime: numbers[at + 5]!,
      lowStep: numbers[at + 6]!,
      lowValue: numbers[at + 7]!,
      highTime: numbers[at + 8]!,
      highStep: numbers[at + 9]!,
      highValue: numbers[at + 10]!,
      mean: numbers[at + 11]!,
      finite: numbers[at + 12]!
    });
  }
  return blocks;
}

/** Numbers of 8 bytes must begin at a multiple of 8, which what a database gives need not. */
export function doublesOf(bytes: Uint8Array): Float64Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  return new Float64Array(buffer as ArrayBuffer, byteOffset, byteLength / 8);
}
