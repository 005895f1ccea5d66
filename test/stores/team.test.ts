// A team's set-up: two servers, one PostgreSQL, one bucket. What is logged through one is seen, loaded and served by the other.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Endpoint } from '../../server/contract/deployments.ts';
import type { ServerEvent } from '../../server/contract/events.ts';
import { factsOf, mlflowEnvironment, PREFIX } from '../peers/python.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { startMoto, type TestS3 } from '../support/s3.ts';
import { startServer, type TestServer } from '../support/server.ts';

interface Models {
  rows: Record<string, unknown[]>;
  versions: number[][];
}

let postgres: TestPostgres;
let storage: TestS3;
let one: TestServer;
let other: TestServer;
let models: Models;

beforeAll(async () => {
  [postgres, storage] = await Promise.all([startPostgres(), startMoto()]);
  await postgres.execute('create database team');
  const address = storage.freshAddress();
  const start = () =>
    startServer({
      args: ['--database', postgres.urlOf('team'), '--artifacts-destination', address],
      environment: { ...storage.environment, STEPLADDER_PREFIX: PREFIX }
    });
  [one, other] = await Promise.all([start(), start()]);
  const environment = mlflowEnvironment(one);
  models = (await factsOf('prediction_models.py', environment)) as unknown as Models;
}, 600_000);
afterAll(async () => {
  await Promise.all([one.stop(), other.stop()]);
  await Promise.all([postgres.stop(), storage.stop()]);
});

async function call<T>(server: TestServer, path: string, body?: object): Promise<T> {
  const answer = await server.fetch(path, {
    ...(body && {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' }
    })
  });
  expect(answer.status, `${path}: ${await answer.clone().text()}`).toBeLessThan(300);
  return (await answer.json()) as T;
}
const mlflow = <T>(server: TestServer, path: string, body: object) =>
  call<T>(server, `/api/2.0/mlflow/${path}`, body);

test('runs, models and files of one are the other’s', async () => {
  const search = { experiment_ids: ['1'], filter: 'attributes.status = "FINISHED"' };
  const [here, there] = await Promise.all(
    [one, other].map(server => mlflow<{ runs: unknown[] }>(server, 'runs/search', search))
  );
  expect(here!.runs.length).toBeGreaterThan(2);
  expect(there).toEqual(here);
});

test('the real client logs, registers and loads through the other too', async () => {
  const facts = await factsOf('registry_client.py', mlflowEnvironment(other));
  expect(facts).toMatchObject({ versions: ['1', '2'], same_prediction: true });
});

test('a model that was logged through one is served by the other', async () => {
  await call(one, '/stepladder/v1/models/Delays/versions/2/promotion', {});
  await call(other, '/stepladder/v1/endpoints', { model: 'Delays', alias: 'champion' });
  const endpoint = async () => {
    for (;;) {
      const found = await call<Endpoint>(other, '/stepladder/v1/endpoints/delays');
      if (found.state !== 'starting') return found;
    }
  };
  const { state, url, token, version } = await endpoint();
  expect([state, version]).toEqual(['ready', '2']);
  const answer = await fetch(`${url}/invocations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ dataframe_split: split(models.rows) })
  });
  expect(await answer.json()).toEqual({ predictions: models.versions[1] });
});

function split(rows: Record<string, unknown[]>) {
  const columns = Object.keys(rows);
  const data = rows[columns[0]!]!.map((_, index) => columns.map(column => rows[column]![index]));
  return { columns, data };
}

test('panels of the other hear what is logged through one', async () => {
  const stop = new AbortController();
  const answer = await other.fetch('/stepladder/v1/events', { signal: stop.signal });
  const heard = (async () => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const piece of answer.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(piece, { stream: true });
      const events = [...text.matchAll(/^data: (.*)$/gm)].map(
        match => JSON.parse(match[1]!) as ServerEvent
      );
      const found = events.find(event => event.type === 'metrics-logged');
      if (found) return found;
    }
    return undefined;
  })();
  const { run } = await mlflow<{ run: { info: { run_id: string } } }>(one, 'runs/create', {
    experiment_id: '0'
  });
  const metric = { run_id: run.info.run_id, key: 'loss', value: 1, timestamp: 1 };
  await mlflow(one, 'runs/log-metric', metric);
  expect(await heard).toMatchObject({ runId: run.info.run_id, keys: ['loss'] });
  stop.abort();
});

test('both log to one run at once, and nothing is lost', async () => {
  const { run } = await mlflow<{ run: { info: { run_id: string } } }>(one, 'runs/create', {
    experiment_id: '0'
  });
  const run_id = run.info.run_id;
  const writes = Array.from({ length: 200 }, (_, step) =>
    mlflow(step % 2 === 0 ? one : other, 'runs/log-metric', {
      run_id,
      key: 'both',
      value: step,
      timestamp: step + 1,
      step
    })
  );
  await Promise.all(writes);
  const { metrics } = await call<{ metrics: unknown[] }>(
    other,
    `/api/2.0/mlflow/metrics/get-history?run_id=${run_id}&metric_key=both`
  );
  expect(metrics).toHaveLength(200);
  const found = await call<{ run: { data: { metrics: object[] } } }>(
    one,
    `/api/2.0/mlflow/runs/get?run_id=${run_id}`
  );
  expect(found.run.data.metrics).toMatchObject([{ key: 'both', value: 199, step: 199 }]);
});

test('PostgreSQL that restarts stops nobody for longer than it takes', async () => {
  await postgres.crash();
  const refused = await one.fetch('/api/2.0/mlflow/experiments/get?experiment_id=0');
  expect(refused.status).toBe(429);
  await postgres.start();
  for (const server of [one, other]) {
    await mlflow(server, 'experiments/create', { name: `after ${server.url}` });
  }
});
