// What nobody should send, and somebody does: huge values, very many keys, names of every character, a clock that goes back.
import { describe, expect, test } from 'vitest';
import { useWire } from './wire-fixture.ts';

const wire = useWire();

const logMetric = (run_id: string, key: string) =>
  wire.post('runs/log-metric', { run_id, key, value: 1, timestamp: 1 });

describe('sizes', () => {
  const megabyte = 'ü'.repeat(1024 * 1024);

  test('a param, a tag of a megabyte are cut to what MLflow keeps, not refused', async () => {
    const run_id = await wire.newRun();
    for (const path of ['runs/log-parameter', 'runs/set-tag'])
      expect((await wire.post(path, { run_id, key: 'long', value: megabyte })).status).toBe(200);
    const { params, tags } = (await wire.getRun(run_id)).data;
    expect(params[0].value).toHaveLength(6000);
    expect(tags.find(({ key }: { key: string }) => key === 'long').value).toHaveLength(8000);
    // The same again is the same.
    const again = { run_id, key: 'long', value: megabyte };
    expect((await wire.post('runs/log-parameter', again)).status).toBe(200);
  });

  test('a name of a megabyte is refused, and quoted no longer than it helps', async () => {
    for (const answer of [
      await wire.post('experiments/create', { name: megabyte }),
      await logMetric(await wire.newRun(), megabyte),
      await wire.post('runs/search', { experiment_ids: ['0'], filter: `metrics.${megabyte} ==` })
    ]) {
      expect(answer.status).toBe(400);
      expect(answer.body.message.length).toBeLessThan(2000);
    }
  });

  test('a run of ten thousand metrics and a thousand params comes back whole', async () => {
    const run_id = await wire.newRun();
    const numbers = Array.from({ length: 10_000 }, (_, number) => number);
    for (let from = 0; from < 10_000; from += 1000) {
      const metrics = numbers
        .slice(from, from + 1000)
        .map(number => ({ key: `m${number}`, value: number, timestamp: 1, step: 0 }));
      expect((await wire.post('runs/log-batch', { run_id, metrics })).status).toBe(200);
    }
    for (let from = 0; from < 1000; from += 100) {
      const params = numbers
        .slice(from, from + 100)
        .map(number => ({ key: `p${number}`, value: String(number) }));
      await wire.post('runs/log-batch', { run_id, params });
    }
    const { metrics, params } = (await wire.getRun(run_id)).data;
    expect([metrics.length, params.length]).toEqual([10_000, 1000]);
    const found = await wire.post('runs/search', {
      experiment_ids: ['0'],
      filter: 'metrics.m9999 = 9999',
      order_by: ['metrics.m5000 DESC']
    });
    expect(found.body.runs[0].data.metrics).toHaveLength(10_000);
  });

  test('JSON nested without end is refused, not followed', async () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    const answer = await wire.app.inject({
      method: 'POST',
      url: '/api/2.0/mlflow/runs/log-batch',
      headers: { 'content-type': 'application/json' },
      payload: `{"run_id": "r", "tags": ${deep}}`
    });
    expect(answer.statusCode).toBe(400);
  });
});

describe('names of metrics', () => {
  const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
  const isAllowed = (letter: string) => /[\w.\- :/]/.test(letter);

  test('every character of ASCII is taken or refused as MLflow does', async () => {
    const run_id = await wire.newRun();
    for (const letter of ascii) {
      const { status } = await logMetric(run_id, `a${letter}b`);
      expect([letter.charCodeAt(0), status]).toEqual([
        letter.charCodeAt(0),
        isAllowed(letter) ? 200 : 400
      ]);
    }
    const { metrics } = (await wire.getRun(run_id)).data;
    expect(metrics).toHaveLength(ascii.filter(isAllowed).length);
  });

  test.each(['ü', 'ß', 'é', 'Ω', 'ж', '漢', 'ا', '٣', 'ª'])(
    '%s is a letter or digit',
    async name => {
      const run_id = await wire.newRun();
      expect((await logMetric(run_id, name)).status).toBe(200);
      const history = await wire.call('GET', 'metrics/get-history', { run_id, metric_key: name });
      expect(history.body.metrics).toHaveLength(1);
    }
  );

  test.each(['😀', '\u200b', '\u2028', '\u0301', '€', '½'.normalize('NFC') + '€', '\ud800'])(
    '%j is none',
    async name => expect((await logMetric(await wire.newRun(), name)).status).toBe(400)
  );

  test.each(['.', '..', '/', 'a/', '/a', 'a//b', 'a/./b', 'a/../b', '', ' '.repeat(251)])(
    '%j would be another name as a file',
    async name => expect((await logMetric(await wire.newRun(), name)).status).toBe(400)
  );

  test('of 250 characters it is the longest', async () => {
    const run_id = await wire.newRun();
    expect((await logMetric(run_id, 'x'.repeat(250))).status).toBe(200);
    expect((await logMetric(run_id, 'x'.repeat(251))).status).toBe(400);
  });
});

describe('numbers', () => {
  test.each([
    ['9007199254740991', 9007199254740991],
    ['-9007199254740991', -9007199254740991],
    [-1, -1],
    ['0', 0]
  ])('the step %s, as number or text', async (step, kept) => {
    const run_id = await wire.newRun();
    await wire.post('runs/log-metric', { run_id, key: 'm', value: 1, timestamp: 1, step });
    expect((await wire.getRun(run_id)).data.metrics[0].step).toBe(kept);
  });

  test.each(['9223372036854775808', '1e400', 1e19, '0x10', '1_000'])(
    'the step %s is none',
    async step => {
      const run_id = await wire.newRun();
      const metric = { run_id, key: 'm', value: 1, timestamp: 1, step };
      expect((await wire.post('runs/log-metric', metric)).status).toBe(400);
    }
  );
});

test('a clock that goes back loses and reorders nothing that has a step', async () => {
  wire.house.now = 10_000_000;
  const run_id = await wire.newRun();
  for (const [step, timestamp] of [
    [1, 5000],
    [2, 1000],
    [3, 500]
  ])
    await wire.post('runs/log-metric', { run_id, key: 'm', value: step, timestamp, step });
  wire.house.now -= 3_600_000;
  const later = await wire.newRun();
  await wire.post('runs/update', { run_id: later, status: 'FINISHED' });
  expect((await wire.getRun(run_id)).data.metrics[0]).toMatchObject({ value: 3, step: 3 });
  const { metrics } = (await wire.call('GET', 'metrics/get-history', { run_id, metric_key: 'm' }))
    .body;
  expect(metrics).toHaveLength(3);
  const { start_time, end_time } = (await wire.getRun(later)).info;
  expect(end_time).toBeGreaterThanOrEqual(start_time);
  const { body } = await wire.post('runs/search', { experiment_ids: ['0'] });
  expect(body.runs).toHaveLength(2);
});
