import { expect, test } from 'vitest';
import { followLines, readOrigins, writeOrigins } from './line-origins.ts';

test('lines keep the version they are from while others come and go', () => {
  const first = followLines(undefined, undefined, 'a\nb\nc', 1);
  const second = followLines(first, 'a\nb\nc', 'a\nB\nc\nd', 2);
  const third = followLines(second, 'a\nB\nc\nd', 'c\nd\ne', 3);
  expect([first, second, third]).toEqual([
    [1, 1, 1],
    [1, 2, 1, 2],
    [1, 2, 3]
  ]);
  expect(followLines(third, 'c\nd\ne', 'c\nd\ne', 4)).toEqual(third);
});

test('what is written of them is read again', () => {
  const origins = [7, 7, 7, 1, 10_000, 10_000];
  expect(writeOrigins(origins)).toBe('7*3 1*1 10000*2');
  expect(readOrigins(writeOrigins(origins))).toEqual(origins);
});
