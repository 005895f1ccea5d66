import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useWire } from './wire-fixture.ts';

const wire = useWire();

const folderOf = (...parts: string[]) => join(wire.house.folder, 'artifacts', ...parts);

/** A run with one of everything, and a file. */
async function wholeRun(experiment_id: string): Promise<string> {
  const run_id = await wire.newRun({ experiment_id });
  const dataset = { name: 'd', digest: '1', source_type: 'local', source: '{}' };
  await wire.post('runs/log-batch', {
    run_id,
    metrics: [{ key: 'm', value: 1, timestamp: 1, step: 1 }],
    params: [{ key: 'p', value: '1' }],
    tags: [{ key: 't', value: '1' }]
  });
  await wire.post('runs/log-inputs', { run_id, datasets: [{ dataset }] });
  await put(`${experiment_id}/${run_id}/artifacts/a.txt`);
  return run_id;
}

const put = (path: string) =>
  wire.app.inject({
    method: 'PUT',
    url: `/api/2.0/mlflow-artifacts/artifacts/${path}`,
    headers: { 'content-type': 'text/plain' },
    payload: 'four'
  });

async function newModel(experiment_id: string): Promise<string> {
  const { body } = await wire.post('logged-models', { experiment_id, name: 'm' });
  const { model_id } = body.model.info;
  await put(`${experiment_id}/models/${model_id}/artifacts/MLmodel`);
  return model_id;
}

test('what was deleted is gone with its files, what was not stays', async () => {
  const { experiment_id } = (await wire.post('experiments/create', { name: 'e' })).body;
  const [kept, gone] = [await wholeRun('0'), await wholeRun('0')];
  const below = await wholeRun(experiment_id);
  const [model, keptModel] = [await newModel('0'), await newModel('0')];
  await wire.post('runs/delete', { run_id: gone });
  await wire.post('experiments/delete', { experiment_id });
  await wire.call('DELETE', `logged-models/${model}`);

  const counts = { runs: 2, models: 1, experiments: 1, files: 3, bytes: 12, held: 0 };
  expect(await wire.house.tracking.purge({ dryRun: true })).toEqual(counts);
  expect((await wire.getRun(gone)).info.lifecycle_stage).toBe('deleted');
  expect(await wire.house.tracking.purge({ dryRun: false })).toEqual(counts);

  for (const run_id of [gone, below])
    expect((await wire.call('GET', 'runs/get', { run_id })).status).toBe(404);
  expect(existsSync(folderOf('0', gone))).toBe(false);
  expect(existsSync(folderOf(experiment_id))).toBe(false);
  expect(existsSync(folderOf('0', 'models', model))).toBe(false);
  expect((await wire.getRun(kept)).data.params).toEqual([{ key: 'p', value: '1' }]);
  expect(existsSync(folderOf('0', kept, 'artifacts', 'a.txt'))).toBe(true);
  expect((await wire.call('GET', `logged-models/${keptModel}`)).status).toBe(200);
  expect((await wire.post('experiments/create', { name: 'e' })).status).toBe(200);
  expect(await wire.house.tracking.purge({ dryRun: false })).toMatchObject({ runs: 0, files: 0 });
  const points = await wire.house.database.read.selectFrom('metric_points').selectAll().execute();
  expect(points).toHaveLength(1);
});

test('what a registered version needs is held, and its experiment with it', async () => {
  const { experiment_id } = (await wire.post('experiments/create', { name: 'e' })).body;
  const [run, other] = [await wholeRun(experiment_id), await wholeRun(experiment_id)];
  wire.house.tracking.onHeld(async () => ({ runs: new Set([run]), models: new Set() }));
  await wire.post('experiments/delete', { experiment_id });
  expect(await wire.house.tracking.purge({ dryRun: false })).toMatchObject({
    runs: 1,
    experiments: 0,
    held: 1
  });
  expect(existsSync(folderOf(experiment_id, run, 'artifacts', 'a.txt'))).toBe(true);
  expect(existsSync(folderOf(experiment_id, other))).toBe(false);
  await wire.post('experiments/restore', { experiment_id });
  expect((await wire.getRun(run)).data.metrics).toHaveLength(1);
});

test('files at an address of somebody else are left alone', async () => {
  const { body } = await wire.post('experiments/create', {
    name: 'elsewhere',
    artifact_location: wire.house.folder
  });
  await wire.newRun(body);
  await wire.post('experiments/delete', body);
  expect(await wire.house.tracking.purge({ dryRun: false })).toMatchObject({ runs: 1, files: 0 });
  expect(existsSync(wire.house.folder)).toBe(true);
});
