// Notebooks that are hard to take apart, proved with real kernels: equal in the end, with what it took.
import { execFile, execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readSteps } from '../../server/contract/pipelines.ts';
import { listProofs, type Proof } from '../../server/contract/proof.ts';
import { saveNotebook } from '../support/notebook.ts';
import { REPOSITORY } from '../support/server.ts';
import { proveToEnd } from './proof-support.ts';
import { notebookOf, type PipelineApp, startPipelineApp, statesOf } from './pipeline-support.ts';

let app: PipelineApp;
beforeAll(async () => {
  app = await startPipelineApp();
});
afterAll(() => app.close());

const proved = (cells: string[], path?: string) => proveToEnd(app, cells, path);
const kinds = ({ repairs }: Proof) => repairs.map(({ kind }) => kind);

test('what crosses as it should needs no repair', async () => {
  const proof = await proved(['a = [1]', 'b = a + [2]', 'c = 5', 'print(b, c)']);
  expect(proof).toMatchObject({
    equal: true,
    cells: 4,
    equalCells: 4,
    steps: 4,
    repairs: [],
    volatile: [],
    values: { equal: 3, different: 0 }
  });
  expect(proof.parallelism).toBeGreaterThan(0);
});

test('a generator keeps its cells together, and the next run has it so', async () => {
  const cells = [
    'numbers = (n * n for n in range(5))',
    'print(next(numbers))',
    'print(next(numbers))'
  ];
  const proof = await proved(cells, 'generator.ipynb');
  expect(proof).toMatchObject({ equal: true, steps: 1, parallelism: 0 });
  expect(kinds(proof)).toContain('together');
  const { pipeline } = await app.call(readSteps, {
    path: 'generator.ipynb',
    notebook: notebookOf(cells)
  });
  expect(pipeline.steps.map(step => step.cells)).toEqual([[0, 1, 2]]);
  const run = await app.run(notebookOf(cells), { path: 'generator.ipynb' });
  expect(Object.values(statesOf(run))).toEqual(['done']);
});

test('state that no name shows is handed on', async () => {
  const proof = await proved([
    'import decimal\ngetattr(decimal, "get" + "context")().prec = 4\nready = 1',
    'import decimal\nprint(decimal.Decimal(1) / 3)'
  ]);
  expect(proof).toMatchObject({ equal: true, equalCells: 2, steps: 2 });
});

test('what differs each time is left out and named', async () => {
  const proof = await proved(['import uuid, random', 'x = random.random()\nprint(x)', 'print(1)']);
  expect(proof).toMatchObject({ equal: true, volatile: [1], equalCells: 2 });
});

test('views go on sharing their memory', async () => {
  const proof = await proved([
    'import numpy as np\nbase = np.arange(6.0)\nview = base[2:4]',
    'view[:] = 50',
    'print(base)'
  ]);
  expect(proof).toMatchObject({ equal: true, values: { different: 0 } });
});

test('a cell that raises in the notebook raises in its step', async () => {
  const proof = await proved(['x = 1', 'x / 0', 'print(x)']);
  expect(proof).toMatchObject({ equal: true, raises: [1], equalCells: 3 });
});

test('a figure is compared by its pixels', async () => {
  const proof = await proved([
    'import matplotlib.pyplot as plt',
    'plt.rcParams["lines.linewidth"] = 7\nheights = [1, 3, 2]',
    'plt.plot(heights);'
  ]);
  expect(proof).toMatchObject({ equal: true, equalCells: 3 });
});

describe('the command', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'prove-test-'));
    return () => rmSync(folder, { recursive: true, force: true });
  });

  const run = (file: string, ...options: string[]) =>
    new Promise<{ code: number; out: string; errors: string }>(resolve =>
      execFile(
        process.execPath,
        [
          join(REPOSITORY, 'server/cli/stepladder.js'),
          '--data',
          join(folder, 'data'),
          'prove',
          file,
          ...options
        ],
        { env: { ...process.env, STEPLADDER_PREFIX: join(REPOSITORY, '.venv') } },
        (error, out, errors) => resolve({ code: error ? Number(error.code) : 0, out, errors })
      )
    );

  test('works in a copy, with what lies above the folder, and answers in one line', async () => {
    const place = join(folder, 'project/notebooks/deep');
    mkdirSync(place, { recursive: true });
    mkdirSync(join(folder, 'project/data'));
    writeFileSync(join(folder, 'project/data/n.txt'), '41');
    writeFileSync(join(folder, 'project/tools.py'), 'def more(n):\n    return n + 1\n');
    const file = saveNotebook(join(place, 'n.ipynb'), [
      'import sys\nsys.path.append("../..")\nfrom tools import more',
      'n = more(int(open("../../data/n.txt").read()))',
      'open("result.txt", "w").write(str(n));',
      'print(open("result.txt").read())'
    ]);
    const before = readFileSync(file, 'utf8');
    const { code, out } = await run(file, '--json');
    expect(JSON.parse(out)).toMatchObject({ equal: true, cells: 4, volatile: [] });
    expect(out.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(readdirSync(place)).toEqual(['n.ipynb']);
    expect(existsSync(join(folder, 'project/__pycache__'))).toBe(false);
  });

  test('says what is wrong with a file that is no notebook', async () => {
    const old = join(folder, 'old.ipynb');
    writeFileSync(old, JSON.stringify({ worksheets: [], metadata: {}, nbformat: 3 }));
    const rubbish = join(folder, 'rubbish.ipynb');
    writeFileSync(rubbish, Buffer.from([0, 255, 254, 1, 2, 3]));
    const empty = saveNotebook(join(folder, 'empty.ipynb'), []);
    for (const [file, words] of [
      [old, /format 3/],
      [rubbish, /not a notebook/],
      [empty, /no code cell/]
    ] as const) {
      const { code, errors } = await run(file);
      expect(code).toBe(2);
      expect(errors).toMatch(words);
    }
  });

  test('ends with 1 for a notebook that stops', async () => {
    const file = saveNotebook(join(folder, 'stops.ipynb'), ['exit()']);
    const { code, out } = await run(file, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ equal: false, stopped: { cell: 0 } });
  });
});

test('the last proof of a notebook is kept', async () => {
  const { items } = await app.call(listProofs, { notebook: 'generator.ipynb' });
  expect(items).toMatchObject([{ equal: true, steps: 1 }]);
});

test('a difference is told down to the column and row', () => {
  const program = `
import json, sys
sys.path.insert(0, ${JSON.stringify(join(REPOSITORY, 'kernel-bridge/python/stepladder'))})
import proof_compare
import numpy as np, pandas as pd
one = pd.DataFrame({"a": [1, 2], "b": [0.5, 0.25]})
other = one.copy(); other.loc[1, "b"] = 0.75
near = one.copy(); near.loc[1, "b"] += 1e-12
print(json.dumps([
    proof_compare.compare(one, other), proof_compare.compare(one, near)["verdict"],
    proof_compare.compare({"k": [1, 2]}, {"k": [1, 3]}), proof_compare.compare(np.eye(2), np.eye(2) * 2),
    proof_compare.compare(one, one.copy())["verdict"], proof_compare.compare(one.rename(columns={"a": "z"}), one)["verdict"],
]))`;
  const said = execFileSync(join(REPOSITORY, '.venv/bin/python'), ['-c', program], {
    encoding: 'utf8'
  });
  expect(JSON.parse(said)).toEqual([
    { verdict: 'different', place: "column 'b'[1]", pipeline: '0.25', notebook: '0.75' },
    'close',
    { verdict: 'different', place: "['k'][1]", pipeline: '2', notebook: '3' },
    {
      verdict: 'different',
      place: '[0, 0]',
      pipeline: '1.0',
      notebook: '2.0'
    },
    'equal',
    'different'
  ]);
});
