// The same requests, happy and hostile, to a real `mlflow server` and to ours: what differs is listed with its reason, and
// nothing else differs.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { experiments } from './differential/experiments.ts';
import { files, loggedModels, transport } from './differential/models-and-files.ts';
import { registry } from './differential/registry.ts';
import { type Answer, replay } from './differential/replay.ts';
import type { Request } from './differential/request.ts';
import { runs } from './differential/runs.ts';
import { searches } from './differential/search.ts';
import { wideNumbers } from './differential/wide-numbers.ts';
import { mlflowEngine } from './mlflow-engine.ts';

const CORPUS: readonly Request[] = [
  ...experiments,
  ...runs,
  ...searches,
  ...registry,
  ...loggedModels,
  ...files,
  ...wideNumbers,
  ...transport
];

/** Name of a request → why ours answers otherwise. */
const REASONS = JSON.parse(
  readFileSync(join(import.meta.dirname, 'differential', 'differences.json'), 'utf8')
) as Record<string, string>;

const PATIENCE = 240_000;

let ours: TestServer;
let theirs: { url: string; stop(): Promise<void> };
let answers: { ours: Answer[]; theirs: Answer[] };

beforeAll(async () => {
  [ours, theirs] = await Promise.all([startServer(), startMlflow()]);
  const [mine, other] = await Promise.all([
    replay(ours.url, CORPUS, { authorization: `Bearer ${ours.token}` }),
    replay(theirs.url, CORPUS)
  ]);
  answers = { ours: mine, theirs: other };
}, PATIENCE + 60_000);
afterAll(async () => {
  await Promise.all([ours?.stop(), theirs?.stop()]);
});

test('the corpus is large, and each of its requests has a name of its own', () => {
  const names = CORPUS.map(({ id }) => id);
  expect(names.length).toBeGreaterThanOrEqual(250);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('nothing differs but what is listed with its reason', () => {
  const different = CORPUS.flatMap(({ id }, index) => {
    const [mine, other] = [answers.ours[index], answers.theirs[index]];
    return JSON.stringify(mine) === JSON.stringify(other)
      ? []
      : [{ id, ours: mine, theirs: other }];
  });
  const unlisted = different.filter(({ id }) => !(id in REASONS));
  expect(unlisted).toEqual([]);
  const names = new Set(different.map(({ id }) => id));
  expect(Object.keys(REASONS).filter(id => !names.has(id))).toEqual([]);
});

test('whatever is sent, ours never says that the fault is its own', () => {
  const faults = CORPUS.filter((_, index) => answers.ours[index]!.status === 500);
  expect(faults.map(({ id }) => id)).toEqual([]);
});

async function startMlflow(): Promise<{ url: string; stop(): Promise<void> }> {
  const { bin } = await mlflowEngine();
  const folder = mkdtempSync(join(tmpdir(), 'stepladder-mlflow-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = ['server', '--host', '127.0.0.1', '--port', String(port), '--workers', '1'];
  const child = spawn(
    bin('mlflow'),
    [...args, '--backend-store-uri', `sqlite:///${join(folder, 'mlflow.db')}`],
    {
      cwd: folder,
      detached: true,
      stdio: 'ignore',
      env: {
        ...process.env,
        MLFLOW_DISABLE_TELEMETRY: 'true',
        MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false'
      }
    }
  );
  const stop = async () => {
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  for (const until = Date.now() + PATIENCE; Date.now() < until && child.exitCode === null;) {
    const answer = await fetch(`${url}/health`).catch(() => undefined);
    if (answer?.ok) return { url, stop };
    await delay(200);
  }
  await stop();
  throw new Error('The real MLflow server did not start');
}

/** It starts others: all of them end. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise(resolve => child.once('exit', resolve));
  process.kill(-child.pid!, 'SIGKILL');
  await ended;
}
