// The registry's operations over HTTP, on the real application.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type BuiltApp, buildApp } from '../app.ts';
import { readConfig } from '../config.ts';
import type {
  ModelDetail,
  ModelSummary,
  ModelVersion,
  PromotionPreview
} from '../contract/registry.ts';

const TOKEN = 'a-token-of-the-test-only';
let folder: string;
let built: BuiltApp;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stepladder-registry-'));
  const config = readConfig(
    { data: join(folder, 'data'), workspace: folder, token: TOKEN },
    {},
    folder
  );
  built = await buildApp({ config });
});
afterEach(async () => {
  await built.app.close();
  rmSync(folder, { recursive: true });
});

async function call<T>(method: 'GET' | 'POST', url: string, payload?: object): Promise<T> {
  const answer = await built.app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${TOKEN}` },
    ...(payload && { payload })
  });
  const value = answer.json<T>();
  if (answer.statusCode >= 400) throw Object.assign(new Error(answer.body), { problem: value });
  return value;
}
const mlflow = <T>(path: string, body: object) => call<T>('POST', `/api/2.0/mlflow/${path}`, body);
const models = (path = '') => `/stepladder/v1/models${path}`;

async function logRun(rmse: number, rounds: string): Promise<string> {
  const { run } = await mlflow<{ run: { info: { run_id: string } } }>('runs/create', {
    experiment_id: '0',
    start_time: 1
  });
  const run_id = run.info.run_id;
  await mlflow('runs/log-batch', {
    run_id,
    metrics: [{ key: 'rmse', value: rmse, timestamp: 1, step: 0 }],
    params: [{ key: 'rounds', value: rounds }]
  });
  return run_id;
}

async function logModel(runId: string, name = 'model'): Promise<string> {
  const asked = { experiment_id: '0', name, source_run_id: runId };
  const { model } = await mlflow<{ model: { info: { model_id: string } } }>('logged-models', asked);
  return model.info.model_id;
}

test("register: a run's model, by itself or by name, with what its run says", async () => {
  const runId = await logRun(2, '10');
  await expect(call('POST', models('/delays/versions'), { runId })).rejects.toMatchObject({
    problem: { code: 'no_model_in_run', remedy: expect.stringContaining('log_model') }
  });
  const modelId = await logModel(runId);
  const first = await call<ModelVersion>('POST', models('/delays/versions'), { runId });
  expect(first).toMatchObject({
    version: '1',
    runId,
    modelId,
    metrics: { rmse: 2 },
    params: { rounds: '10' }
  });
  const other = await logModel(runId, 'other');
  await expect(call('POST', models('/delays/versions'), { runId })).rejects.toMatchObject({
    problem: { detail: expect.stringContaining('"model", "other"') }
  });
  const second = await call<ModelVersion>('POST', models('/delays/versions'), {
    runId,
    loggedModel: 'other'
  });
  expect(second).toMatchObject({ version: '2', modelId: other });
  await expect(call('POST', models('/delays/versions'), { runId: 'nobody' })).rejects.toMatchObject(
    {
      problem: { code: 'run_not_found' }
    }
  );
  await expect(
    call('POST', models('/a%3Ab/versions'), { runId, loggedModel: 'other' })
  ).rejects.toMatchObject({
    problem: { code: 'invalid_request' }
  });
});

test('models: champion and latest of each; prompts are none', async () => {
  expect(await call('GET', models())).toEqual({ items: [] });
  for (const rmse of [2, 1]) {
    const runId = await logRun(rmse, '10');
    await logModel(runId);
    await call('POST', models('/delays/versions'), { runId });
  }
  await mlflow('registered-models/create', {
    name: 'greeting',
    tags: [{ key: 'mlflow.prompt.is_prompt', value: 'true' }]
  });
  await call('POST', models('/delays/versions/1/promotion'), {});
  const { items } = await call<{ items: ModelSummary[] }>('GET', models());
  expect(items).toMatchObject([
    {
      name: 'delays',
      versions: 2,
      champion: { version: '1', aliases: ['champion'] },
      latest: { version: '2', metrics: { rmse: 1 } }
    }
  ]);
});

test('preview-promotion, promote, undo-promotion', async () => {
  for (const [rmse, rounds] of [
    [2, '10'],
    [1, '20']
  ] as const) {
    const runId = await logRun(rmse, rounds);
    await logModel(runId);
    await call('POST', models('/delays/versions'), { runId });
  }
  const first = await call<PromotionPreview>('GET', models('/delays/versions/1/promotion'));
  expect(first).toMatchObject({
    alias: 'champion',
    candidate: { version: '1' },
    cells: [],
    endpoints: []
  });
  expect(first.current).toBeUndefined();
  await call('POST', models('/delays/versions/1/promotion'), {});
  const preview = await call<PromotionPreview>('GET', models('/delays/versions/2/promotion'));
  expect(preview).toMatchObject({
    current: { version: '1' },
    metrics: [
      { key: 'rmse', current: 2, candidate: 1, change: -1, direction: 'lower', verdict: 'better' }
    ],
    params: [{ key: 'rounds', current: '10', candidate: '20' }]
  });
  await call('POST', models('/delays/versions/2/promotion'), {});
  const undone = await call<ModelDetail>('POST', models('/delays/undo'), {});
  expect(undone.champion?.version).toBe('1');
  expect(
    undone.moves.map(({ from, to, by, undone: isUndone }) => [from, to, by, isUndone])
  ).toEqual([
    ['2', '1', 'stepladder', false],
    ['1', '2', 'stepladder', true],
    [undefined, '1', 'stepladder', false]
  ]);
  await expect(call('GET', models('/delays/versions/9/promotion'))).rejects.toMatchObject({
    problem: { code: 'version_not_found' }
  });
  await expect(call('POST', models('/nobody/undo'), {})).rejects.toMatchObject({
    problem: { code: 'model_not_found' }
  });
});
