// The real MLflow client against a real server: what a notebook of its users does, and what comes back.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';
import { factsOf, mlflowEnvironment } from './python.ts';

let server: TestServer;
let said: Record<string, unknown>;

/** Runs one task of the script in the client's environment. */
const ask = (task: string, extra: Record<string, string> = {}) =>
  factsOf('mlflow_tracking.py', {
    ...mlflowEnvironment(server),
    MLFLOW_HTTP_REQUEST_MAX_RETRIES: '2',
    TASK: task,
    ...extra
  });

beforeAll(async () => {
  server = await startServer();
  said = await ask('journey');
});
afterAll(() => server?.stop());

test('params, metrics, tags come back as they went in, NaN and infinity as MLflow has them', () => {
  expect(said['run']).toEqual({
    name: 'first',
    status: 'FINISHED',
    params: { a: '1', b: '2', c: 'x' },
    metrics: { loss: 0.2, acc: 0.5, nan: 'nan', inf: '1.7976931348623157e+308' },
    tag: 'v'
  });
  expect(said['history']).toEqual([
    [0, 1],
    [1, 0.5],
    [2, 1 / 3],
    [3, 0.25],
    [4, 0.2]
  ]);
});

test('a run in a run knows its parent', () => expect(said['nested']).toBe(true));

test('files of every kind come back, empty ones too', () => {
  expect(said['files']).toEqual({
    'data.json': '{\n  "a": 1\n}',
    'empty.txt': '',
    'figure.png': 'PNG',
    'file.txt': 'from a file',
    'notes/a.txt': 'hello'
  });
});

test('search knows filters, order, and pages', () => {
  expect(said['search']).toEqual({
    filtered: ['first'],
    ordered: ['worse', 'first'],
    paged: 7,
    experiments: ['journey'],
    none: []
  });
});

test('a model is logged, and loaded from its run and by its own id', () => {
  expect(said['models']).toEqual({ byUri: 6, byRun: 8, status: 'READY' });
});

test('autolog logs params, metrics and the model of a fit', () => {
  expect(said['autolog']).toEqual({ params: true, metrics: true, models: 1 });
});

test('a param that has a value already is refused with MLflow’s words; the same value is not', () => {
  expect(said['refusals']).toEqual({
    param: 'INVALID_PARAMETER_VALUE',
    words: true,
    missing: 'RESOURCE_DOES_NOT_EXIST',
    twice: 'RESOURCE_ALREADY_EXISTS'
  });
});

test('what an acknowledged client wrote survives kill -9 of the server', async () => {
  const { port } = new URL(server.url);
  const before = await ask('write');
  await server.kill();
  server = await startServer({ data: server.data, port: Number(port) });
  const after = await ask('read', { RUN_ID: String(before['run_id']) });
  expect(after['count']).toBe(before['count']);
});

test('a run of a kernel’s session is the session’s automatic run', async () => {
  const session = 'kernel-of-a-test';
  const events = [
    { id: 'event-0001', time: Date.now(), type: 'session-started' },
    {
      id: 'event-0002',
      time: Date.now() + 1,
      type: 'cell-started',
      executionId: 'e1',
      source: 'import mlflow'
    }
  ];
  const answer = await server.fetch(`/stepladder/v1/sessions/${session}/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ source: 'hook', notebook: 'flights.ipynb', events })
  });
  const { runId } = (await answer.json()) as { runId: string };
  const { run_id } = await ask('bare', { MLFLOW_TRACKING_TOKEN: `${server.token}.${session}` });
  expect(run_id).toBe(runId);
  const detail = (await (await server.fetch(`/stepladder/v1/runs/${runId}`)).json()) as {
    notebook: string;
    cells: { metrics: string[] }[];
  };
  expect(detail.notebook).toMatch(/flights\.ipynb$/);
  expect(detail.cells).toMatchObject([{ executionId: 'e1', metrics: ['loose'] }]);
});
