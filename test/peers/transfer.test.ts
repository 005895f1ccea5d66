// What the real MLflow kept comes over whole, and what we keep goes back: counted and compared by the real MLflow on both sides.
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../support/engines.ts';
import { freePort } from '../support/free-port.ts';
import { REPOSITORY, startServer, type TestServer } from '../support/server.ts';
import { mlflowEngine } from './mlflow-engine.ts';

const run = promisify(execFile);
const MAIN = join(REPOSITORY, 'server/cli/main.ts');
const SCRIPT = join(import.meta.dirname, 'transfer_mlflow.py');

let folder: string;
let engine: Engine;
let server: TestServer;
/** What MLflow itself reads in the database and in the folder that it made. */
let theirs: unknown[];
const place = (name: string) => join(folder, name);
const database = () => `sqlite:///${place('mlflow.db')}`;
const mlruns = () => `file://${place('mlruns')}`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stepladder-transfer-'));
  engine = await mlflowEngine();
  server = await startServer();
  theirs = await mlflow('make', database(), mlruns());
}, 900_000);
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const environment = () => ({
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  MLFLOW_DISABLE_TELEMETRY: 'true',
  MLFLOW_ALLOW_FILE_STORE: 'true',
  OMP_NUM_THREADS: '1',
  GIT_PYTHON_REFRESH: 'quiet'
});

async function mlflow(
  command: 'make' | 'facts',
  ...uris: string[]
): Promise<Record<string, unknown>[]> {
  const { stdout } = await run(engine.python, [SCRIPT, command, ...uris], {
    cwd: folder,
    env: { ...environment(), MLFLOW_TRACKING_TOKEN: server.token },
    maxBuffer: 64 * 1024 * 1024
  });
  const line = stdout.split('\n').find(text => text.startsWith('FACTS '))!;
  return JSON.parse(line.slice('FACTS '.length)) as Record<string, unknown>[];
}

/** A command of ours on the server's data folder; its JSON. */
async function stepladder(data: string, ...words: string[]): Promise<Record<string, unknown>> {
  const { stdout } = await run(process.execPath, [MAIN, '--data', data, ...words, '--json'], {
    cwd: folder,
    env: environment()
  });
  return JSON.parse(stdout) as Record<string, unknown>;
}

test('an mlflow.db comes over whole; again, nothing is done twice', async () => {
  const first = await stepladder(server.data, 'import', 'mlflow', 'mlflow.db');
  expect(first).toMatchObject({ experiments: 3, runs: 7, models: 1, versions: 2, notes: [] });
  const again = await stepladder(server.data, 'import', database());
  expect(again).toMatchObject({ runs: 0, points: 0, files: 0, unchanged: 8 });
  expect((await mlflow('facts', server.url))[0]).toEqual(theirs[0]);
}, 900_000);

test('an mlruns folder comes over whole, and goes back to a folder and a database that MLflow reads', async () => {
  const own = await startServer();
  try {
    await stepladder(own.data, 'import', 'mlruns');
    await stepladder(own.data, 'export-runs', '--to', place('back/mlruns'));
    await run(engine.bin('mlflow'), ['db', 'upgrade', `sqlite:///${place('back.db')}`], {
      cwd: folder,
      env: environment()
    });
    await stepladder(own.data, 'export-runs', '--to', place('back.db'));
    await stepladder(own.data, 'export-runs', '--to', place('new/mlflow.db'));
    // Done twice, it is there once.
    await stepladder(own.data, 'export-runs', '--to', place('back/mlruns'));
    await stepladder(own.data, 'export-runs', '--to', `sqlite:///${place('new/mlflow.db')}`);
    const again = await mlflow(
      'facts',
      `file://${place('back/mlruns')}`,
      `sqlite:///${place('back.db')}`,
      `sqlite:///${place('new/mlflow.db')}`
    );
    expect(again).toEqual([theirs[1], theirs[1], theirs[1]]);
  } finally {
    await own.stop();
  }
}, 900_000);

test('a running MLflow server is imported from and exported to', async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    engine.bin('mlflow'),
    [
      'server',
      '--port',
      String(port),
      '--workers',
      '1',
      '--backend-store-uri',
      `sqlite:///${place('server.db')}`,
      '--artifacts-destination',
      place('served')
    ],
    { cwd: folder, env: environment(), stdio: 'ignore', detached: true }
  );
  const own = await startServer();
  try {
    await expect
      .poll(
        () =>
          fetch(`${url}/health`).then(
            ({ ok }) => ok,
            () => false
          ),
        {
          timeout: 180_000,
          interval: 500
        }
      )
      .toBe(true);
    await stepladder(server.data, 'export-runs', '--to', url);
    const back = await stepladder(own.data, 'import', url);
    expect(back).toMatchObject({ experiments: 3, runs: 7, models: 1, versions: 2 });
    const [ours, exported] = await mlflow('facts', server.url, url);
    expect(exported).toEqual(ours);
  } finally {
    await own.stop();
    // Its workers too.
    process.kill(-child.pid!, 'SIGKILL');
  }
}, 900_000);

test('what is no tracker is said so', async () => {
  for (const [words, said] of [
    [['nowhere.db'], /nothing at "nowhere.db"/],
    [['mlflow', 'a', 'b'], /names more than one source/],
    [['mlflow', SCRIPT], /cannot be opened as an SQLite database/],
    [['postgresql://u@h/d'], /no tracker that can be reached directly/]
  ] as const) {
    await expect(stepladder(server.data, 'import', ...words)).rejects.toThrow(said);
  }
}, 60_000);
