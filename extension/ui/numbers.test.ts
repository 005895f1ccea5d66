import { expect, test } from 'vitest';
import { formatBytes, formatChange, formatDuration, formatNumber } from './numbers.ts';

test.each([
  [18.314159, '18.31'],
  [0.000421234, '0.0004212'],
  [336776, '336,776'],
  [12345.678, '12,346'],
  [0, '0'],
  [0.1 + 0.2, '0.3'],
  [1.5e-7, '1.50e-7'],
  ['NaN', 'NaN'],
  ['Infinity', '∞'],
  [undefined, '–']
])('%s is read as %s', (value, text) => expect(formatNumber(value)).toBe(text));

test('a change says its sign', () => {
  expect([0.58, -0.13, 0].map(formatChange)).toEqual(['+0.58', '−0.13', '0']);
});

test.each([
  [0.4, '0.4 ms'],
  [7, '7 ms'],
  [812, '812 ms'],
  [2100, '2.1 s'],
  [41_200, '41 s'],
  [130_000, '2 min 10 s'],
  [3_900_000, '1 h 5 min']
])('%d ms last %s', (milliseconds, text) => expect(formatDuration(milliseconds)).toBe(text));

test('bytes have a unit', () => {
  expect([512, 3_200_000, 1_530].map(formatBytes)).toEqual(['512 B', '3.2 MB', '1.53 kB']);
});
