// What runs take over MLflow's wire: the rules that its clients rely on and that the real client's test does not reach.
import { expect, test } from 'vitest';
import { useWire } from './wire-fixture.ts';

const { call, post, newRun, getRun } = useWire();

test('the newest point is of the highest step, then time, then value; points are kept once', async () => {
  const run_id = await newRun();
  const points = [
    [5, 2, 1],
    [9, 1, 7],
    [3, 2, 4],
    [5, 2, 1]
  ];
  for (const [timestamp, step, value] of points)
    await post('runs/log-metric', { run_id, key: 'm', timestamp, step, value });
  expect((await getRun(run_id)).data.metrics).toEqual([
    { key: 'm', value: 1, timestamp: 5, step: 2 }
  ]);
  const all = (await call('GET', 'metrics/get-history', { run_id, metric_key: 'm' })).body.metrics;
  expect(all.map((point: { value: number }) => point.value)).toEqual([4, 1, 7]);
  const page = (
    await call('GET', 'metrics/get-history', { run_id, metric_key: 'm', max_results: '2' })
  ).body;
  const rest = await call('GET', 'metrics/get-history', {
    run_id,
    metric_key: 'm',
    page_token: page.next_page_token
  });
  expect([page.metrics.length, rest.body.metrics.length]).toEqual([2, 1]);
});

test('a batch is written whole or not at all, and twice without harm', async () => {
  const run_id = await newRun();
  const metrics = Array.from({ length: 700 }, (_, step) => ({
    key: `m${step % 3}`,
    value: step,
    timestamp: 1,
    step
  }));
  const batch = {
    run_id,
    metrics,
    params: [{ key: 'p', value: '1' }],
    tags: [{ key: 't', value: 'a' }]
  };
  expect([
    (await post('runs/log-batch', batch)).status,
    (await post('runs/log-batch', batch)).status
  ]).toEqual([200, 200]);
  const { data } = await getRun(run_id);
  expect(data.metrics.map((metric: { value: number }) => metric.value)).toEqual([699, 697, 698]);
  const bad = { ...batch, params: [{ key: 'p', value: '2' }], tags: [{ key: 't', value: 'b' }] };
  expect((await post('runs/log-batch', bad)).body.message).toContain(
    'Changing param values is not allowed'
  );
  expect((await getRun(run_id)).data.tags).toContainEqual({ key: 't', value: 'a' });
});

test.each([
  [{ metrics: 'foo' }, `Invalid value "foo" for parameter 'metrics' supplied`],
  [
    { metrics: [{ key: 'a', value: 1 }] },
    "Missing value for required parameter 'metrics[0].timestamp'"
  ],
  [
    { metrics: [{ key: '../a', value: 1, timestamp: 1 }] },
    "for parameter 'metrics[0].name' supplied"
  ],
  [
    {
      params: [
        { key: 'a', value: '' },
        { key: 'a', value: '' }
      ]
    },
    'Duplicate parameter keys'
  ],
  [
    { tags: Array.from({ length: 101 }, (_, index) => ({ key: `t${index}`, value: '' })) },
    'at most 100 tags'
  ]
])('refuses %j', async (batch, words) => {
  const answer = await post('runs/log-batch', { run_id: await newRun(), ...batch });
  expect(answer).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining(words) }
  });
});

test('name and name tag are one', async () => {
  const run_id = await newRun({ run_name: 'a' });
  await post('runs/set-tag', { run_id, key: 'mlflow.runName', value: 'b' });
  expect((await getRun(run_id)).info.run_name).toBe('b');
  await post('runs/update', { run_id, run_name: 'c' });
  expect((await getRun(run_id)).data.tags).toContainEqual({ key: 'mlflow.runName', value: 'c' });
  expect(
    (await post('runs/create', { run_name: 'a', tags: [{ key: 'mlflow.runName', value: 'b' }] }))
      .status
  ).toBe(400);
});

test('a deleted run takes nothing, a missing one is not found', async () => {
  const run_id = await newRun();
  await post('runs/delete', { run_id });
  const metric = { key: 'm', value: 1, timestamp: 1 };
  expect((await post('runs/log-metric', { run_id, ...metric })).body.message).toContain(
    "must be in the 'active' state"
  );
  expect((await post('runs/log-metric', { run_id: 'no', ...metric })).status).toBe(404);
  await post('runs/restore', { run_id });
  expect((await post('runs/log-metric', { run_id, ...metric })).status).toBe(200);
});
