// Steps and times that a double cannot hold (`time.time_ns()`): taken, kept and given back to the last digit.
import { describe, expect, test } from 'vitest';
import { parseExactly, rawJson } from '../contract/int64.ts';
import { SessionEvent } from '../contract/tracking.ts';
import { queryOf, useWire } from './wire-fixture.ts';

const wire = useWire();

const NOW = 1_763_000_000_123_456_789n;
const LAST = 2n ** 63n - 1n;
const FIRST = -(2n ** 63n);

/** Its digits in the body. */
const digits = (value: bigint): unknown => rawJson(String(value));

/** As the wire says it, each number with all its digits. */
async function ask(method: 'GET' | 'POST', path: string, fields: object) {
  const url = `/api/2.0/mlflow/${path}`;
  const asked =
    method === 'GET'
      ? { url: `${url}?${queryOf(fields)}` }
      : {
          url,
          payload: JSON.stringify(fields),
          headers: { 'content-type': 'application/json' }
        };
  const { statusCode, body } = await wire.app.inject({ method, ...asked });
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- of foreign shape, checked by the expectations
  return { status: statusCode, body: parseExactly(body) as any };
}

const logMetric = (fields: object) =>
  ask('POST', 'runs/log-metric', { key: 'm', value: 1, timestamp: 1, step: 0, ...fields });

const history = async (run_id: string, fields: object = {}) =>
  (await ask('GET', 'metrics/get-history', { run_id, metric_key: 'm', ...fields })).body;

describe('a step and a time', () => {
  test.each([NOW, LAST, FIRST, 2n ** 53n + 1n])('%s, as number and as text', async step => {
    const run_id = await wire.newRun();
    const timestamp = digits(step < 0n ? LAST : step);
    expect((await logMetric({ run_id, step: digits(step), timestamp })).status).toBe(200);
    expect((await logMetric({ run_id, step: String(step), timestamp })).status).toBe(200);
    const point = { step, timestamp: step < 0n ? LAST : step };
    expect((await history(run_id)).metrics).toEqual([{ key: 'm', value: 1, ...point }]);
    const { run } = (await ask('GET', 'runs/get', { run_id })).body;
    expect(run.data.metrics).toEqual([{ key: 'm', value: 1, ...point }]);
    const found = await ask('POST', 'runs/search', { experiment_ids: ['0'] });
    expect(found.body.runs[0].data.metrics).toEqual([{ key: 'm', value: 1, ...point }]);
  });

  test.each(['9223372036854775808', '-9223372036854775809', '1e19', '9'.repeat(1000)])(
    'of more than 64 bits (%s) are refused',
    async number => {
      const run_id = await wire.newRun();
      for (const field of ['step', 'timestamp']) {
        const { status, body } = await logMetric({ run_id, [field]: rawJson(number) });
        expect([status, body.error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
        expect((await logMetric({ run_id, [field]: number })).status).toBe(400);
      }
    }
  );

  test('below zero a time is refused, and quoted', async () => {
    const { status, body } = await logMetric({
      run_id: await wire.newRun(),
      timestamp: digits(-NOW)
    });
    expect(status).toBe(400);
    expect(body.message).toContain('nonnegative');
  });

  test('a value of that many digits is a number like any other', async () => {
    const run_id = await wire.newRun();
    await logMetric({ run_id, value: digits(NOW) });
    expect((await wire.getRun(run_id)).data.metrics[0].value).toBe(Number(NOW));
  });
});

describe('points next to each other', () => {
  const steps = [NOW, NOW + 1n, NOW + 2n, NOW + 3n];

  async function logAll(): Promise<string> {
    const run_id = await wire.newRun();
    const metrics = [2, 0, 3, 1].map(index => ({
      key: 'm',
      value: index,
      timestamp: digits(steps[index]!),
      step: digits(steps[index]!)
    }));
    expect((await ask('POST', 'runs/log-batch', { run_id, metrics })).status).toBe(200);
    return run_id;
  }
  const stepsOf = (metrics: { step: bigint }[]) => metrics.map(({ step }) => step);

  test('stay in order, none lost, the newest is the highest', async () => {
    const run_id = await logAll();
    expect(stepsOf((await history(run_id)).metrics)).toEqual(steps);
    await logMetric({ run_id, value: 9, step: digits(NOW + 1n), timestamp: digits(NOW) });
    const { run } = (await ask('GET', 'runs/get', { run_id })).body;
    expect(run.data.metrics[0]).toMatchObject({ value: 3, step: steps[3] });
  });

  test('come page by page', async () => {
    const run_id = await logAll();
    const seen: bigint[] = [];
    for (let page_token: string | undefined = ''; page_token !== undefined;) {
      const page: { metrics: { step: bigint }[]; next_page_token?: string } = await history(
        run_id,
        { max_results: 1, ...(page_token && { page_token }) }
      );
      seen.push(...stepsOf(page.metrics));
      page_token = page.next_page_token;
    }
    expect(seen).toEqual(steps);
  });

  test('and of several runs at once', async () => {
    const run_id = await logAll();
    const bulk = await ask('GET', 'metrics/get-history-bulk', { run_id, metric_key: 'm' });
    expect(stepsOf(bulk.body.metrics)).toEqual(steps);
    const interval = await ask('GET', 'metrics/get-history-bulk-interval', {
      run_ids: run_id,
      metric_key: 'm',
      start_step: steps[1],
      end_step: steps[2]
    });
    expect(stepsOf(interval.body.metrics)).toEqual(steps.slice(1, 3));
  });

  test('are drawn', async () => {
    const run_id = await logAll();
    for (const axis of ['step', 'time', 'relative'] as const) {
      const { curves } = await wire.house.tracking.getCurves({
        series: [{ runId: run_id, key: 'm' }],
        axis,
        points: 100,
        smoothing: 0
      });
      expect(curves[0]).toMatchObject({ total: 4 });
      expect(curves[0]!.x.every(Number.isFinite)).toBe(true);
    }
  });

  test('a long series is kept in blocks, its zoom and its last point too', async () => {
    const run_id = await wire.newRun();
    const count = 3000n;
    for (let from = 0n; from < count; from += 1000n) {
      const metrics = Array.from({ length: 1000 }, (_, index) => ({
        key: 'm',
        value: index,
        timestamp: digits(LAST - count + from + BigInt(index)),
        step: digits(LAST - count + 1n + from + BigInt(index))
      }));
      expect((await ask('POST', 'runs/log-batch', { run_id, metrics })).status).toBe(200);
    }
    const { curves } = await wire.house.tracking.getCurves({
      series: [{ runId: run_id, key: 'm' }],
      axis: 'step',
      points: 100,
      smoothing: 0.5
    });
    expect(curves[0]!.total).toBe(3000);
    const sampled = await ask('GET', 'metrics/get-history-bulk-interval', {
      run_ids: run_id,
      metric_key: 'm',
      max_results: 10
    });
    expect(stepsOf(sampled.body.metrics).at(-1)).toBe(LAST);
  });
});

describe('times of a run', () => {
  test('are given back, ordered by, searched for and paged', async () => {
    const ids: string[] = [];
    for (const start of [NOW, NOW + 1n, NOW + 2n]) {
      const { body } = await ask('POST', 'runs/create', { start_time: digits(start) });
      expect(body.run.info.start_time).toBe(start);
      ids.push(body.run.info.run_id);
    }
    const ended = await ask('POST', 'runs/update', {
      run_id: ids[0],
      status: 'FINISHED',
      end_time: digits(LAST)
    });
    expect(ended.body.run_info.end_time).toBe(LAST);
    // Said again, it stays.
    const again = await ask('POST', 'runs/update', { run_id: ids[0], status: 'FAILED' });
    expect(again.body.run_info).toMatchObject({ start_time: NOW, end_time: LAST });

    const filter = `attributes.start_time > ${NOW}`;
    const found = await ask('POST', 'runs/search', { experiment_ids: ['0'], filter });
    expect(found.body.runs).toHaveLength(2);

    const seen: string[] = [];
    for (let page_token: string | undefined = ''; page_token !== undefined;) {
      const { body } = await ask('POST', 'runs/search', {
        experiment_ids: ['0'],
        max_results: 1,
        order_by: ['attributes.start_time ASC'],
        ...(page_token && { page_token })
      });
      seen.push(body.runs[0].info.run_id);
      page_token = body.next_page_token;
    }
    expect(seen).toEqual(ids);
  });

  test('the panels show the run', async () => {
    const { body } = await ask('POST', 'runs/create', { start_time: digits(FIRST) });
    const runId = body.run.info.run_id as string;
    await ask('POST', 'runs/update', { run_id: runId, status: 'FINISHED', end_time: digits(LAST) });
    const { tracking } = wire.house;
    expect((await tracking.getRun({ runId })).startTime).toBeLessThan(-9e18);
    const selection = { deleted: false, order: [], offset: 0, limit: 10, columns: [] };
    const table = await tracking.getRunTable({ ...selection, filter: `start_time >= ${FIRST}` });
    expect(table.items[0]!.endTime).toBeGreaterThan(9e18);
    const fields = ['attributes.duration', 'attributes.start_time'];
    const frame = await tracking.getRunFrame({ deleted: false, fields });
    const [duration, start] = frame.columns.map(({ values }) => values[0]);
    expect(duration).toBe(2 ** 64);
    expect(start).toBeLessThan(-9.2e18);
  });
});

test('a model of a run keeps its step, and its metric', async () => {
  const run_id = await wire.newRun();
  const made = await ask('POST', 'logged-models', { experiment_id: '0', name: 'net' });
  const { model_id } = made.body.model.info;
  const models = [{ model_id, step: digits(NOW) }];
  expect((await ask('POST', 'runs/outputs', { run_id, models })).status).toBe(200);
  const { run } = (await ask('GET', 'runs/get', { run_id })).body;
  expect(run.outputs.model_outputs).toEqual([{ model_id, step: NOW }]);
  await logMetric({ run_id, model_id, step: digits(NOW), timestamp: digits(NOW) });
  const { model } = (await ask('GET', `logged-models/${model_id}`, {})).body;
  expect(model.data.metrics[0]).toMatchObject({ step: NOW, timestamp: NOW });
});

test('our own logging takes such a step too, to the nearest double', async () => {
  const point = { key: 'm', value: 1, step: Number(NOW), time: Number(NOW) };
  const logged = { id: 'event-01', time: 1, type: 'logged', metrics: [point] };
  expect(SessionEvent.safeParse(logged).success).toBe(true);
  for (const more of [{ step: 0.5 }, { step: 1e19 }, { time: 1e300 }]) {
    const metrics = [{ ...point, ...more }];
    expect(SessionEvent.safeParse({ ...logged, metrics }).success).toBe(false);
  }
  const cell = { type: 'cell-started', executionId: 'e1', source: '1', cellId: 'c1' } as const;
  const { runId } = await wire.house.say('hook', [
    cell,
    { type: 'logged', params: {}, tags: {}, metrics: [point] }
  ]);
  const { metrics } = await wire.house.tracking.getRun({ runId: runId! });
  expect(metrics).toMatchObject([{ key: 'm', step: Number(NOW) }]);
});
