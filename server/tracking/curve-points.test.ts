import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCurvePoints } from './curve-points.ts';
import { comparePoints } from './metric-packs.ts';
import { findSeries, readAllPoints, readPoints } from './metric-store.ts';
import { writePoints } from './point-store.ts';
import { createTrackingFixture, type TrackingFixture } from './tracking-fixture.ts';

let house: TrackingFixture;
let runId: string;
beforeEach(async () => {
  house = await createTrackingFixture();
  const { runs } = house.tracking.mlflow;
  const made = await runs.create({ experiment_id: '0', user_id: '', tags: [] }, undefined);
  runId = made.run.info.run_id;
});
afterEach(() => house.close());

type Point = { step: number; time: number; value: number; kind?: number };

async function log(points: Point[], atOnce = 1000): Promise<void> {
  for (let from = 0; from < points.length; from += atOnce) {
    const some = points.slice(from, from + atOnce).map(one => ({ key: 'm', kind: 0, ...one }));
    await house.database.write(db => writePoints(db, runId, some));
  }
}
async function read(from = -Infinity, to = Infinity, points = 100, by: 'step' | 'time' = 'step') {
  const series = await findSeries(house.database.read, runId, 'm');
  return readCurvePoints(house.database.read, series!, { by, from, to, points });
}

/** The same numbers every time. */
function createRandom(seed = 1) {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
}

const random = createRandom();
const noise: Point[] = Array.from({ length: 20_000 }, (_, step) => ({
  step,
  time: 1_000_000 + step * 7,
  value: random()
}));
noise[12_345]!.value = 1000;
noise[777]!.value = -1000;

describe('a long series', () => {
  test.each(['step', 'time'] as const)('keeps every extreme at any zoom, by %s', async by => {
    await log(noise);
    const inside = (points: Point[], from: number, to: number) =>
      points.filter(point => point[by] >= from && point[by] <= to);
    const last = noise.at(-1)![by];
    const first = noise[0]![by];
    const zooms = [[-Infinity, Infinity]];
    for (let zoom = 0; zoom < 40; zoom += 1) {
      const from = first + Math.floor(random() * (last - first));
      zooms.push([from, from + Math.floor(random() ** 3 * (last - first))]);
    }
    for (const [from, to] of zooms as [number, number][]) {
      const { points, total } = await read(from, to, 100, by);
      const truth = inside(noise, from, to);
      const shown = inside(points, from, to);
      expect(total).toBe(truth.length);
      const values = (some: Point[]) => some.map(({ value }) => value);
      expect(Math.max(...values(shown))).toBe(Math.max(...values(truth)));
      expect(Math.min(...values(shown))).toBe(Math.min(...values(truth)));
      expect(points.length).toBeLessThan(1500);
      expect(shown.length).toBeGreaterThanOrEqual(Math.min(truth.length, 50));
    }
  });

  test('close enough, is every point, and one beside on either side', async () => {
    await log(noise);
    const { points, total } = await read(5000, 5020);
    const steps = points.map(({ step }) => step).sort((a, b) => a - b);
    for (let step = 5000; step <= 5020; step += 1) expect(steps).toContain(step);
    expect(steps[0]).toBeLessThan(5000);
    expect(steps.at(-1)).toBeGreaterThan(5020);
    expect(total).toBe(21);
  });

  test('is the same however it came: at once, one by one, or twice', async () => {
    await log(noise.slice(0, 3000), 3000);
    for (const point of noise.slice(3000, 3100)) await log([point]);
    await log(noise.slice(2500, 5000), 300);
    const { points, total } = await read(-Infinity, Infinity, 50);
    const values = points.map(({ value }) => value);
    expect(total).toBe(5000);
    expect(Math.min(...values)).toBe(-1000);
    expect(points.reduce((sum, { count }) => sum + (count ?? 1), 0)).toBeCloseTo(5000);
  });

  test('out of order, all of one moment, without a number in long stretches', async () => {
    const turned = noise.slice(0, 4000).map((point, index) => ({
      ...point,
      step: (index * 37) % 4000,
      time: 5,
      kind: index < 1000 ? 1 : 0
    }));
    await log(turned);
    const { points } = await read(1000, 1999, 10);
    const truth = turned.filter(({ step, kind }) => step >= 1000 && step <= 1999 && kind === 0);
    const shown = points.filter(
      ({ step, value }) => step >= 1000 && step <= 1999 && value === value
    );
    expect(Math.max(...shown.map(({ value }) => value))).toBe(
      Math.max(...truth.map(({ value }) => value))
    );
  });
});

test('a short series is read as it is', async () => {
  await log(noise.slice(0, 500));
  const { points, total } = await read();
  expect([points.length, total]).toEqual([500, undefined]);
});

describe('points that are packed', () => {
  const history = async () => {
    const series = await findSeries(house.database.read, runId, 'm');
    return readAllPoints(house.database.read, series!.series_id);
  };
  const counts = async () => {
    const { read } = house.database;
    const series = await findSeries(read, runId, 'm');
    const rows = await read.selectFrom('metric_points').selectAll().execute();
    const packs = await read.selectFrom('metric_packs').select('points').execute();
    const packed = packs.reduce((sum, { points }) => sum + points, 0);
    expect([series!.packs, series!.packed]).toEqual([packs.length, packed]);
    expect(series!.points).toBe(packed + rows.length);
    return { rows: rows.length, packs: packs.length };
  };
  const truth = noise.slice(0, 3000).map(point => ({ kind: 0, ...point }));

  test.each([
    ['many at once', 1000, { rows: 0, packs: 3 }],
    ['a hundred at once', 100, { rows: 800, packs: 2 }],
    ['one by one', 1, { rows: 952, packs: 2 }]
  ])('are all there, in order: %s', async (_, atOnce, expected) => {
    await log(truth, atOnce);
    expect(await counts()).toEqual(expected);
    expect(await history()).toEqual(truth);
  });

  test('of series that grow together are packed by and by', async () => {
    const keys = Array.from({ length: 9 }, (_, index) => `k${index}`);
    const write = (from: number, to: number) =>
      house.database.write(db =>
        writePoints(
          db,
          runId,
          keys.flatMap(key => truth.slice(from, to).map(point => ({ ...point, key })))
        )
      );
    for (let from = 0; from < 1000; from += 100) await write(from, from + 100);
    const packs = async () =>
      (await house.database.read.selectFrom('metric_packs').select('number').execute()).length;
    const seen: number[] = [];
    for (let from = 1000; from < 1070; from += 10) {
      await write(from, from + 10);
      seen.push(await packs());
    }
    expect(seen).toEqual([0, 0, 2, 4, 6, 8, 9]);
    for (const key of keys) {
      const series = await findSeries(house.database.read, runId, key);
      expect(await readAllPoints(house.database.read, series!.series_id)).toEqual(
        truth.slice(0, 1070)
      );
    }
  });

  test('are not there twice, however they come again', async () => {
    await log(truth.slice(0, 2500), 500);
    await log(truth.slice(2000), 7);
    await log(truth.toReversed(), 900);
    await log([truth[5]!, truth[5]!, truth[2999]!]);
    await counts();
    expect(await history()).toEqual(truth);
  });

  test('come in any order, with others of the same moment', async () => {
    const turned = truth.map((point, index) => ({
      ...point,
      time: 5 + (index % 3),
      step: index % 500
    }));
    const shuffled = turned.map((_, index) => turned[(index * 1117) % 3000]!);
    await log(shuffled, 300);
    await log(shuffled.slice(100, 900), 1000);
    await log(shuffled.slice(0, 40), 1);
    await counts();
    expect(await history()).toEqual(turned.toSorted(comparePoints));
  });

  test('are not missed when they are packed between two queries of a reader', async () => {
    for (let from = 0; from < 1020; from += 255) await log(truth.slice(from, from + 255));
    const { read } = house.database;
    const { series_id } = (await findSeries(read, runId, 'm'))!;
    let queries = 0;
    const exact = read.exact.withPlugin({
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        queries += 1;
        if (queries === 1) await log(truth.slice(1020, 1030));
        return result;
      }
    });
    const interrupted = new Proxy(read, {
      get: (db, name) => (name === 'exact' ? exact : Reflect.get(db, name, db).bind(db))
    });
    const found = await readAllPoints(interrupted, series_id);
    expect(await counts()).toEqual({ rows: 0, packs: 1 });
    expect(queries).toBeGreaterThan(1);
    expect(found).toEqual(truth.slice(0, 1030));
  });

  test('keep all 64 bits of their times and steps', async () => {
    const wide = truth.map(({ time, step, ...point }) => ({
      ...point,
      key: 'm',
      time: 2n ** 61n + BigInt(time),
      step: -(2n ** 62n) + BigInt(step)
    }));
    await house.database.write(db => writePoints(db, runId, wide.slice(0, 2500)));
    await house.database.write(db => writePoints(db, runId, wide.slice(2400)));
    expect(await history()).toEqual(wide.map(({ key: _, ...point }) => point));
  });

  test('are read page by page', async () => {
    await log(truth.slice(1000, 2000));
    await log(truth.slice(0, 1500), 200);
    await log(truth.slice(1900), 300);
    const { series_id: id } = (await findSeries(house.database.read, runId, 'm'))!;
    const read: object[] = [];
    for (let page = await readPoints(house.database.read, id, 70); page.length > 0;) {
      read.push(...page);
      page = await readPoints(house.database.read, id, 70, page.at(-1));
    }
    expect(read).toEqual(truth);
  });
});

test('deleting a series takes its packs along', async () => {
  await log(noise.slice(0, 5000));
  await house.database.write(async db => {
    await db.deleteFrom('metric_points').execute();
    await db.deleteFrom('metric_series').execute();
    for (const table of ['metric_packs', 'metric_pack_points'] as const)
      expect(await db.selectFrom(table).selectAll().execute()).toEqual([]);
  });
});
