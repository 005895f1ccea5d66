// Steps that do not end although the notebook did, and proofs that are cancelled: named, and nothing is left running.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { cancelProof, getProof, prove } from '../../server/contract/proof.ts';
import { saveNotebook } from '../support/notebook.ts';
import { REPOSITORY } from '../support/server.ts';
import { leavesSleeper, proveToEnd, running } from './proof-support.ts';
import { notebookOf, type PipelineApp, startPipelineApp } from './pipeline-support.ts';

let app: PipelineApp;
beforeAll(async () => {
  app = await startPipelineApp();
});
afterAll(() => app.close());

let mark = '';
let number = 0;
beforeEach(() => {
  mark = `9${process.pid}${++number}`;
});
const isSleeping = () => running().includes(`sleep ${mark}`);

test('a step that never ends is ended, named with its cell, and nothing is left of it', async () => {
  const cells = [
    'a = 1',
    `${leavesSleeper(mark)}\nb = a + 1`,
    `import sys\n${leavesSleeper(mark)}\nwhile "proof_step" in sys.modules: pass\nc = b + 1`,
    'print(a)'
  ];
  const proof = await proveToEnd(app, cells, 'endless.ipynb', 15);
  expect(proof).toMatchObject({ state: 'done', equal: false });
  expect(proof.differences.find(({ cell }) => cell === 2)?.pipeline).toMatch(
    /^TimeoutError: Step ".+" did not end within 15 seconds in cell 3 /
  );
  expect(isSleeping()).toBe(false);
});

test('a step that waits for what a thread of another one does joins it', async () => {
  const cells = [
    'import threading, time',
    'threading.Thread(target=lambda: (time.sleep(0.1), setattr(time, "came", 1)), daemon=True).start()',
    'while not hasattr(time, "came"):\n    time.sleep(0.05)\nprint("it came")',
    'alone = 3\nprint(alone)'
  ];
  const proof = await proveToEnd(app, cells, 'waits.ipynb', 15);
  expect(proof.differences).toEqual([]);
  expect(proof.equal).toBe(true);
  expect(proof.repairs).toContainEqual(
    expect.objectContaining({ kind: 'together', cells: [1, 2] })
  );
});

/** Behaves in a kernel, and never ends where it is watched. */
const endlessWhenWatched = () => [
  leavesSleeper(mark),
  'import sys\nwhile "evidence_witness" in sys.modules: pass',
  'print(left)'
];

test('a proof that is cancelled while the notebook is watched ends there', async () => {
  const notebook = notebookOf(endlessWhenWatched());
  const { proofId } = await app.call(prove, { path: 'cancelled.ipynb', notebook, limit: 600 });
  await expect
    .poll(async () => (await app.call(getProof, { proofId })).phase, { timeout: 120_000 })
    .toMatch(/watched/);
  await expect.poll(isSleeping, { timeout: 60_000 }).toBe(true);
  expect(await app.call(cancelProof, { proofId })).toMatchObject({ state: 'cancelled' });
  expect(isSleeping()).toBe(false);
});

test('Ctrl-C on the command ends it there too', async () => {
  const folder = join(app.folder, 'interrupted');
  mkdirSync(folder);
  const notebook = saveNotebook(join(folder, 'notebook.ipynb'), endlessWhenWatched());
  const argv = ['server/cli/stepladder.js', 'prove', notebook, '--limit', '600'];
  const child = spawn(process.execPath, [...argv, '--data', join(folder, 'data')], {
    cwd: REPOSITORY,
    env: { ...process.env, STEPLADDER_PREFIX: join(REPOSITORY, '.venv') },
    stdio: ['ignore', 'pipe', 'pipe']
  });
  let [said, phases] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (phases += text));
  const ended = once(child, 'close');
  await expect.poll(() => phases, { timeout: 120_000 }).toMatch(/watched/);
  await expect.poll(isSleeping, { timeout: 60_000 }).toBe(true);
  child.kill('SIGINT');
  expect(await ended).toEqual([1, null]);
  expect(said).toBe('Cancelled\n');
  expect(isSleeping()).toBe(false);
});
