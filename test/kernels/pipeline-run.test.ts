// Pipelines in real interpreters: values as in the notebook, one process a step, nothing run twice, faults that lead to their cell.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  cancelPipelineRun,
  getPipelineLogs,
  getPipelineRun,
  listPipelineRuns,
  type PipelineRun,
  runPipeline
} from '../../server/contract/executor.ts';
import { cellSource, type Notebook } from '../../server/contract/notebook.ts';
import { getRun } from '../../server/contract/tracking.ts';
import {
  notebookOf,
  type PipelineApp,
  PYTHON,
  reasonOf,
  startPipelineApp,
  statesOf
} from './pipeline-support.ts';

let app: PipelineApp;
beforeAll(async () => void (app = await startPipelineApp()));
afterAll(() => app.close());

const IRIS = notebookOf([
  'import pandas as pd\nimport numpy as np\nfrom dataclasses import dataclass\nfrom functools import lru_cache\nfrom sklearn.datasets import load_iris\nfrom sklearn.linear_model import LogisticRegression',
  { source: 'strength = 0.5\nshare = 0.3\nseed = 3', tags: ['parameters'] },
  '@dataclass\nclass Scores:\n    accuracy: float\n    rows: int\n\n@lru_cache(None)\ndef square(x):\n    return x * x',
  {
    source: '%matplotlib inline\nraw = load_iris(as_frame=True).frame\nprint("rows", len(raw))',
    step: 'load'
  },
  { source: 'names = {n: i for i, n in enumerate(raw.columns)}\nalias = names', step: 'load' },
  { source: 'np.random.seed(seed)\nraw["noise"] = np.random.rand(len(raw))', step: 'prepare' },
  {
    source: 'alias["noise"] = len(alias)\npicked = np.random.rand(len(raw)) < share',
    step: 'divide'
  },
  {
    source:
      'model = LogisticRegression(C=strength, max_iter=500)\nmodel.fit(raw[~picked].drop(columns="target"), raw[~picked]["target"])',
    step: 'train'
  },
  { source: 'bonus = lambda: square(3) + threshold\nthreshold = 2', step: 'rules' },
  { source: 'threshold = 5\nvalue = bonus()', step: 'apply' },
  {
    source:
      'scores = Scores(float(model.score(raw[picked].drop(columns="target"), raw[picked]["target"])), int(picked.sum()))\nlabels = sorted(names)',
    step: 'judge'
  },
  {
    source:
      'import matplotlib.pyplot as plt\nfigure, axes = plt.subplots()\naxes.plot(raw["noise"][:10])',
    step: 'draw'
  }
]);

/** The last value of every name, once from the stored values of the run, once from running the cells in one process. */
const COMPARE = `
import json, pickle, sys, types
bridge, values, outputs, cells = json.load(sys.stdin)
sys.path.insert(0, bridge)
import step_pickle, step_values
main = types.ModuleType("__main__"); sys.modules["__main__"] = main
exec("import matplotlib; matplotlib.use('Agg')", {})
for cell in cells:
    exec(compile(cell, "cell", "exec"), main.__dict__)
step_pickle.current.bind(main.__dict__, {}, "compare")
answers = {}
for name, digest in outputs.items():
    stored, linear = step_values.read_blob(digest, values)[name], main.__dict__[name]
    if hasattr(linear, "equals"):
        answers[name] = bool(stored.equals(linear))
    elif hasattr(linear, "tolist"):
        answers[name] = stored.tolist() == linear.tolist()
    elif hasattr(linear, "coef_"):
        answers[name] = stored.coef_.tolist() == linear.coef_.tolist()
    elif callable(linear):
        answers[name] = stored() == linear()
    else:
        answers[name] = stored == linear
print("\\n" + json.dumps(answers))
`;

function compareWithNotebook(run: PipelineRun, notebook: Notebook): Record<string, boolean> {
  const outputs = Object.fromEntries(
    run.steps.flatMap(step => step.outputs.map(({ name, digest }) => [name, digest]))
  );
  const cells = notebook.cells.map(cell => cellSource(cell).replace(/^%.*$/gm, ''));
  const bridge = join(import.meta.dirname, '../../kernel-bridge/python/stepladder');
  const input = JSON.stringify([bridge, join(app.data, 'values'), outputs, cells]);
  const output = execFileSync(PYTHON, ['-c', COMPARE], { input, encoding: 'utf8' });
  return JSON.parse(output.trim().split('\n').at(-1)!) as Record<string, boolean>;
}

test('the values of the pipeline are those of the notebook', async () => {
  const run = await app.run(IRIS);
  expect(run.steps.flatMap(({ error }) => error ?? [])).toEqual([]);
  expect(run.state).toBe('done');
  const same = compareWithNotebook(run, IRIS);
  expect(Object.entries(same).filter(([, equal]) => !equal)).toEqual([]);
  expect(Object.keys(same)).toEqual(
    expect.arrayContaining([
      'raw',
      'names',
      'alias',
      'picked',
      'model',
      'value',
      'scores',
      'labels'
    ])
  );
  expect(await app.logs(run)).toEqual([
    { seq: 1, step: 'load', stream: 'stdout', text: 'rows 150' }
  ]);
});

test('nothing is run twice, and what runs says why', async () => {
  await app.run(IRIS);
  const again = await app.run(IRIS);
  expect(new Set(Object.values(statesOf(again)))).toEqual(new Set(['cached']));
  expect(reasonOf(again, 'train')).toBe('Nothing it depends on has changed');
  expect(await app.logs(again)).toMatchObject([{ text: 'rows 150' }]);

  const stronger = await app.run(IRIS, { params: { strength: 2 } });
  expect(reasonOf(stronger, 'train')).toBe('Param strength changed: 0.5 → 2');
  expect(statesOf(stronger)).toMatchObject({
    load: 'cached',
    divide: 'cached',
    train: 'done',
    judge: 'done'
  });

  const commented = structuredClone(IRIS);
  commented.cells[7]!.source = `# the model\n${cellSource(IRIS.cells[7]!)}`;
  expect(new Set(Object.values(statesOf(await app.run(commented))))).toEqual(new Set(['cached']));

  const redefined = structuredClone(IRIS);
  redefined.cells[2]!.source = cellSource(IRIS.cells[2]!).replace('x * x', 'x ** 2 + 1');
  expect(await app.run(redefined)).toMatchObject({ state: 'done' });
});

test('a file that is read counts, one that is written has to be there', async () => {
  writeFileSync(join(app.folder, 'numbers.txt'), '1 2 3');
  const notebook = notebookOf([
    { source: 'numbers = open("numbers.txt").read().split()', step: 'read' },
    {
      source:
        'open("sum.txt", "w").write(str(sum(map(int, numbers))))\ntotal = sum(map(int, numbers))',
      step: 'add'
    }
  ]);
  const path = 'files.ipynb';
  expect(statesOf(await app.run(notebook, { path }))).toEqual({ read: 'done', add: 'done' });
  expect(statesOf(await app.run(notebook, { path }))).toEqual({ read: 'cached', add: 'cached' });

  writeFileSync(join(app.folder, 'numbers.txt'), '1 2  3');
  const sameValues = await app.run(notebook, { path });
  expect(reasonOf(sameValues, 'read')).toBe('File numbers.txt changed');
  expect(statesOf(sameValues)).toEqual({ read: 'done', add: 'cached' });

  rmSync(join(app.folder, 'sum.txt'));
  const rewritten = await app.run(notebook, { path });
  expect(reasonOf(rewritten, 'add')).toContain('sum.txt');
  expect(readFileSync(join(app.folder, 'sum.txt'), 'utf8')).toBe('6');
});

test('a step that fails leads to its cell and line; what needs it is skipped, the rest runs', async () => {
  const notebook = notebookOf([
    { source: 'a = 1', step: 'one' },
    { source: 'def divide(x):\n    return x / 0\nb = divide(a)', step: 'two' },
    { source: 'c = b', step: 'three' },
    { source: 'd = a', step: 'four' }
  ]);
  const run = await app.run(notebook, { path: 'failing.ipynb' });
  expect(run.state).toBe('failed');
  expect(statesOf(run)).toEqual({ one: 'done', two: 'failed', three: 'skipped', four: 'done' });
  expect(run.steps[1]!.error).toMatchObject({ name: 'ZeroDivisionError', cell: 1, line: 2 });
  const text = (await app.logs(run)).map(line => line.text).join('\n');
  expect(text).toContain('File "cell 2", line 2, in divide');
  expect(text).not.toContain('step_run');
});

test.each([
  ['a generator', 'rows = (n for n in range(3))', 'generator'],
  ['an open file', 'import os\nrows = open(os.devnull)', 'TextIOWrapper'],
  ['a lock', 'import threading\nrows = [threading.Lock()]', 'list']
])('%s between two steps names variable, cell, line and remedy', async (_, source, type) => {
  const notebook = notebookOf([
    { source: `x = 1\n${source}`, step: 'make' },
    { source: 'y = list(rows)', step: 'use' }
  ]);
  const run = await app.run(notebook, { path: 'unstorable.ipynb' });
  const error = run.steps[0]!.error!;
  expect(error).toMatchObject({
    name: 'ValueNotStorable',
    cell: 0,
    line: source.split('\n').length + 1
  });
  expect(error.value).toContain(`rows is a ${type}`);
  expect(error.remedy).toContain('in one step');
  const joined = notebookOf([
    { source: `x = 1\n${source}`, step: 'both' },
    { source: 'kept = repr(rows)', step: 'both' }
  ]);
  expect((await app.run(joined, { path: 'unstorable.ipynb' })).state).toBe('done');
});

test('faults in the code and in the call are refused before anything runs', async () => {
  const at = (cells: string[]) => ({ path: 'refused.ipynb', notebook: notebookOf(cells) });
  expect(await app.refuse(runPipeline, at(['x = 1', 'y = (']))).toMatchObject({
    code: 'invalid_code',
    cell: 1
  });
  expect(await app.refuse(runPipeline, at(['x = nowhere']))).toMatchObject({
    code: 'invalid_code',
    cell: 0,
    line: 1
  });
  expect(await app.refuse(runPipeline, at([]))).toMatchObject({ code: 'invalid_code' });
  const params = { depth: 3 };
  expect(
    (await app.refuse(runPipeline, { path: 'a.ipynb', notebook: IRIS, params })).remedy
  ).toContain('strength, share, seed');
  const runs = await app.call(listPipelineRuns, { notebook: 'refused.ipynb' });
  expect(runs.items).toEqual([]);
});

test('each step is a process of its own, in the folder of the notebook, and independent ones run at once', async () => {
  // Each of the two waits for a sign of the other: one after the other they would wait for ever. The names of the files
  // are computed, or the analysis would see that one reads what the other writes.
  const backwards = (name: string) => `"${[...name].reverse().join('')}"[::-1]`;
  const meet = (mine: string, other: string) =>
    `import os, time\nopen(${backwards(mine)}, "w").close()\nwhile not os.path.exists(${backwards(other)}):\n    time.sleep(0.01)\n${mine} = os.getpid()`;
  const notebook = notebookOf([
    { source: meet('left', 'right'), step: 'one' },
    { source: meet('right', 'left'), step: 'two' },
    {
      source: 'import os\npids = {left, right, os.getpid()}\nprint(len(pids), os.getcwd())',
      step: 'three'
    }
  ]);
  const run = await app.run(notebook, { path: 'parallel.ipynb', jobs: 2 });
  expect(run.state).toBe('done');
  expect((await app.logs(run))[0]!.text).toBe(`3 ${app.folder}`);
});

test('a cancelled run ends the processes of its steps', async () => {
  const source =
    'import os, subprocess\nchild = subprocess.Popen(["sleep", "1000"])\nprint(os.getpid(), child.pid, flush=True)\nchild.wait()';
  const notebook = notebookOf([
    { source, step: 'wait' },
    { source: 'x = 1', step: 'other' }
  ]);
  const { pipelineRunId } = await app.call(runPipeline, {
    path: 'cancelled.ipynb',
    notebook,
    jobs: 1
  });
  let line: string | undefined;
  while (line === undefined)
    line = (await app.call(getPipelineLogs, { pipelineRunId })).lines[0]?.text;
  const run = await app.call(cancelPipelineRun, { pipelineRunId });
  expect(run.state).toBe('cancelled');
  expect(statesOf(run)).toEqual({ wait: 'cancelled', other: 'cancelled' });
  for (const pid of line.split(' ').map(Number)) expect(isAlive(pid)).toBe(false);
});

test('an interpreter of another environment, older and with nothing in it, runs the steps', async () => {
  const folder = join(app.folder, 'bare');
  execFileSync(oldestPython(), ['-m', 'venv', '--without-pip', folder]);
  const python = join(folder, 'bin', 'python');
  app.addKernel('bare', python);
  const notebook = notebookOf(
    [
      'import json, sys',
      'def double(x):\n    return 2 * x',
      {
        source:
          'class Box:\n    def __init__(self, inner):\n        self.inner = inner\nbox = Box([1, 2])\nseen = [box]',
        step: 'make'
      },
      { source: 'box.inner.append(double(len(box.inner)))', step: 'change' },
      {
        source: 'print(sys.prefix, seen[0].inner, seen[0] is box, isinstance(box, Box))',
        step: 'show'
      }
    ],
    'bare'
  );
  const run = await app.run(notebook, { path: 'bare.ipynb' });
  expect(run.steps.flatMap(({ error }) => error ?? [])).toEqual([]);
  expect((await app.logs(run)).map(({ text }) => text)).toEqual([`${folder} [1, 2, 4] True True`]);
});

test('all steps log to one tracked run, through mlflow as well', async () => {
  const notebook = notebookOf([
    'import mlflow',
    { source: 'mlflow.log_metric("first", 1.0)\na = 1', step: 'one' },
    { source: 'mlflow.log_metric("second", a + 1.0)\nb = 2', step: 'two' }
  ]);
  const run = await app.run(notebook, { path: 'tracked.ipynb' });
  expect(run.steps.flatMap(({ error }) => error ?? [])).toEqual([]);
  const tracked = await app.call(getRun, { runId: run.runId! });
  expect(tracked.state).toBe('finished');
  expect(tracked.metrics.map(({ key, last }) => [key, last]).sort()).toEqual([
    ['first', 1],
    ['second', 2]
  ]);
  expect(tracked.cells.map(({ step, source }) => step ?? source)).toEqual([
    'import mlflow',
    'one',
    'two'
  ]);
  const stored = await app.call(getPipelineRun, { pipelineRunId: run.pipelineRunId });
  expect(stored).toEqual(run);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // A killed child that nobody has waited for yet is no process any more.
  return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
}

/** The oldest interpreter on this machine that we promise to work with. */
function oldestPython(): string {
  const versions = join(homedir(), '.pyenv', 'versions');
  const installed = existsSync(versions)
    ? readdirSync(versions).map(name => join(versions, name, 'bin', 'python'))
    : [];
  const candidates = [
    ...['3.8', '3.9', '3.10'].map(version => `/usr/bin/python${version}`),
    ...installed
  ].filter(existsSync);
  const minor = (path: string) =>
    Number(
      execFileSync(
        path,
        ['-c', 'import sys; print(sys.version_info[1] if sys.version_info[0] == 3 else 0)'],
        { encoding: 'utf8' }
      )
    );
  const usable = candidates
    .map(path => ({ path, minor: minor(path) }))
    .filter(({ minor }) => minor >= 8);
  return usable.sort((a, b) => a.minor - b.minor)[0]?.path ?? 'python3';
}
