import { describe, expect, test } from 'vitest';
import {
  type Block,
  blockOf,
  coarsen,
  decodeBlocks,
  encodeBlocks,
  joinBlocks
} from './metric-blocks.ts';
import { toStored } from './stored-number.ts';

const pointsOf = (values: readonly number[]) =>
  values.map((value, step) => ({ step, time: step * 10, ...toStored(value) }));

/** The block of sixteen values; those not given are 1. */
const block = (...values: number[]): Block =>
  blockOf(pointsOf(Array.from({ length: 16 }, (_, index) => values[index] ?? 1)));

test('what is no number never takes the place of the lowest or the highest', () => {
  expect(block(NaN, 5, NaN, -3, NaN)).toMatchObject({
    ...{ lowValue: -3, lowStep: 3, highValue: 5, highStep: 1 },
    ...{ finite: 13, fromStep: 0, toStep: 15, fromTime: 0, toTime: 150, points: 16 }
  });
});

test('infinities are the highest and the lowest, and leave the mean alone', () => {
  expect(block(Infinity, -Infinity)).toMatchObject({
    ...{ highValue: Infinity, highStep: 0, lowValue: -Infinity, lowStep: 1, mean: 1 }
  });
});

test('where nothing is a number, the first stands for all', () => {
  expect(block(...Array.from({ length: 16 }, () => NaN))).toMatchObject({
    ...{ lowValue: NaN, highValue: NaN, lowStep: 0, highStep: 0, finite: 0 }
  });
});

describe('blocks', () => {
  const values = Array.from({ length: 64 }, (_, index) => (index === 40 ? 1000 : index));
  const points = pointsOf(values);
  const four = [0, 16, 32, 48].map(from => blockOf(points, from, from + 16));

  test('joined, are the block of all their points', () => {
    const [joined, whole] = [joinBlocks(four), blockOf(points)];
    expect({ ...joined, mean: 0 }).toEqual({ ...whole, mean: 0 });
    expect(joined.mean).toBeCloseTo(values.reduce((sum, value) => sum + value) / 64);
  });

  test('are joined with their neighbours up to a size', () => {
    expect(coarsen(four, 40).map(({ points }) => points)).toEqual([32, 32]);
    expect(coarsen(four, 1)).toEqual(four);
  });

  test('come back as they were, wherever their bytes lie', () => {
    const bytes = encodeBlocks([...four, block(NaN, Infinity)]);
    const moved = new Uint8Array(bytes.length + 3);
    moved.set(bytes, 3);
    expect(decodeBlocks(moved.subarray(3))).toEqual([...four, block(NaN, Infinity)]);
  });
});
