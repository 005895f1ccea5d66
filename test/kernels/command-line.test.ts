// The whole rung without a browser and without a running server: run, capture, export, register, promote, deploy, levels.
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { saveNotebook } from '../support/notebook.ts';
import { REPOSITORY } from '../support/server.ts';

const STEPLADDER = join(REPOSITORY, 'server/cli/stepladder.js');
let folder: string;
let notebook: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepladder-rung-'));
  notebook = saveNotebook(join(folder, 'iris.ipynb'), [
    'import mlflow\nfrom sklearn.datasets import load_iris\nfrom sklearn.linear_model import LogisticRegression',
    { source: 'strength = 1.0', tags: ['parameters'] },
    {
      source:
        'data = load_iris(as_frame=True)\nX, y = data.data, data.target\nprint("rows", len(X))',
      step: 'load'
    },
    { source: 'model = LogisticRegression(C=strength, max_iter=500).fit(X, y)', step: 'train' },
    {
      source:
        'accuracy = model.score(X, y)\nmlflow.log_metric("accuracy", accuracy)\nmlflow.sklearn.log_model(model, name="model", input_example=X.head(3))\nprint("accuracy", accuracy)',
      step: 'evaluate'
    }
  ]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const argumentsOf = (args: string[]) => [STEPLADDER, ...args, '--data', join(folder, 'data')];
const environment = { ...process.env, STEPLADDER_PREFIX: join(REPOSITORY, '.venv') };

function stepladder(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise(resolve =>
    execFile(
      process.execPath,
      argumentsOf(args),
      { cwd: folder, env: environment, maxBuffer: 1e8 },
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err })
    )
  );
}
const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Record<string, unknown>);

test('run: what a step prints is in the output; the second time nothing runs and each step says why', async () => {
  const first = await stepladder('run', notebook);
  expect(first.err).toBe('');
  expect(first.code).toBe(0);
  expect(first.out).toMatch(/rows 150/);
  expect(first.out).toMatch(/accuracy 0\.9\d+/);
  const second = lines((await stepladder('run', notebook, '--json')).out);
  const steps = second.filter(line => line['type'] === 'step');
  expect(steps.map(step => [step['step'], step['state']])).toEqual([
    ['load', 'cached'],
    ['train', 'cached'],
    ['evaluate', 'cached']
  ]);
  expect(second.at(-1)).toMatchObject({ type: 'run', state: 'done' });
});

test('run -p: only the steps that the param reaches run again', async () => {
  const { out, code } = await stepladder('run', notebook, '-p', 'strength=0.01', '--json');
  expect(code).toBe(0);
  const ended = lines(out).at(-1) as { steps: { step: string; state: string; reason: string }[] };
  expect(ended.steps.map(({ step, state }) => [step, state])).toEqual([
    ['load', 'cached'],
    ['train', 'done'],
    ['evaluate', 'done']
  ]);
  expect(ended.steps[1]!.reason).toMatch(/strength/);
  const unknown = await stepladder('run', notebook, '-p', 'strenght=1');
  expect(unknown.err).toMatch(/strenght.*|strength/);
  expect(unknown.code).toBe(2);
});

test('capture, versions, diff, restore', async () => {
  expect((await stepladder('capture', notebook, '-m', 'First')).out).toMatch(/Captured v1/);
  expect((await stepladder('capture', notebook)).out).toMatch(/Nothing changed since v1/);
  const before = readFileSync(notebook, 'utf8');
  saveNotebook(notebook, [
    ...(
      JSON.parse(before) as {
        cells: { source: string; metadata: { tags?: string[]; stepladder?: { step: string } } }[];
      }
    ).cells.map(cell => ({
      source: cell.source.replace('max_iter=500', 'max_iter=900'),
      ...(cell.metadata.tags ? { tags: cell.metadata.tags } : {}),
      ...(cell.metadata.stepladder ?? {})
    }))
  ]);
  expect((await stepladder('capture', notebook, '--bump', 'evaluate=major')).out).toMatch(
    /Captured v2[\s\S]*1\.1\.0: minor, The code of train changed/
  );
  const parts = (await stepladder('versions', notebook, 'latest')).out;
  expect(parts).toMatch(/step +train +1\.1\.0 +minor, Its code changed/);
  expect(parts).toMatch(/step +evaluate +2\.0\.0 +major \(by hand; the rule said none\)/);
  const [run] = lines((await stepladder('runs', '--json')).out).toReversed();
  expect((await stepladder('run-version', String(run!['runId']))).out).toMatch(/^v1 \(1\.0\.0\)/);
  expect((await stepladder('version-runs', notebook, 'v1')).out).toContain(run!['runId']);
  expect((await stepladder('diff', notebook, 'v1', 'v2')).out).toMatch(
    /train: changed[\s\S]*max_iter=500[\s\S]*max_iter=900/
  );
  expect((await stepladder('restore', notebook, 'v1')).out).toMatch(/Restored v1/);
  expect(readFileSync(notebook, 'utf8')).toContain('max_iter=500');
  expect(
    lines((await stepladder('versions', notebook, '--json')).out).map(version => version['version'])
  ).toEqual(['v2', 'v1']);
});

test("export writes an Airflow project, and nothing over other people's files", async () => {
  const out = join(folder, 'airflow');
  expect((await stepladder('export', notebook, '--target', 'airflow', '--out', out)).code).toBe(0);
  expect(existsSync(join(out, 'requirements.txt'))).toBe(true);
  expect((await stepladder('export', notebook, '--target', 'airflow', '--out', out)).code).toBe(0);
  expect(
    (await stepladder('export', notebook, '--target', 'airflow', '--out', folder)).err
  ).toMatch(/holds other files/);
  expect((await stepladder('export', notebook, '--target', 'cobol', '--out', out)).code).toBe(2);
});

test('register, promote, deploy until Ctrl-C, levels', async () => {
  const runs = lines((await stepladder('runs', '--json')).out) as {
    runId: string;
    models: object[];
  }[];
  const logged = runs.filter(run => run.models.length > 0);
  expect(logged.length).toBe(2);
  expect((await stepladder('register', 'iris', logged[1]!.runId)).out).toMatch(/iris version 1/);
  expect((await stepladder('register', 'iris', logged[0]!.runId)).out).toMatch(/iris version 2/);
  expect((await stepladder('models', 'iris')).out).toMatch(/v2 +1\.1\.0 [\s\S]*v1 +1\.0\.0/);
  expect((await stepladder('bump', 'iris', '2', 'major')).out).toMatch(
    /2\.0\.0: major \(by hand; the rule said minor\)/
  );
  expect((await stepladder('promote', 'iris', '1')).out).toMatch(/version 1 is now champion/);
  expect((await stepladder('promote', 'iris', '2')).out).toMatch(
    /in the place of version 1[\s\S]*accuracy/
  );
  expect((await stepladder('undo-promotion', 'iris')).out).toMatch(/version 1 again/);

  const serving = spawn(process.execPath, argumentsOf(['deploy', 'iris@champion', '--json']), {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit']
  });
  const ended = new Promise<number | null>(resolve => serving.once('exit', resolve));
  const endpoint = JSON.parse(
    await new Promise<string>(resolve =>
      createInterface({ input: serving.stdout }).once('line', resolve)
    )
  ) as { url: string; token: string; version: string };
  expect(endpoint.version).toBe('1');
  const names = ['sepal length (cm)', 'sepal width (cm)', 'petal length (cm)', 'petal width (cm)'];
  const answer = await fetch(`${endpoint.url}/invocations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${endpoint.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      dataframe_split: {
        columns: names,
        data: [
          [5.1, 3.5, 1.4, 0.2],
          [6.3, 3.3, 6.0, 2.5]
        ]
      }
    })
  });
  expect(await answer.json()).toEqual({ predictions: [0, 2] });
  serving.kill('SIGINT');
  expect(await ended).toBe(0);
  await expect(fetch(`${endpoint.url}/v2/health/live`)).rejects.toThrow();

  const levels = await stepladder('levels');
  expect(levels.out).toMatch(/✓ level 0/);
  expect(levels.out).toMatch(/Next: /);
});

test('a notebook that cannot become a pipeline says which cell and line, and leaves nothing', async () => {
  const broken = saveNotebook(join(folder, 'broken.ipynb'), ['x = 1', 'y = (x +\n']);
  const { err, code } = await stepladder('run', broken);
  expect(err).toMatch(/cell 2, line/);
  expect(code).toBe(2);
  const undefinedName = saveNotebook(join(folder, 'undefined.ipynb'), [
    'x = 1\nprint(x + nowhere_defined)'
  ]);
  const second = await stepladder('run', undefinedName);
  expect(second.err).toMatch(/cell 1, line 2.*nowhere_defined/);
  expect(second.code).toBe(2);
  const generator = saveNotebook(join(folder, 'generator.ipynb'), [
    'numbers = (n for n in range(3))',
    'print(list(numbers))'
  ]);
  const third = await stepladder('run', generator);
  expect(third.err).toMatch(/numbers[\s\S]*one step/);
  expect(third.code).not.toBe(0);
});
