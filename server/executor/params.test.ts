import { expect, test } from 'vitest';
import type { Parameter } from '../contract/analysis.ts';
import { checkParams, paramText } from './params.ts';

const parameter = (name: string, type: Parameter['type'], source: string): Parameter => ({
  name,
  cell: 1,
  type,
  source
});
const all = [
  parameter('rounds', 'int', '100'),
  parameter('rate', 'float', '0.1'),
  parameter('flag', 'bool', 'True'),
  parameter('city', 'str', "'Oslo'")
];

test('values of the right kind pass, texts that say one are turned into it', () => {
  const given = checkParams(all, { rounds: '5', rate: 2, flag: 'false', city: 7 });
  expect(Object.values(given).map(({ value }) => value)).toEqual([5, 2, false, '7']);
});

test.each([
  ['rounds', 1.5],
  ['rounds', 'many'],
  ['rate', 'fast'],
  ['flag', 1],
  ['city', null]
])('%s cannot be %j', (name, value) => {
  expect(() => checkParams(all, { [name]: value })).toThrow(
    `"${name}" cannot be ${JSON.stringify(value)}`
  );
});

test('an unknown name is refused with those there are', () => {
  expect(() => checkParams(all, { round: 1 })).toThrow(
    expect.objectContaining({
      problem: expect.objectContaining({ remedy: 'It has rounds, rate, flag, city' })
    })
  );
});

test('a value equal to the default is the default', () => {
  expect(paramText(all[0]!, undefined)).toBe('100');
  expect(paramText(all[0]!, { value: 100, type: 'int' })).toBe('100');
  expect(paramText(all[1]!, { value: 0.1, type: 'float' })).toBe('0.1');
  expect(paramText(all[2]!, { value: true, type: 'bool' })).toBe('True');
  expect(paramText(all[3]!, { value: 'Oslo', type: 'str' })).toBe("'Oslo'");
});
