// The same revision on two other machines: cloned with plain git into a clean folder, its environment built from the lock, run there.
// One of them has no network at all.
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PipelineRun } from '../../server/contract/executor.ts';
import { capture } from '../../server/contract/pipelines.ts';
import { REPOSITORY } from '../support/server.ts';
import { notebookOf, type PipelineApp, PYTHON, startPipelineApp } from './pipeline-support.ts';

const run = promisify(execFile);
const UV = join(REPOSITORY, '.venv/bin/uv');
const CLI = join(REPOSITORY, 'server/cli/stepladder.js');
const path = 'train.ipynb';
const notebook = notebookOf([
  { source: 'seed = 7', tags: ['parameters'] },
  'import numpy as np',
  { source: 'X = np.random.default_rng(seed).normal(size=(50, 3))', step: 'load' },
  { source: 'y = X @ [1.0, -2.0, 0.5]\nweights = np.linalg.lstsq(X, y)[0]', step: 'train' },
  { source: 'report = {"error": float(((X @ weights - y) ** 2).mean())}', step: 'evaluate' }
]);

let app: PipelineApp;
let folder: string;
let contentId: string;
let pipelineId: string;
let outputs: string[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stepladder-reproduce-'));
  app = await startPipelineApp();
  outputs = digestsOf(await app.run(notebook, { path }));
  const captured = await app.call(capture, { path, notebook });
  ({ pipelineId } = captured);
  ({ contentId } = captured.version);
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

const digestsOf = ({ steps }: PipelineRun) =>
  steps.flatMap(({ step, outputs }) =>
    outputs.map(({ name, digest }) => `${step}.${name} ${digest}`)
  );

/** With a network of its own that leads nowhere, where the system lets us have one. */
function withoutNetwork(): string[] {
  try {
    execFileSync('unshare', ['-rn', 'sh', '-c', 'ip link set lo up'], { stdio: 'ignore' });
    return ['unshare', '-rn', 'sh', '-c', 'ip link set lo up && UV_OFFLINE=1 exec "$0" "$@"'];
  } catch {
    return ['env', 'UV_OFFLINE=1'];
  }
}

/** Where packages come from is the machine's own setting; nothing of ours is passed on. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(STEPLADDER|VIRTUAL_ENV|MLFLOW|VITEST)/.test(name)
  )
);

async function reproduce(name: string, prefix: string[]): Promise<void> {
  const here = join(folder, name);
  const ask = async (program: string, ...argv: string[]) => {
    const [first, ...rest] = [...prefix, program, ...argv];
    const { stdout } = await run(first!, rest, {
      cwd: here,
      env: { ...environment, UV_CACHE_DIR: join(folder, 'wheels') },
      maxBuffer: 64 * 1024 * 1024
    });
    return stdout;
  };
  execFileSync('git', ['clone', '-q', join(app.data, 'pipelines', pipelineId), here]);
  mkdirSync(join(here, '.stepladder'));
  await ask(UV, 'venv', '--quiet', '--python', PYTHON, '.venv');
  await ask(
    UV,
    'pip',
    'install',
    '--quiet',
    '--python',
    '.venv/bin/python',
    '-r',
    'environment.txt'
  );
  const lines = (await ask(process.execPath, CLI, 'run', 'notebook.ipynb', '--json'))
    .trim()
    .split('\n');
  const ended = JSON.parse(lines.at(-1)!) as PipelineRun;
  expect(ended.state).toBe('done');
  expect(digestsOf(ended)).toEqual(outputs);
  const again = JSON.parse(
    await ask(process.execPath, CLI, 'capture', 'notebook.ipynb', '--json')
  ) as {
    version: { contentId: string };
  };
  expect(again.version.contentId).toBe(contentId);
}

test('an environment built from the lock gives the same outputs and the same version', () =>
  reproduce('online', []));

test('so does one that is built and run without a network', () =>
  reproduce('offline', withoutNetwork()));
