// Versions of a notebook beside the user's own repository, and runs under a server that is killed.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { getPipelineLogs, getPipelineRun, runPipeline } from '../../server/contract/executor.ts';
import {
  type Operation,
  type RequestOf,
  type ResponseOf,
  toRequest
} from '../../server/contract/operation.ts';
import {
  capture,
  diffVersions,
  getVersion,
  listVersions,
  readSteps,
  restore
} from '../../server/contract/pipelines.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { notebookOf, type PipelineApp, startPipelineApp } from './pipeline-support.ts';

let app: PipelineApp;
beforeAll(async () => void (app = await startPipelineApp()));
afterAll(() => app.close());

const first = notebookOf([
  { source: 'rounds = 3', tags: ['parameters'] },
  { source: 'a = rounds', step: 'load' },
  { source: 'b = a + 1', step: 'train' }
]);
const second = notebookOf([
  { source: 'rounds = 5', tags: ['parameters'] },
  { source: 'a = rounds', step: 'load' },
  { source: 'b = a + 2\nc = 1', step: 'train' }
]);

test('versions are captured, compared and restored; the repository of the user stays as it is', async () => {
  const git = (folder: string, ...argv: string[]) =>
    execFileSync('git', ['-C', folder, ...argv], { encoding: 'utf8' });
  git(app.folder, 'init', '-q');
  const userRepository = () =>
    [
      ...git(app.folder, 'status', '--short', '--ignored', '-uall').split('\n'),
      ...git(app.folder, 'for-each-ref').split('\n')
    ].filter(line => !line.includes('.stepladder'));
  const before = userRepository();

  const path = 'versions.ipynb';
  const one = await app.call(capture, { path, notebook: first });
  expect(one).toMatchObject({
    created: true,
    version: { version: 'v1', steps: 2, message: 'First version: load, train' }
  });
  const withOutputs = structuredClone(first);
  Object.assign(withOutputs.cells[1]!, {
    outputs: [{ output_type: 'stream', name: 'stdout', text: 'x' }],
    execution_count: 7
  });
  expect(await app.call(capture, { path, notebook: withOutputs })).toMatchObject({
    created: false,
    version: { version: 'v1' }
  });
  expect((await app.call(readSteps, { path, notebook: second })).states).toEqual({
    load: 'captured',
    train: 'edited'
  });

  const two = await app.call(capture, { path, notebook: second, message: 'More rounds' });
  expect(two.version).toMatchObject({ version: 'v2', message: 'More rounds' });
  const diff = await app.call(diffVersions, { path, from: 'v1', to: 'v2' });
  expect(diff.steps.map(({ step, change }) => [step, change])).toEqual([
    ['load', 'same'],
    ['train', 'changed']
  ]);
  expect(diff.steps[1]!.lines).toEqual(['-b = a + 1', '+b = a + 2', '+c = 1']);
  expect(diff.parameters).toEqual([{ name: 'rounds', from: '3', to: '5' }]);

  expect((await app.call(restore, { path, version: 'v1' })).notebook).toEqual(first);
  const detail = await app.call(getVersion, { path, version: 'latest' });
  // Nothing is imported, so nothing is locked but the language.
  expect(detail).toMatchObject({ environment: [], language: expect.stringMatching(/^Python 3\./) });
  expect(detail.notebook).toEqual(second);
  expect(git(join(app.data, 'pipelines', two.pipelineId), 'fsck', '--full', '--strict')).toBe('');
  expect(userRepository()).toEqual(before);
});

test('a notebook that carries its key keeps its history under another name', async () => {
  const keyed = { ...first, metadata: { stepladder: { pipeline: 'my-pipeline' } } };
  expect((await app.call(capture, { path: 'old.ipynb', notebook: keyed })).pipelineId).toBe(
    'my-pipeline'
  );
  const renamed = { ...second, metadata: keyed.metadata };
  expect((await app.call(capture, { path: 'new.ipynb', notebook: renamed })).version.version).toBe(
    'v2'
  );
  const versions = await app.call(listVersions, { path: 'new.ipynb', pipeline: 'my-pipeline' });
  expect(versions.items.map(({ version }) => version)).toEqual(['v2', 'v1']);
  expect(
    (await app.call(restore, { path: 'new.ipynb', pipeline: 'my-pipeline', version: 'v1' }))
      .notebook
  ).toEqual(keyed);
});

test('what is not there is said by name', async () => {
  expect(await app.refuse(listVersions, { path: 'never.ipynb' })).toMatchObject({
    code: 'pipeline_not_found'
  });
  await app.call(capture, { path: 'once.ipynb', notebook: first });
  const refused = await app.refuse(restore, { path: 'once.ipynb', version: 'v7' });
  expect(refused.detail).toContain('"v7"');
  const broken = notebookOf([{ source: 'x = (', step: 'one' }]);
  expect(await app.refuse(capture, { path: 'broken.ipynb', notebook: broken })).toMatchObject({
    code: 'invalid_code',
    cell: 0
  });
  expect(await app.refuse(listVersions, { path: 'broken.ipynb' })).toMatchObject({
    code: 'pipeline_not_found'
  });
});

test('a server that is killed takes its steps along, and the next one says what became of the run', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stepladder-killed-'));
  const data = join(folder, 'data');
  mkdirSync(data);
  writeFileSync(join(folder, 'n.ipynb'), '');
  const notebook = notebookOf([
    { source: 'a = 1', step: 'quick' },
    {
      source: 'import os, time\nprint(os.getpid(), flush=True)\nwhile a:\n    time.sleep(1)',
      step: 'slow'
    }
  ]);
  let server = await startServer({ data, workspace: folder });
  const { pipelineRunId } = await ask(server, runPipeline, { path: 'n.ipynb', notebook });
  let pid: number | undefined;
  while (pid === undefined)
    pid =
      Number((await ask(server, getPipelineLogs, { pipelineRunId })).lines[0]?.text) || undefined;
  await server.kill();
  while (existsSync(`/proc/${pid}`)) await new Promise(resolve => setTimeout(resolve, 20));

  server = await startServer({ data, workspace: folder });
  const run = await ask(server, getPipelineRun, { pipelineRunId });
  expect(run.state).toBe('failed');
  expect(run.steps.map(({ step, state }) => [step, state])).toEqual([
    ['quick', 'done'],
    ['slow', 'failed']
  ]);
  expect(run.steps[1]!.error?.remedy).toBe('Run the pipeline again');
  expect(readdirSync(join(data, 'values', 'partial'))).toEqual([]);
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function ask<O extends Operation>(
  server: TestServer,
  operation: O,
  input: RequestOf<O>
): Promise<ResponseOf<O>> {
  const { method, path, body } = toRequest(operation, input);
  const response = await server.fetch(path, {
    method,
    ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } })
  });
  return (await response.json()) as ResponseOf<O>;
}
