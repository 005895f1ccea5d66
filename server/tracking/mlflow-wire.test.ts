// MLflow's tracking calls as they travel: the rules that its clients rely on and that the real client's test does not reach.
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { guard } from '../auth/guard.ts';
import { mlflowWire } from '../http/mlflow-route.ts';
import { trackingMlflowRoutes } from './mlflow-routes.ts';
import { createTrackingFixture, type TrackingFixture } from './tracking-fixture.ts';

let house: TrackingFixture;
let app: FastifyInstance;
beforeEach(async () => {
  house = await createTrackingFixture();
  app = Fastify();
  guard(app, {});
  mlflowWire(app, wire => trackingMlflowRoutes(wire, house.tracking));
});
afterEach(async () => {
  await app.close();
  await house.close();
});

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of foreign shapes, checked by the expectations
type Answer = { status: number; body: any };

async function call(
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  fields: object = {}
): Promise<Answer> {
  const url = `/api/2.0/mlflow/${path}`;
  const query = new URLSearchParams(fields as Record<string, string>).toString();
  const answer = await app.inject(
    method === 'GET' ? { method, url: `${url}?${query}` } : { method, url, payload: fields }
  );
  return { status: answer.statusCode, body: answer.json() };
}
const post = (path: string, fields: object = {}) => call('POST', path, fields);
const newRun = async (fields: object = {}): Promise<string> =>
  (await post('runs/create', fields)).body.run.info.run_id;
const getRun = async (run_id: string) => (await call('GET', 'runs/get', { run_id })).body.run;

describe('experiments', () => {
  test('Default is there, names are unique even when deleted, deleting takes the runs along', async () => {
    expect(
      (await call('GET', 'experiments/get', { experiment_id: '0' })).body.experiment
    ).toMatchObject({
      name: 'Default',
      artifact_location: 'mlflow-artifacts:/0'
    });
    const { body } = await post('experiments/create', {
      name: 'one',
      tags: [{ key: 'k', value: 'v' }]
    });
    const run_id = await newRun(body);
    await post('experiments/delete', body);
    expect((await post('experiments/create', { name: 'one' })).body.error_code).toBe(
      'RESOURCE_ALREADY_EXISTS'
    );
    expect((await getRun(run_id)).info.lifecycle_stage).toBe('deleted');
    expect((await post('runs/create', body)).body.message).toContain(
      "must be in the 'active' state"
    );
    await post('experiments/restore', body);
    expect((await getRun(run_id)).info.lifecycle_stage).toBe('active');
  });

  test('a place of one’s own is kept as an address that this server never opens', async () => {
    const places = {
      's3://b/c': 's3://b/c',
      '/data/runs': '/data/runs',
      here: `${house.folder}/here`
    };
    for (const [artifact_location, kept] of Object.entries(places)) {
      const { body } = await post('experiments/create', {
        name: artifact_location,
        artifact_location
      });
      const { experiment } = (await call('GET', 'experiments/get', body)).body;
      expect(experiment.artifact_location).toBe(kept);
      const run_id = await newRun(body);
      expect((await call('GET', 'artifacts/list', { run_id })).status).toBe(400);
    }
    expect(
      (await post('experiments/create', { name: 'x', artifact_location: 's3://b/c#d' })).status
    ).toBe(400);
  });

  test('search pages and orders', async () => {
    for (const name of ['a', 'ab', 'Abc']) await post('experiments/create', { name });
    const names = async (fields: object) =>
      (await post('experiments/search', { max_results: 10, ...fields })).body.experiments.map(
        (one: { name: string }) => one.name
      );
    expect(await names({ filter: "name LIKE 'a%'", order_by: ['name DESC'] })).toEqual(['ab', 'a']);
    expect(await names({ filter: "name ILIKE 'ab%'", order_by: ['name ASC'] })).toEqual([
      'Abc',
      'ab'
    ]);
    const first = (await post('experiments/search', { max_results: 3 })).body;
    const rest = (
      await post('experiments/search', { max_results: 3, page_token: first.next_page_token })
    ).body;
    expect([...first.experiments, ...rest.experiments]).toHaveLength(4);
    expect(rest.next_page_token).toBeUndefined();
  });
});

describe('logging', () => {
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
    const all = (await call('GET', 'metrics/get-history', { run_id, metric_key: 'm' })).body
      .metrics;
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
});

describe('search', () => {
  test('numbers first, then NaN, then none, in both directions, and pages by key', async () => {
    const values = [2, 'NaN', undefined, 1, 3];
    for (const value of values) {
      const run_id = await newRun({ run_name: String(value), start_time: 1 });
      if (value !== undefined)
        await post('runs/log-metric', { run_id, key: 'm', value, timestamp: 1 });
    }
    for (const [order, expected] of [
      ['metrics.m ASC', ['1', '2', '3', 'NaN', 'undefined']],
      ['metrics.m DESC', ['3', '2', '1', 'NaN', 'undefined']]
    ] as const) {
      const names: string[] = [];
      for (let page_token = ''; ;) {
        const { body } = await post('runs/search', {
          experiment_ids: ['0'],
          order_by: [order],
          max_results: 2,
          page_token
        });
        names.push(...body.runs.map((run: { info: { run_name: string } }) => run.info.run_name));
        page_token = body.next_page_token ?? '';
        if (page_token === '') break;
      }
      expect(names).toEqual(expected);
    }
  });

  test('by the data that a run read', async () => {
    const run_id = await newRun();
    const dataset = { name: 'flights', digest: 'd1', source_type: 'local', source: 'x' };
    const tags = [{ key: 'mlflow.data.context', value: 'train' }];
    await post('runs/log-inputs', { run_id, datasets: [{ dataset, tags }] });
    await newRun();
    for (const filter of [
      "dataset.name = 'flights'",
      "datasets.context IN ('train')",
      "dataset.digest LIKE 'd%'"
    ]) {
      expect((await post('runs/search', { experiment_ids: ['0'], filter })).body.runs).toHaveLength(
        1
      );
    }
    expect((await getRun(run_id)).inputs.dataset_inputs).toEqual([{ dataset, tags }]);
  });

  test.each([
    [{ max_results: 123456789 }, "Invalid value 123456789 for parameter 'max_results' supplied"],
    [{ page_token: 'nonsense' }, 'Invalid page token'],
    [{ filter: "attribute.nothing = 'x'" }, 'Invalid attribute key'],
    [{ filter: 'params.a > 3' }, 'Invalid comparator'],
    [{ filter: "metrics.a = 'x'" }, 'Expected numeric value'],
    [{ order_by: ['start_time', 'start_time DESC'] }, 'duplicate fields']
  ])('refuses %j', async (fields, words) => {
    const answer = await post('runs/search', { experiment_ids: ['0'], ...fields });
    expect(answer).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining(words) }
    });
  });
});

describe('logged models', () => {
  test('are made, finalised, tagged, searched and deleted; metrics reach them', async () => {
    const run_id = await newRun();
    const { body } = await post('logged-models', {
      experiment_id: '0',
      name: 'model',
      source_run_id: run_id,
      params: [{ key: 'p', value: '1' }]
    });
    const { model_id, artifact_uri } = body.model.info;
    expect(artifact_uri).toBe(`mlflow-artifacts:/0/models/${model_id}/artifacts`);
    await call('PATCH', `logged-models/${model_id}`, { model_id, status: 2 });
    await call('PATCH', `logged-models/${model_id}/tags`, { tags: [{ key: 't', value: 'v' }] });
    await post('runs/outputs', { run_id, models: [{ model_id, step: 3 }] });
    await post('runs/log-metric', {
      run_id,
      key: 'm',
      value: 0.9,
      timestamp: 1,
      model_id,
      dataset_name: 'd',
      dataset_digest: 'x'
    });
    const found = await post('logged-models/search', {
      experiment_ids: ['0'],
      filter: `name = 'model' AND source_run_id = '${run_id}' AND tags.t = 'v' AND params.p = '1' AND metrics.m > 0.5`,
      datasets: [{ dataset_name: 'd' }],
      order_by: [{ field_name: 'metrics.m', ascending: false }]
    });
    expect(found.body.models).toMatchObject([
      {
        info: { model_id, status: 'LOGGED_MODEL_READY', tags: [{ key: 't', value: 'v' }] },
        data: { metrics: [{ key: 'm', value: 0.9, run_id }] }
      }
    ]);
    expect((await getRun(run_id)).outputs.model_outputs).toEqual([{ model_id, step: 3 }]);
    expect(await house.tracking.listLoggedModels(run_id)).toMatchObject([
      { modelId: model_id, name: 'model', runId: run_id }
    ]);
    await call('DELETE', `logged-models/${model_id}`);
    expect((await call('GET', `logged-models/${model_id}`)).status).toBe(404);
    expect((await call('GET', `logged-models/${model_id}`, { allow_deleted: 'true' })).status).toBe(
      200
    );
  });

  test('names that would not be one part of a path are refused', async () => {
    expect(
      (await post('logged-models', { experiment_id: '0', name: 'a/b' })).body.message
    ).toContain('Invalid model name');
  });
});

describe('artifacts', () => {
  const file = (path: string) => `/api/2.0/mlflow-artifacts/artifacts/${path}`;

  test('are put, listed, read as a download, and deleted', async () => {
    const run_id = await newRun();
    const root = `0/${run_id}/artifacts`;
    const headers = { 'content-type': 'application/json' };
    expect(
      (
        await app.inject({
          method: 'PUT',
          url: file(`${root}/d/a.json`),
          headers,
          payload: '{"a": 1}'
        })
      ).statusCode
    ).toBe(200);
    expect((await app.inject({ method: 'PUT', url: file(`${root}/empty`) })).statusCode).toBe(200);
    expect((await call('GET', 'artifacts/list', { run_id })).body.files).toEqual([
      { path: 'd', is_dir: true },
      { path: 'empty', is_dir: false, file_size: 0 }
    ]);
    expect((await call('GET', 'artifacts/list', { run_id, path: 'd' })).body.files).toEqual([
      { path: 'd/a.json', is_dir: false, file_size: 8 }
    ]);
    const listed = await app.inject(`/api/2.0/mlflow-artifacts/artifacts?path=${root}`);
    expect(listed.json().files).toHaveLength(2);
    const read = await app.inject(file(`${root}/d/a.json`));
    expect([read.body, read.headers['content-disposition']]).toEqual([
      '{"a": 1}',
      "attachment; filename*=UTF-8''a.json"
    ]);
    expect((await app.inject(file(`${root}/d`))).statusCode).toBe(404);
    expect((await house.tracking.getRun({ runId: run_id })).artifacts).toEqual([
      { path: 'd/a.json', bytes: 8 },
      { path: 'empty', bytes: 0 }
    ]);
    await app.inject({ method: 'DELETE', url: file(`${root}/d`) });
    expect((await app.inject(file(`${root}/d/a.json`))).statusCode).toBe(404);
  });

  test.each([
    '../secret',
    'a/%2e%2e/%2e%2e/secret',
    '%2e%2e%2fsecret',
    'a%5c..%5cb',
    '%2Fetc/passwd',
    'a%23b'
  ])('never leave their root: %s', async path => {
    for (const method of ['GET', 'PUT', 'DELETE'] as const) {
      const answer = await app.inject({
        method,
        url: file(path),
        ...(method === 'PUT' ? { payload: 'x', headers: { 'content-type': 'text/plain' } } : {})
      });
      expect(answer.statusCode).toBeGreaterThanOrEqual(400);
      expect(answer.statusCode).toBeLessThan(500);
    }
    const run_id = await newRun();
    expect((await call('GET', 'artifacts/list', { run_id, path: '../path' })).body).toEqual({
      error_code: 'INVALID_PARAMETER_VALUE',
      message: 'Invalid path'
    });
  });

  test('parts and presigned addresses are said to be missing, so that clients fall back', async () => {
    const answer = await app.inject({
      method: 'POST',
      url: '/api/2.0/mlflow-artifacts/mpu/create/a'
    });
    expect([answer.statusCode, answer.json().error_code]).toEqual([501, 'NOT_IMPLEMENTED']);
  });
});

test('the server says what it is', async () => {
  expect((await app.inject('/api/3.0/mlflow/server-info')).json()).toEqual({
    store_type: 'SqlStore',
    workspaces_enabled: false
  });
});
