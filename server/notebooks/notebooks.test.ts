import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildApp } from '../app.ts';
import { readConfig } from '../config.ts';

const TOKEN = 'a-token-of-the-test-only';
let folder: string;
let app: FastifyInstance;
let time = 0;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stepladder-notebooks-'));
  const flags = { data: join(folder, '.data'), workspace: folder, token: TOKEN };
  ({ app } = await buildApp({ config: readConfig(flags, {}, folder), clock: () => ++time }));
  await app.ready();
});
afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

async function call(method: 'GET' | 'POST', path: string, payload?: object) {
  const answer = await app.inject({
    method,
    url: `/stepladder/v1${path}`,
    headers: { authorization: `Bearer ${TOKEN}` },
    ...(payload ? { payload } : {})
  });
  return { status: answer.statusCode, body: answer.json() };
}
const notebook = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: 'python3', display_name: 'Python', language: 'python' } },
  cells: ['a = 1', 'b = a + 1'].map((source, index) => ({
    id: `cell-${index}`,
    cell_type: 'code',
    source,
    metadata: {},
    outputs: [],
    execution_count: null
  }))
};
const capture = (path: string) => call('POST', '/pipelines/capture', { path, notebook });
const versions = async (path: string) => {
  const { body } = await call('POST', '/pipelines/versions', { path });
  return (body as { items?: unknown[] }).items?.length ?? 0;
};
const runIds = async (path: string) =>
  (
    (await call('GET', `/runs?notebook=${encodeURIComponent(path)}`)).body as {
      items: { runId: string }[];
    }
  ).items.map(({ runId }) => runId);
const say = (source: string, path: string, executionId: string, sessionId = 'kernel-1') =>
  call('POST', `/sessions/${sessionId}/events`, {
    sessionId,
    source,
    notebook: path,
    events: [
      {
        id: `${source}-${executionId}`,
        time: ++time,
        type: 'cell-started',
        executionId,
        source: 'a'
      }
    ]
  });
const move = (from: string, to: string) => call('POST', '/notebooks/move', { from, to });

test('runs and versions go with the notebook, and its kernel goes on under the old name', async () => {
  await say('hook', 'old.ipynb', 'first');
  await capture('old.ipynb');
  const before = await runIds('old.ipynb');
  expect((await move('old.ipynb', 'new.ipynb')).status).toBe(200);
  expect(await runIds('new.ipynb')).toEqual(before);
  expect(await versions('new.ipynb')).toBe(1);
  expect([await runIds('old.ipynb'), await versions('old.ipynb')]).toEqual([[], 0]);
  // The hook still says what it was told at its start; a logging API of a process beside it too.
  await say('hook', 'old.ipynb', 'second');
  await say('recorder', 'new.ipynb', 'second');
  await call('POST', '/sessions/process-2/events', {
    sessionId: 'process-2',
    source: 'api',
    notebook: 'old.ipynb',
    events: [{ id: 'logged-1', time: ++time, type: 'logged', params: { depth: '3' } }]
  });
  expect(await runIds('new.ipynb')).toEqual(before);
  expect(await runIds('old.ipynb')).toEqual([]);
  const { body } = await call('GET', `/runs/${before[0]}`);
  expect(body).toMatchObject({
    params: { depth: '3' },
    tags: { 'stepladder.notebook': join(folder, 'new.ipynb') }
  });
});

test('a name that led on leads to the newest one, and a notebook made anew under the old name is its own', async () => {
  await say('hook', 'a.ipynb', 'first');
  await move('a.ipynb', 'b.ipynb');
  await move('b.ipynb', 'c.ipynb');
  await say('hook', 'a.ipynb', 'second');
  expect(await runIds('c.ipynb')).toHaveLength(1);
  writeFileSync(join(folder, 'a.ipynb'), '{}');
  await say('hook', 'a.ipynb', 'third', 'kernel-2');
  expect([await runIds('a.ipynb'), await runIds('c.ipynb')].map(({ length }) => length)).toEqual([
    1, 1
  ]);
});

test('a folder takes its notebooks along, and no neighbour whose name begins like its own', async () => {
  for (const name of ['work', 'workshop']) mkdirSync(join(folder, name));
  await say('hook', 'work/a.ipynb', 'first');
  await say('hook', 'workshop/a.ipynb', 'second', 'kernel-2');
  renameSync(join(folder, 'work'), join(folder, 'done'));
  await move('work', 'done');
  const found = ['done', 'work', 'workshop'].map(name => runIds(`${name}/a.ipynb`));
  expect((await Promise.all(found)).map(({ length }) => length)).toEqual([1, 0, 1]);
  await say('hook', 'work/a.ipynb', 'third');
  expect(await runIds('work/a.ipynb')).toEqual([]);
});

test('a file that is still there was not renamed', async () => {
  writeFileSync(join(folder, 'here.ipynb'), '{}');
  const { status, body } = await move('here.ipynb', 'there.ipynb');
  expect([status, body]).toMatchObject([400, { detail: expect.stringContaining('here.ipynb') }]);
});
