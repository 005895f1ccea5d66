import { expect, test } from 'vitest';
import { sparkPoints } from './sparkline.tsx';

test('the highest value is at the top, the first at the left', () => {
  expect(sparkPoints([1, 3, 2], 24, 14)).toEqual([
    [2, 12],
    [12, 2],
    [22, 7]
  ]);
});

test('one value and equal values stand in the middle; what is not a number is left out', () => {
  expect(sparkPoints([5], 20, 10)).toEqual([[10, 5]]);
  expect(sparkPoints([5, NaN, 5], 20, 10)).toEqual([
    [2, 5],
    [18, 5]
  ]);
  expect(sparkPoints([], 20, 10)).toEqual([]);
});
