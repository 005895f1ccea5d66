// Experiments over MLflow's wire.
import { expect, test } from 'vitest';
import { useWire } from './wire-fixture.ts';

const wire = useWire();
const { call, post, newRun, getRun } = wire;

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
  expect((await post('runs/create', body)).body.message).toContain("must be in the 'active' state");
  await post('experiments/restore', body);
  expect((await getRun(run_id)).info.lifecycle_stage).toBe('active');
});

test('a place of one’s own is kept as an address that this server never opens', async () => {
  const places = {
    's3://b/c': 's3://b/c',
    '/data/runs': '/data/runs',
    here: `${wire.house.folder}/here`
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
  const { body } = await post('experiments/create', {
    name: 'query',
    artifact_location: 'dbfs://host/c/?driver=d'
  });
  const { artifact_uri, run_id } = (await getRun(await newRun(body))).info;
  expect(artifact_uri).toBe(`dbfs://host/c/${run_id}/artifacts?driver=d`);
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
