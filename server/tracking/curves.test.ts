// What is drawn of long series: sparklines as points arrive, buckets when a curve is read.
import { describe, expect, test } from 'vitest';
import { bucketSeries } from './series-buckets.ts';
import { addToSpark, decodeSpark, emptySpark, encodeSpark, sparkValues } from './spark.ts';

const spark = (values: number[]) => {
  const kept = emptySpark();
  values.forEach(value => addToSpark(kept, value));
  expect(decodeSpark(encodeSpark(kept))).toEqual(kept);
  return sparkValues(kept, values.at(-1)!);
};

describe('a sparkline', () => {
  test('of few points has them all', () => expect(spark([3, 1, 2])).toEqual([3, 1, 2]));
  test('skips what cannot be drawn', () => expect(spark([1, NaN, Infinity, 2])).toEqual([1, 2]));
  test.each([37, 38, 40, 41, 100, 1000, 12_345])(
    'of %i points has at most 40, ends and extremes kept',
    count => {
      const values = Array.from({ length: count }, (_, index) => Math.sin(index / 10));
      values[Math.floor(count / 3)] = 99;
      values[Math.floor(count / 2)] = -99;
      const drawn = spark(values);
      expect(drawn.length).toBeLessThanOrEqual(40);
      expect(drawn.length).toBeGreaterThan(15);
      expect(drawn[0]).toBe(values[0]);
      expect(drawn.at(-1)).toBe(values.at(-1));
      expect([Math.max(...drawn), Math.min(...drawn)]).toEqual([99, -99]);
    }
  );
});

describe('a curve', () => {
  const points = (count: number) =>
    Array.from({ length: count }, (_, step) => ({ step, time: step, value: 0 }));

  test('that fits is left alone', () => expect(bucketSeries(points(10), 10)).toHaveLength(10));
  test.each([2, 3, 7, 100])(
    'in %i points keeps both ends and, where there is room, every spike',
    limit => {
      const all = points(10_000);
      all[1234]!.value = 50;
      all[8765]!.value = -50;
      const drawn = bucketSeries(all, limit);
      expect(drawn.length).toBeLessThanOrEqual(limit);
      expect([drawn[0], drawn.at(-1)]).toEqual([all[0], all.at(-1)]);
      expect(drawn.map(point => point.step)).toEqual(
        drawn.map(point => point.step).toSorted((a, b) => a - b)
      );
      if (limit > 3)
        expect(drawn.map(point => point.value)).toEqual(expect.arrayContaining([50, -50]));
    }
  );
  test('of NaN alone is still a curve', () => {
    const all = points(100).map(point => ({ ...point, value: NaN }));
    expect(bucketSeries(all, 10).length).toBeLessThanOrEqual(10);
  });
});
