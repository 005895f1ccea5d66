import { expect, test } from 'vitest';
import { layLanes } from './lanes.ts';

const node = (id: string, ...parents: string[]) => ({ id, parents });

test('a chain stays in one lane', () => {
  expect(layLanes([node('a'), node('b', 'a'), node('c', 'b')]).lanes).toEqual([0, 0, 0]);
});

test('two loads stand side by side and join', () => {
  const { lanes, edges, width } = layLanes([
    node('flights'),
    node('weather'),
    node('features', 'flights', 'weather')
  ]);
  expect(lanes).toEqual([0, 1, 0]);
  expect(width).toBe(2);
  expect(edges).toContainEqual({ from: { row: 1, lane: 1 }, to: { row: 2, lane: 0 }, lane: 1 });
});

test('a branch leaves the lane of a parent that still has children', () => {
  const { lanes } = layLanes([node('train'), node('evaluate', 'train'), node('plot', 'train')]);
  expect(lanes).toEqual([0, 1, 0]);
});

test('unknown and later parents draw no line', () => {
  expect(layLanes([node('a', 'b', 'nowhere'), node('b')]).edges).toEqual([]);
});
