// Models of the registry served on this machine, asked by the real clients: the answers are the notebook's, to the last bit.
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Endpoint } from '../../server/contract/deployments.ts';
import type { PromotionPreview } from '../../server/contract/registry.ts';
import { engine } from '../support/engines.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { factsOf, mlflowEnvironment, PREFIX } from './python.ts';

const run = promisify(execFile);

interface Models {
  rows: { distance: number[]; hour: number[]; carrier: string[] };
  /** Predictions of version 1 and 2 for the rows. */
  versions: [number[], number[]];
  matrix: number[];
  broken_model: string;
}

let server: TestServer;
let models: Models;

beforeAll(async () => {
  // The models run in the project's own environment, as they do for a user.
  process.env['STEPLADDER_PREFIX'] = PREFIX;
  server = await startServer();
  models = (await factsOf('prediction_models.py', mlflowEnvironment(server))) as unknown as Models;
});
afterAll(() => server.stop());

async function call<T>(path: string, body?: object): Promise<T> {
  const answer = await server.fetch(`/stepladder/v1${path}`, {
    ...(body && {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' }
    })
  });
  const value = (await answer.json()) as T;
  if (!answer.ok) throw Object.assign(new Error(JSON.stringify(value)), { problem: value });
  return value;
}

const promote = (version: string) => call(`/models/Delays/versions/${version}/promotion`, {});
const endpoint = () => call<Endpoint>('/endpoints/delays');

/** Looks until it is so; the test's own time limit ends a wait for what never comes. */
async function until(isSo: (endpoint: Endpoint) => boolean): Promise<Endpoint> {
  for (;;) {
    const now = await endpoint();
    if (isSo(now)) return now;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

async function predict({ url, token }: Endpoint): Promise<number[]> {
  const answer = await fetch(`${url}/invocations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ inputs: models.rows })
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { predictions: number[] }).predictions;
}

describe('a prediction service', () => {
  test('what cannot be deployed is refused, and leaves nothing behind', async () => {
    await expect(call('/endpoints', { model: 'nobody' })).rejects.toMatchObject({
      problem: { code: 'model_not_found' }
    });
    await expect(call('/endpoints', { model: 'Delays' })).rejects.toMatchObject({
      problem: { code: 'version_not_found', remedy: expect.stringContaining('Promote') }
    });
    expect(await call('/endpoints')).toEqual({ items: [] });
  });

  test("deploys the champion, and real clients of both protocols get the notebook's predictions", async () => {
    await promote('1');
    const made = await call<Endpoint>('/endpoints', { model: 'Delays' });
    expect(made).toMatchObject({ name: 'delays', state: 'ready', alias: 'champion', version: '1' });
    const matrix = await call<Endpoint>('/endpoints', {
      model: 'matrix',
      version: '1',
      auth: 'none'
    });
    const { python } = await engine('prediction-clients', [
      'tritonclient[http]==2.73.0',
      'mlflow==3.17.2'
    ]);
    const facts = await factsOf(
      'prediction_clients.py',
      {
        ADDRESS: new URL(made.url).host,
        TOKEN: made.token!,
        MODEL: 'Delays',
        MATRIX: new URL(matrix.url).host,
        ROWS: JSON.stringify(models.rows),
        MLFLOW_DISABLE_TELEMETRY: 'true'
      },
      python
    );
    const expected = models.versions[0];
    for (const mode of ['binary', 'json', 'binary_to_json', 'gzip', 'deflate', 'invocations']) {
      expect(facts[mode], mode).toEqual(expected);
    }
    expect(facts['matrix']).toEqual(models.matrix);
    expect(facts['matrix_invocations']).toEqual(models.matrix);
    expect(facts).toMatchObject({ live: true, ready: true, extensions: ['binary_tensor_data'] });
    expect(facts['metadata']).toMatchObject({
      name: 'Delays',
      versions: ['1'],
      inputs: [
        { name: 'distance', datatype: 'FP64', shape: [-1] },
        { name: 'hour', datatype: 'INT64', shape: [-1] },
        { name: 'carrier', datatype: 'BYTES', shape: [-1] }
      ],
      outputs: [{ name: 'predict', datatype: 'FP64' }]
    });
    expect(facts['unknown_model']).toEqual(['404', expect.stringContaining('no model "nobody"')]);
    expect(facts['missing_column']).toEqual(['400', expect.stringContaining('hour, carrier')]);
    expect(facts['invocations_refused']).toContain('distance, carrier');
    await call('/endpoints/matrix-v1/stop', {});
    await expect(fetch(matrix.url)).rejects.toThrow();
  });

  test('needs its token, and none but its token', async () => {
    const { url } = await endpoint();
    const others: Record<string, string>[] = [{}, { authorization: `Bearer ${server.token}` }];
    for (const headers of others) {
      expect((await fetch(`${url}/v2/models/Delays`, { headers })).status).toBe(401);
    }
    expect((await fetch(`${url}/v2/health/ready`)).status).toBe(200);
  });

  test('its snippets run as they are', async () => {
    const { snippets } = await endpoint();
    const expected = models.versions[0].slice(0, 2);
    const curl = await run('sh', ['-c', snippets.curl]);
    expect(JSON.parse(curl.stdout)).toEqual({ predictions: expected });
    const python = await run('python3', ['-c', snippets.python]);
    expect(JSON.parse(python.stdout)).toEqual(expected);
    const typescript = await run(process.execPath, [
      '--input-type=module-typescript',
      '-e',
      snippets.typescript
    ]);
    expect(JSON.parse(typescript.stdout)).toEqual(expected);
  });

  test('promoting and undoing switch it without a failed request', async () => {
    const preview = await call<PromotionPreview>('/models/Delays/versions/2/promotion');
    expect(preview.endpoints, 'the preview tells beforehand').toEqual(['delays']);
    const before = await endpoint();
    const [first, second] = models.versions.map(version => JSON.stringify(version));
    const seen = new Map<string, number>();
    let isOver = false;
    const load = Array.from({ length: 3 }, async () => {
      while (!isOver) {
        const answer = JSON.stringify(await predict(before));
        seen.set(answer, (seen.get(answer) ?? 0) + 1);
      }
    });
    await promote('2');
    await until(({ version, state }) => version === '2' && state === 'ready');
    expect(JSON.stringify(await predict(before))).toBe(second);
    await call('/models/Delays/undo', {});
    const after = await until(({ version, state }) => version === '1' && state === 'ready');
    isOver = true;
    await Promise.all(load);
    expect(JSON.stringify(await predict(before))).toBe(first);
    expect([...seen.keys()].sort()).toEqual([first, second].sort());
    expect(after.errors).toBe(before.errors);
    expect(after.requests).toBeGreaterThan(before.requests);
    expect(after.p95).toBeGreaterThanOrEqual(after.p50!);
    expect(after.switches.map(({ from, to }) => [from, to])).toEqual([
      ['2', '1'],
      ['1', '2'],
      [undefined, '1']
    ]);
  });

  test('a version that does not load leaves the old one answering, and says so', async () => {
    const folder = join(server.data, 'artifacts');
    const { stdout } = await run('find', [
      folder,
      '-path',
      `*${models.broken_model}*`,
      '-name',
      'model.pkl'
    ]);
    await writeFile(stdout.trim(), 'no pickle');
    await promote('3');
    const failed = await until(({ state }) => state === 'failed');
    expect(failed).toMatchObject({
      version: '1',
      detail: expect.stringContaining('Version 1 goes on answering')
    });
    expect(await predict(failed)).toEqual(models.versions[0]);
    await call('/models/Delays/undo', {});
    await until(({ state }) => state === 'ready');
  });

  test('a killed server brings it back on its port with its token; stopping it ends it', async () => {
    const before = await endpoint();
    await server.kill();
    server = await startServer({ data: server.data });
    const after = await until(({ state }) => state === 'ready');
    expect(after).toMatchObject({ url: before.url, token: before.token, version: '1' });
    expect(await predict(before)).toEqual(models.versions[0]);
    const stopped = await call<Endpoint>('/endpoints/delays/stop', {});
    expect(stopped.state).toBe('stopped');
    await expect(predict(before)).rejects.toThrow();
  });

  test('files that were changed behind its back are not loaded', async () => {
    const { stdout } = await run('find', [join(server.data, 'artifacts'), '-name', 'MLmodel']);
    for (const file of stdout.trim().split('\n'))
      await run('sh', ['-c', `echo '# changed' >> "$0"`, file]);
    await expect(call('/endpoints', { model: 'Delays' })).rejects.toMatchObject({
      problem: { code: 'model_not_servable', detail: expect.stringContaining('changed') }
    });
  });
});
