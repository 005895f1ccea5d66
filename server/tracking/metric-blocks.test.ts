import { expect, test } from 'vitest';
import { BLOCK, type Block, type BlockTail, foldPoints } from './metric-blocks.ts';
import { toStored } from './stored-number.ts';

const pointsOf = (values: readonly number[]) =>
  values.map((value, step) => ({ step, time: step * 10, ...toStored(value) }));

/** The one full block of sixteen values; those not given are 1. */
function blockOf(...values: number[]): Block {
  const filled = Array.from({ length: BLOCK }, (_, index) => values[index] ?? 1);
  const [block] = foldPoints([], pointsOf(filled));
  return block!;
}

test('what is no number never takes the place of the lowest or the highest', () => {
  const block = blockOf(NaN, 5, NaN, -3, NaN);
  expect(block).toMatchObject({ low_value: -3, low_step: 3, high_value: 5, high_step: 1 });
  expect(block).toMatchObject({ low_kind: 0, high_kind: 0, finite: 13, from_step: 0, to_step: 15 });
});

test('infinities are the highest and the lowest, and leave the mean alone', () => {
  const block = blockOf(Infinity, -Infinity);
  expect(block).toMatchObject({ high_kind: 2, high_step: 0, low_kind: 2, low_step: 1, mean: 1 });
});

test('where nothing is a number, the first stands for all', () => {
  const block = blockOf(...Array.from({ length: BLOCK }, () => NaN));
  expect(block).toMatchObject({ low_kind: 1, high_kind: 1, low_step: 0, high_step: 0, finite: 0 });
});

test('four blocks are one of the next level, with their extremes and their mean', () => {
  const values = Array.from({ length: 4 * BLOCK }, (_, index) => (index === 40 ? 1000 : index));
  const tail: BlockTail = [];
  const full = foldPoints(tail, pointsOf(values));
  expect(full.map(({ level, number }) => [level, number])).toEqual([
    [0, 0],
    [0, 1],
    [0, 2],
    [0, 3],
    [1, 0]
  ]);
  const sum = values.reduce((total, value) => total + value, 0);
  expect(full.at(-1)).toMatchObject({ points: 64, high_value: 1000, high_step: 40, low_value: 0 });
  expect(full.at(-1)!.mean).toBeCloseTo(sum / 64);
  expect(tail[0]).toMatchObject({ points: 0, number: 4 });
});
