import { describe, expect, test } from 'vitest';
import { blockOf, decodeBlocks, type Point } from './metric-blocks.ts';
import { BLOCK, comparePoints, decodePoints, inOrder, makePacks, PACK } from './metric-packs.ts';
import { toStored } from './stored-number.ts';

const point = (time: Point['time'], step: Point['step'] = 0, value = 0): Point => ({
  ...{ time, step },
  ...toStored(value)
});
const steady = (count: number) =>
  Array.from({ length: count }, (_, index) => point(index * 10, index, index / 7));

test.each([1, BLOCK, PACK, PACK + 300, 5000])('%i points are in few packs, all of them', count => {
  const packs = makePacks(steady(count));
  expect(packs).toHaveLength(Math.max(1, Math.round(count / PACK)));
  expect(packs.flatMap(({ content }) => decodePoints(content.points))).toEqual(steady(count));
  for (const { head, content } of packs) {
    const { points, whole, ...reach } = head;
    const own = decodePoints(content.points);
    expect(points).toBe(own.length);
    expect({ ...decodeBlocks(whole)[0], mean: 0 }).toEqual({ ...blockOf(own), mean: 0 });
    expect(decodeBlocks(content.blocks)).toEqual(
      Array.from({ length: Math.ceil(points / BLOCK) }, (_, index) =>
        blockOf(own.slice(index * BLOCK, (index + 1) * BLOCK))
      )
    );
    const [first, last] = [own[0]!, own.at(-1)!];
    expect(reach).toEqual({
      ...{ from_time: first.time, to_time: last.time },
      ...{ from_step: first.step, to_step: last.step }
    });
  }
});

describe('a point comes back', () => {
  const wide = 2n ** 62n + 1n;
  test.each([
    ['with all 64 bits of its time and step', [point(wide, -wide), point(wide, 5, 1)]],
    ['not a number', [point(1, 1, NaN)]],
    ['infinite, and as large as a double', [point(1, 1, -Infinity), point(2, 1, Number.MAX_VALUE)]],
    ['before 1970, and with the smallest value', [point(-5, -3, Number.MIN_VALUE)]]
  ])('%s', (_, points) => {
    const [pack] = makePacks(points);
    expect(decodePoints(pack!.content.points)).toEqual(points);
  });
});

test('points are in the order of time, step and value, whatever their numbers are kept as', () => {
  const wide = 2n ** 60n;
  const sorted = [
    point(-1),
    point(0, 5, 1),
    point(0, 5, 2),
    point(0, 6),
    point(wide),
    point(wide + 1n)
  ];
  expect(inOrder(sorted)).toBe(sorted);
  expect(inOrder(sorted.toReversed())).toEqual(sorted);
  expect(comparePoints(point(0, 0, NaN), point(0, 0, 0))).toBeGreaterThan(0);
});
