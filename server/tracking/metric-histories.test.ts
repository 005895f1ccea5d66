import { describe, expect, test } from 'vitest';
import { useWire } from './wire-fixture.ts';

const wire = useWire();

interface Point {
  run_id: string;
  step: number;
  value: number | string;
}

async function runWith(values: readonly (number | string)[]): Promise<string> {
  const run_id = await wire.newRun();
  for (let from = 0; from < values.length; from += 1000) {
    const metrics = values
      .slice(from, from + 1000)
      .map((value, index) => ({ key: 'm', value, timestamp: 1, step: from + index }));
    await wire.post('runs/log-batch', { run_id, metrics });
  }
  return run_id;
}
const bulk = (fields: object) => wire.call('GET', 'metrics/get-history-bulk', fields);
const interval = (fields: object) => wire.call('GET', 'metrics/get-history-bulk-interval', fields);

describe('the first points of several runs', () => {
  test('are grouped by run and cut as a whole', async () => {
    const runs = [await runWith([3, 1, 2]), await runWith([7, 'NaN'])].sort();
    const asked = { run_id: [...runs].reverse().concat('no-such-run'), metric_key: 'm' };
    const all: Point[] = (await bulk(asked)).body.metrics;
    expect(all.map(({ run_id }) => run_id)).toEqual(all.map(({ run_id }) => run_id).sort());
    expect(all).toHaveLength(5);
    expect(all.filter(({ value }) => value === 'NaN')).toHaveLength(1);
    expect((await bulk({ ...asked, max_results: 4 })).body.metrics).toEqual(all.slice(0, 4));
  });

  test.each([
    [{ metric_key: 'm' }, 'must specify at least one run_id'],
    [{ run_id: 'a' }, 'must specify a metric_key'],
    [
      { metric_key: 'm', run_id: Array.from({ length: 101 }, (_, index) => `r${index}`) },
      'cannot specify more than 100 run_ids. Received 101 run_ids.'
    ]
  ])('%j is refused', async (fields, words) => {
    expect(await bulk(fields)).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining(words) }
    });
  });
});

describe('few points spread over a long series', () => {
  test('a short one is whole', async () => {
    const run_id = await runWith([3, 1, 2]);
    const { body } = await interval({ run_ids: run_id, metric_key: 'm', max_results: 3 });
    expect(body.metrics.map(({ value }: Point) => value)).toEqual([3, 1, 2]);
  });

  test('the ends and every spike stay, and no more points than asked for', async () => {
    const values = Array.from({ length: 5000 }, (_, step) =>
      step === 1234 ? 100 : step === 4321 ? -100 : Math.sin(step / 100)
    );
    const run_id = await runWith(values);
    for (const max_results of [10, 320, 2500]) {
      const { body } = await interval({ run_ids: run_id, metric_key: 'm', max_results });
      const points: Point[] = body.metrics;
      expect(points.length).toBeLessThanOrEqual(max_results);
      expect(points.length).toBeGreaterThan(max_results / 2);
      const steps = points.map(({ step }) => step);
      expect(steps).toEqual([...steps].sort((a, b) => a - b));
      expect([steps[0], steps.at(-1)]).toEqual([0, 4999]);
      expect(steps).toEqual(expect.arrayContaining([1234, 4321]));
    }
  });

  test.each([
    [1, [4999]],
    [2, [0, 4999]],
    [3, [0, 4999]]
  ])('of %i the ends come first', async (max_results, steps) => {
    const run_id = await runWith(Array.from({ length: 5000 }, (_, step) => step % 7));
    const { body } = await interval({ run_ids: run_id, metric_key: 'm', max_results });
    expect(body.metrics.map(({ step }: Point) => step)).toEqual(steps);
  });

  test('a stretch of a long one has its own ends, whatever the order it was logged in', async () => {
    const run_id = await wire.newRun();
    for (const from of [4000, 1000, 0, 3000, 2000]) {
      const metrics = Array.from({ length: 1000 }, (_, index) => ({
        key: 'm',
        value: [1234, 4321].includes(from + index) ? 100 : index % 7,
        timestamp: 1,
        step: from + index
      }));
      await wire.post('runs/log-batch', { run_id, metrics });
    }
    const asked = { run_ids: run_id, metric_key: 'm', start_step: 1001, end_step: 3998 };
    const { body } = await interval({ ...asked, max_results: 100 });
    const steps = body.metrics.map(({ step }: Point) => step);
    expect([steps[0], steps.at(-1)]).toEqual([1001, 3998]);
    expect(steps.length).toBeLessThanOrEqual(100);
    expect(steps).toEqual([...new Set<number>(steps)].sort((a, b) => a - b));
    expect(steps).toContain(1234);
    expect((await interval({ ...asked, start_step: 5000, end_step: 6000 })).body).toEqual({});
  });

  test('within steps, for several runs in their order', async () => {
    const runs = [await runWith([0, 1, 2, 3]), await runWith([4, 5, 6, 7])];
    const fields = { run_ids: runs, metric_key: 'm', start_step: 1, end_step: 2 };
    const { body } = await interval(fields);
    expect(body.metrics.map(({ value }: Point) => value)).toEqual([1, 2, 5, 6]);
    expect((await interval({ run_ids: runs, metric_key: 'none' })).body).toEqual({});
    expect((await interval({ run_ids: 'no', metric_key: 'm' })).status).toBe(404);
  });

  test.each([
    [{ metric_key: 'm' }, "Missing value for required parameter 'run_ids'."],
    [{ run_ids: 'a' }, "Missing value for required parameter 'metric_key'."],
    [{ max_results: 0 }, 'max_results must be between 1 and 2500'],
    [{ max_results: 2501 }, 'max_results must be between 1 and 2500'],
    [{ start_step: 1 }, 'both must be specified'],
    [{ start_step: 1, end_step: 0 }, 'end_step must be greater than start_step. ']
  ])('%j is refused', async (fields, words) => {
    const whole =
      'metric_key' in fields || 'run_ids' in fields ? {} : { run_ids: 'a', metric_key: 'm' };
    expect(await interval({ ...whole, ...fields })).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining(words) }
    });
  });
});
