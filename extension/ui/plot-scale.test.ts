import { expect, test } from 'vitest';
import { domainOf, nearestIndex, plotScale } from './plot-scale.ts';

test.each([
  [plotScale([10, 20], false), 15, 0.5],
  [plotScale([1, 1000], true), 10, 1 / 3]
])('a place is a value and back', (scale, value, place) => {
  expect(scale.place(value)).toBeCloseTo(place);
  expect(scale.value(place)).toBeCloseTo(value);
});

test('a domain spans what can be drawn, and is never empty', () => {
  expect(domainOf([1, NaN, 3, Infinity], false, 0)).toEqual([1, 3]);
  expect(domainOf([-5, 0.01, 100], true, 0)).toEqual([0.01, 100]);
  expect(domainOf([5], false, 0.1)).toEqual([4.5, 5.5]);
  expect(domainOf([0], false, 0.1)).toEqual([-1, 1]);
  expect(domainOf([], false, 0.1)).toEqual([0, 1]);
  expect(domainOf([-1], true, 0.1)).toEqual([1, 10]);
});

test.each([
  [-3, 0],
  [2.4, 1],
  [2.6, 2],
  [99, 3]
])('nearest to %d', (wanted, index) => expect(nearestIndex([0, 2, 3, 10], wanted)).toBe(index));
