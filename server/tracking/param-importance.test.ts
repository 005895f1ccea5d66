import { describe, expect, test } from 'vitest';
import { rankCorrelation, weigh } from './param-importance.ts';
import { createRandom } from './random-forest.ts';

const random = createRandom(7);
const column = (
  key: string,
  values: (number | null)[],
  kind: 'number' | 'category' = 'number'
) => ({
  key,
  kind,
  values
});

describe('the importance of params', () => {
  const rate = Array.from({ length: 200 }, () => random());
  const depth = Array.from({ length: 200 }, () => Math.floor(random() * 8));
  const seed = Array.from({ length: 200 }, () => Math.floor(random() * 1000));
  const loss = rate.map((value, row) => 3 * (value - 0.4) ** 2 + 0.05 * depth[row]!);

  test('goes to those that the metric depends on, also where the dependence has a turning point', async () => {
    const { params, explained } = await weigh(
      [column('seed', seed), column('rate', rate), column('depth', depth)],
      loss
    );
    expect(params.map(({ key }) => key)).toEqual(['rate', 'depth', 'seed']);
    expect(params[0]!.importance).toBeGreaterThan(0.5);
    expect(params[2]!.importance).toBeLessThan(0.05);
    expect(params.reduce((sum, { importance }) => sum + importance, 0)).toBeCloseTo(1);
    expect(explained).toBeGreaterThan(0.7);
  });

  test('is the same every time', async () => {
    const columns = [column('rate', rate), column('depth', depth)];
    expect(await weigh(columns, loss)).toEqual(await weigh(columns, loss));
  });

  test('sees categories and params that some runs lack', async () => {
    const kind = Array.from({ length: 60 }, (_, row) => (row % 3 === 0 ? null : row % 3));
    const target = kind.map(value => (value === null ? 9 : value));
    const { params } = await weigh(
      [column('kind', kind, 'category'), column('seed', seed.slice(0, 60))],
      target
    );
    expect(params[0]).toMatchObject({ key: 'kind' });
    expect(params[0]!.importance).toBeGreaterThan(0.9);
    expect(params[0]).not.toHaveProperty('correlation');
  });

  test('of a few runs is not claimed', async () => {
    const { params, explained } = await weigh([column('rate', [1, 2, 3])], [1, 2, 3]);
    expect(params).toEqual([{ key: 'rate', importance: 0, correlation: 1 }]);
    expect(explained).toBeUndefined();
  });

  test('of nothing that differs is nothing', async () => {
    const same = (value: number) => Array<number>(20).fill(value);
    expect((await weigh([column('rate', same(1))], same(2))).params).toEqual([]);
  });
});

describe('rank correlation', () => {
  test('is of ranks, not of values', () =>
    expect(rankCorrelation([1, 2, 3, 4], [1, 10, 100, 1000])).toBeCloseTo(1));
  test('has a sign', () => expect(rankCorrelation([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1));
  test('gives ties the mean of their places', () =>
    // scipy.stats.spearmanr([1, 2, 2, 3], [1, 3, 2, 4]).statistic
    expect(rankCorrelation([1, 2, 2, 3], [1, 3, 2, 4])).toBeCloseTo(0.9486832980505139));
  test('leaves out runs without the param', () =>
    expect(rankCorrelation([1, null, 2, 3], [1, 99, 2, 3])).toBeCloseTo(1));
});
