// Semantic versions of registered models over HTTP, on the real application, with files as MLflow's clients send them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type BuiltApp, buildApp } from '../app.ts';
import { readConfig } from '../config.ts';
import type { ModelDetail, ModelSummary, ModelVersion } from '../contract/registry.ts';

let folder: string;
let built: BuiltApp;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stepladder-semantics-'));
  const config = readConfig(
    { data: join(folder, 'data'), workspace: folder, auth: 'none' },
    {},
    folder
  );
  built = await buildApp({ config });
});
afterEach(async () => {
  await built.app.close();
  rmSync(folder, { recursive: true });
});

async function call<T>(
  method: 'GET' | 'POST' | 'PUT',
  url: string,
  payload?: object | string
): Promise<T> {
  const answer = await built.app.inject({ method, url, ...(payload && { payload }) });
  if (answer.statusCode >= 400)
    throw Object.assign(new Error(answer.body), { problem: answer.json<unknown>() });
  return answer.json<T>();
}
const mlflow = <T>(path: string, body: object) => call<T>('POST', `/api/2.0/mlflow/${path}`, body);
const models = (path = '') => `/stepladder/v1/models${path}`;

/** A run with a model whose MLmodel file names these inputs. */
async function train(inputs: string[] | undefined, rounds: string): Promise<string> {
  const asked = { experiment_id: '0', start_time: 1 };
  const { run } = await mlflow<{ run: { info: { run_id: string } } }>('runs/create', asked);
  const run_id = run.info.run_id;
  await mlflow('runs/log-batch', { run_id, params: [{ key: 'rounds', value: rounds }] });
  const { model } = await mlflow<{ model: { info: { model_id: string; artifact_uri: string } } }>(
    'logged-models',
    { experiment_id: '0', name: 'model', source_run_id: run_id }
  );
  const columns = inputs?.map(name => ({ name, type: 'double', required: true }));
  const file = [
    'flavors:',
    '  python_function: {loader_module: mlflow.sklearn}',
    ...(columns ? ['signature:', `  inputs: '${JSON.stringify(columns)}'`] : [])
  ].join('\n');
  const at = model.info.artifact_uri.replace('mlflow-artifacts:/', '');
  await call('PUT', `/api/2.0/mlflow-artifacts/artifacts/${at}/MLmodel`, file);
  return run_id;
}

const register = async (runId: string, bump?: string) =>
  (
    await call<ModelVersion>('POST', models('/delays/versions'), {
      runId,
      ...(bump ? { bump } : {})
    })
  ).semantic;

test('versions of a model follow the rule, say why, and can be decided otherwise', async () => {
  const first = await train(['a', 'b'], '10');
  expect(await register(first)).toMatchObject({ version: '1.0.0', bump: 'first' });
  expect(await register(await train(['a', 'b'], '20'))).toEqual({
    version: '1.1.0',
    bump: 'minor',
    reason: 'The param rounds is 20, was 10'
  });
  const third = await train(['a'], '20');
  expect(await register(third)).toMatchObject({
    version: '2.0.0',
    bump: 'major',
    reason: 'The input b is gone'
  });
  expect(await register(third)).toMatchObject({ version: '2.0.1', bump: 'patch' });
  const semantics = async () => {
    const { all } = await call<ModelDetail>('GET', models('/delays'));
    return all.map(({ semantic }) => semantic?.version);
  };
  expect(await semantics()).toEqual(['2.0.1', '2.0.0', '1.1.0', '1.0.0']);

  // Those after it count on from what was decided.
  const url = models('/delays/versions/3/bump');
  const decided = await call<ModelVersion>('POST', url, { bump: 'minor' });
  expect(decided.semantic).toMatchObject({ version: '1.2.0', bump: 'minor', ruled: 'major' });
  expect(await semantics()).toEqual(['1.2.1', '1.2.0', '1.1.0', '1.0.0']);
  await call('POST', url, {});
  expect((await semantics())[1]).toBe('2.0.0');
  await expect(
    call('POST', models('/delays/versions/1/bump'), { bump: 'major' })
  ).rejects.toMatchObject({ problem: { code: 'invalid_request' } });

  // The count goes along when the model gets another name.
  await mlflow('registered-models/rename', { name: 'delays', new_name: 'late' });
  await call('POST', models('/late/versions/4/bump'), { bump: 'major' });
  const { items } = await call<{ items: ModelSummary[] }>('GET', models());
  expect(items[0]!.latest?.semantic).toMatchObject({ version: '3.0.0', ruled: 'patch' });
});

test('a version may be decided as it is registered, and without readable files it is compared by its run', async () => {
  await register(await train(undefined, '10'));
  expect(await register(await train(undefined, '10'), 'major')).toMatchObject({
    version: '2.0.0',
    bump: 'major',
    ruled: 'minor',
    reason: 'It was trained again'
  });
  await mlflow('model-versions/create', { name: 'delays', source: 's3://elsewhere/model' });
  const { latest } = await call<ModelDetail>('GET', models('/delays'));
  expect(latest?.semantic).toMatchObject({ version: '2.1.0', bump: 'minor' });
});
