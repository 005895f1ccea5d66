// The newest real MLflow client doing what goes beyond a first run: boosting under autolog, evaluation, the registry's copies
// and prompts, large files in parts, images and tables.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';
import { mlflowEngine } from './mlflow-engine.ts';
import { factsOf, mlflowEnvironment } from './python.ts';

let server: TestServer;
let python: string;

beforeAll(async () => {
  ({ python } = await mlflowEngine());
  server = await startServer();
});
afterAll(() => server?.stop());

const ask = (task: string, extra: Record<string, string> = {}) =>
  factsOf(
    'mlflow_more.py',
    {
      ...mlflowEnvironment(server),
      MLFLOW_HTTP_REQUEST_MAX_RETRIES: '2',
      OMP_NUM_THREADS: '1',
      TASK: task,
      ...extra
    },
    python
  );

test('boosting under autolog: params, a metric a round, data and model', async () => {
  expect(await ask('boosting')).toEqual({
    rounds: '5',
    points: 5,
    datasets: expect.any(Number),
    models: 1,
    status: 'FINISHED'
  });
});

test('a model is evaluated, registered and loaded; its metrics are the model’s too', async () => {
  expect(await ask('evaluation')).toEqual({
    accuracy: 1,
    kept: 1,
    plots: expect.arrayContaining(['confusion_matrix']),
    of_model: true,
    loaded: true
  });
});

test('versions are copied, prompts are kept apart, and search knows OR', async () => {
  expect(await ask('registry')).toEqual({
    copied: 'models:/shop/1',
    prompts: false,
    tag: { checked: 'yes' },
    prompt: [1, 'Good day {{name}}'],
    either: ['promoted', 'shop'],
    alias: '1'
  });
});

test('a large file goes up and down in parts, and leaves no part behind', async () => {
  const said = await ask('large', {
    MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE: String(6 * 1024 * 1024),
    MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE: String(5 * 1024 * 1024),
    MLFLOW_MULTIPART_DOWNLOAD_MINIMUM_FILE_SIZE: String(6 * 1024 * 1024),
    MLFLOW_MULTIPART_DOWNLOAD_CHUNK_SIZE: String(5 * 1024 * 1024)
  });
  expect(said).toEqual({ same: true, bytes: 23 * 1024 * 1024 + 17 });
  expect(readdirSync(join(server.data, 'artifacts', '.partial-uploads'))).toEqual([]);
});

test('images, tables that grow, metrics sent later', async () => {
  expect(await ask('media')).toEqual({ images: 2, table: 2, later: 20 });
});
