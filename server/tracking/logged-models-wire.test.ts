// Logged models over MLflow's wire.
import { expect, test } from 'vitest';
import { useWire } from './wire-fixture.ts';

const wire = useWire();
const { call, post, newRun, getRun } = wire;

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
  expect(await wire.house.tracking.listLoggedModels(run_id)).toMatchObject([
    { modelId: model_id, name: 'model', runId: run_id }
  ]);
  await call('DELETE', `logged-models/${model_id}`);
  expect((await call('GET', `logged-models/${model_id}`)).status).toBe(404);
  expect((await call('GET', `logged-models/${model_id}`, { allow_deleted: 'true' })).status).toBe(
    200
  );
});

test('a metric of a model that is not there is refused whole', async () => {
  const run_id = await newRun();
  const metric = { key: 'm', value: 1, timestamp: 1, step: 1 };
  const said = { error_code: 'RESOURCE_DOES_NOT_EXIST', message: /'m-none' not found/ };
  for (const [path, fields] of [
    ['runs/log-metric', { ...metric, model_id: 'm-none' }],
    ['runs/log-batch', { metrics: [metric, { ...metric, key: 'n', model_id: 'm-none' }] }]
  ] as const) {
    const { status, body } = await post(path, { run_id, ...fields });
    expect(status).toBe(404);
    expect(body.error_code).toBe(said.error_code);
    expect(body.message).toMatch(said.message);
  }
  expect((await getRun(run_id)).data.metrics).toBeUndefined();
});

test('names that would not be one part of a path are refused', async () => {
  expect((await post('logged-models', { experiment_id: '0', name: 'a/b' })).body.message).toContain(
    'Invalid model name'
  );
});
