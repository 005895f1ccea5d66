// One run in a copy of the folder, with the real interpreter: what the source alone cannot know, and what must not happen.
import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type AnalysisService,
  analyzeWithEvidence,
  createAnalysisService,
  type EvidenceOptions
} from '../../server/analysis/service.ts';
import type { NotebookAnalysis } from '../../server/contract/analysis.ts';
import { Notebook } from '../../server/contract/notebook.ts';
import { makeNotebook, saveNotebook, type TestCell } from '../support/notebook.ts';
import { REPOSITORY } from '../support/server.ts';

let root: string;
let folder: string;
let analysis: AnalysisService;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'evidence-test-'));
  analysis = await createAnalysisService();
});
beforeEach(() => {
  folder = mkdtempSync(join(root, 'notebook-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function analyze(cells: (string | TestCell)[], options: Partial<EvidenceOptions> = {}) {
  return analyzeWithEvidence(analysis, Notebook.parse(makeNotebook(cells)), {
    environment: {
      kernel: 'python3',
      language: 'python',
      executable: join(REPOSITORY, '.venv/bin/python'),
      variables: {}
    },
    folder,
    bridge: join(REPOSITORY, 'kernel-bridge/python/stepladder'),
    ...options
  });
}
const statically = (cells: string[]) => analysis.analyze(Notebook.parse(makeNotebook(cells)));
const pairs = ({ edges }: NotebookAnalysis) => [
  ...new Set(edges.map(({ from, to }) => `${from}>${to}`))
];
const notes = ({ findings }: NotebookAnalysis) =>
  findings.filter(({ code }) => code === 'no-evidence');

test('a change made by code that nobody can read beforehand is found', async () => {
  writeFileSync(join(folder, 'helper.py'), 'def grow(things):\n    things.append(len(things))\n');
  const cells = [
    'import importlib\ngrow = getattr(importlib.import_module("hel" + "per"), "gr" + "ow")',
    'items = []',
    'grow(items)',
    'print(items)'
  ];
  const found = await analyze(cells);
  expect(notes(found)).toEqual([]);
  expect(found.edges.find(({ from, to }) => from === 2 && to === 3)).toMatchObject({
    kind: 'value',
    names: ['items'],
    certainty: 'must'
  });
  expect(found.cells[2]?.outputs).toContain('items');
});

const FEARED = [
  'items = [1]',
  'def size(things, grow=False):\n    if grow:\n        things.append(1)\n    return len(things)',
  'n = size(items)',
  'print(items)'
];

test('what the source only fears is dropped when the run shows that nothing happened', async () => {
  expect(statically(FEARED).edges).toContainEqual(
    expect.objectContaining({ from: 2, to: 3, certainty: 'may' })
  );
  const found = await analyze(FEARED);
  expect(pairs(found)).toEqual(['0>2', '0>3']);
  expect(found.cells[2]?.outputs).toEqual(['n']);
});

test('with parameters another run may go another way: nothing is dropped', async () => {
  const [first = '', ...others] = FEARED;
  const found = await analyze([{ source: 'limit = 3', tags: ['parameters'] }, first, ...others]);
  expect(pairs(found)).toContain('3>4');
});

test('a branch that this run did not take keeps its edge', async () => {
  const cells = ['import os\nx = 1', 'if os.environ.get("NEVER_SET"):\n    x = 2', 'print(x)'];
  expect(pairs(await analyze(cells))).toEqual(expect.arrayContaining(['0>1', '1>2', '0>2']));
});

test('a file is followed through paths that are only known when the notebook runs', async () => {
  const cells = [
    'def place(number):\n    return "part-" + str(number * 21) + ".txt"',
    'with open(place(2), "w") as file:\n    file.write("7")',
    'other = 1',
    'import glob\nprint(open(glob.glob("part-*2.txt")[0]).read())'
  ];
  const found = await analyze(cells);
  expect(notes(found)).toEqual([]);
  expect(found.edges).toContainEqual(
    expect.objectContaining({ from: 1, to: 3, kind: 'file', certainty: 'must' })
  );
  expect(readdirSync(folder)).toEqual([]);
});

test('the state of the global generator is followed through code out of sight', async () => {
  writeFileSync(
    join(folder, 'dice.py'),
    'import random\ndef roll():\n    return random.random()\n'
  );
  const cells = [
    'import random\nimport dice',
    'random.seed(1)',
    'a = dice.roll()',
    'b = dice.roll()'
  ];
  const found = await analyze(cells);
  expect(
    found.edges.filter(({ kind }) => kind === 'state').map(({ from, to }) => [from, to])
  ).toEqual([
    [1, 2],
    [2, 3]
  ]);
});

test('%timeit looks at what the timed code looks at, and magics change nothing', async () => {
  const found = await analyze(['a = 1', 'b = 2', '%timeit -n1 -r1 a + 1', 'print(b)']);
  expect(pairs(found)).toEqual(['0>2', '1>3']);
});

test('names that computed code makes are known', async () => {
  const cells = ['for letter in "pq":\n    globals()[letter + "_total"] = 1', 'print(p_total)'];
  const found = await analyze(cells);
  expect(pairs(found)).toEqual(['0>1']);
  expect(found.findings).toEqual([]);
});

test("the user's folder stays as it was, even when a cell names it in full", async () => {
  writeFileSync(join(folder, 'data.csv'), 'a\n1\n');
  const found = await analyze([
    'open("data.csv", "w").write("gone")\nimport os\nos.remove("data.csv")',
    `open(${JSON.stringify(join(folder, 'new.txt'))}, "w")`
  ]);
  expect(readFileSync(join(folder, 'data.csv'), 'utf8')).toBe('a\n1\n');
  expect(existsSync(join(folder, 'new.txt'))).toBe(false);
  expect(notes(found)[0]).toMatchObject({ cell: 1, line: 1 });
  expect(notes(found)[0]?.message).toContain('PermissionError');
});

test('links out of the folder are not followed, and files beyond the size are left out: both are said', async () => {
  const outside = join(root, 'outside.txt');
  writeFileSync(outside, 'secret');
  symlinkSync(outside, join(folder, 'link.txt'));
  mkdirSync(join(folder, 'sub'));
  writeFileSync(join(folder, 'sub/needed.txt'), 'here');
  writeFileSync(join(folder, 'large.bin'), Buffer.alloc(5000));
  const cells = [
    'import os\nassert not os.path.exists("link.txt")\nassert not os.path.exists("large.bin")',
    'print(open("sub/needed.txt").read())'
  ];
  const messages = notes(await analyze(cells, { largest: 1000 })).map(({ message }) => message);
  expect(messages).toHaveLength(2);
  expect(messages[0]).toContain('link.txt');
  expect(messages[1]).toContain('large.bin');
});

test('a cell that raises is named with its line; the cells after it are run all the same', async () => {
  const found = await analyze(['x = 1', 'y = x\ny / 0', 'z = x', 'print(y)']);
  expect(notes(found)).toMatchObject([{ cell: 1, line: 2 }]);
  expect(notes(found)[0]?.message).toContain('ZeroDivisionError: division by zero');
  expect(pairs(found)).toEqual(['0>1', '0>2', '1>3']);
});

test('what no record shows is found by running a cell without the others', async () => {
  writeFileSync(
    join(folder, 'hidden.py'),
    'class Box:\n    __slots__ = ("value",)\nbox = Box()\nbox.value = 1\ndef put(x):\n    box.value = x\ndef get():\n    return box.value\n'
  );
  const cells = ['from hidden import put, get', 'put(5)', 'other = 2', 'print(get(), other)'];
  expect(statically(cells).edges.map(({ from, to }) => [from, to])).not.toContainEqual([1, 3]);
  const found = await analyze(cells);
  expect(found.edges.filter(({ to }) => to === 3).map(({ from }) => from)).toEqual([1, 2]);
  expect(found.edges.find(({ from }) => from === 1)?.reason?.text).toContain('without cell 2');
});

test('what differs from run to run makes no edge', async () => {
  const cells = ['import uuid', 'a = 1', 'print(uuid.uuid4())', 'print(a)'];
  expect(pairs(await analyze(cells))).toEqual(['1>3']);
});

test('what talks to other machines is done once', async () => {
  const cells = [
    'import socket\ntry:\n    socket.create_connection(("127.0.0.1", 9), 0.2)\nexcept OSError:\n    pass\nopen("times.txt", "a").write("x")',
    'from hidden import box',
    'print(1)'
  ];
  writeFileSync(join(folder, 'hidden.py'), 'box = 1\n');
  const found = await analyze(cells);
  expect(found.edges.filter(({ names }) => names.includes('unseen state'))).toEqual([]);
});

test.each([
  ['asks for input', 'name = input("Name? ")', /nobody is there to answer/],
  ['ends its process', 'import os\nos._exit(3)', /ended in this cell.*ended with code 3/],
  [
    'kills its process',
    'import os, signal\nos.kill(os.getpid(), signal.SIGKILL)',
    /ended in this cell.*ended by SIGKILL/
  ],
  ['breaks the interpreter', 'import ctypes\nctypes.string_at(0)', /ended in this cell.*SIGSEGV/]
])('a cell that %s is named', async (_what, source, message) => {
  const found = await analyze(['x = 1', source, 'print(x)']);
  expect(notes(found)).toMatchObject([{ cell: 1 }]);
  expect(notes(found)[0]?.message).toMatch(message);
  expect(pairs(found)).toEqual(['0>2']);
});

test('a cell that forks goes on once, and what it leaves behind is ended', async () => {
  const mark = `stepladder-fork-${process.pid}`;
  const found = await analyze([
    'import os, subprocess, sys\nos.fork()',
    `subprocess.Popen(["setsid", sys.executable, "-c", "import time; time.sleep(600)", "${mark}"])`,
    'print(1)'
  ]);
  expect(found.cells).toHaveLength(3);
  expect(notes(found)).toEqual([]);
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'args']);
  expect(stdout).not.toContain(mark);
});

test('a cell without end is ended at the limit, with what it started, and nothing is left behind', async () => {
  const before = readdirSync(tmpdir()).filter(name => name.startsWith('stepladder-evidence-'));
  const found = await analyze(
    ['x = 1', 'import subprocess\nsubprocess.run(["sleep", "600"])', 'print(x)'],
    { limit: 2 }
  );
  expect(notes(found)).toMatchObject([{ cell: 1 }]);
  expect(notes(found)[0]?.message).toMatch(/limit of 2 seconds.*cells 2, 3/);
  expect(pairs(found)).toEqual(['0>2']);
  const after = readdirSync(tmpdir()).filter(name => name.startsWith('stepladder-evidence-'));
  expect(after.filter(name => !before.includes(name))).toEqual([]);
});

test('a TypeScript notebook gets the static answer, and a word about it', async () => {
  const notebook = Notebook.parse(makeNotebook(['const x = 1', 'console.log(x)'], 'tslab'));
  const found = await analyzeWithEvidence(analysis, notebook, {
    environment: { kernel: 'tslab', language: 'typescript', executable: 'tslab', variables: {} },
    folder,
    bridge: ''
  });
  expect(pairs(found)).toEqual(['0>1']);
  expect(notes(found)[0]?.message).toContain('Python notebooks only');
});

test('the command uses it', async () => {
  const path = saveNotebook(join(folder, 'n.ipynb'), ['exec("tot" + "al = 5")', 'print(total)']);
  const out = await new Promise<string>((resolve, reject) =>
    execFile(
      process.execPath,
      [join(REPOSITORY, 'server/cli/stepladder.js'), 'analyze', path, '--evidence', '--json'],
      { cwd: root, env: { ...process.env, STEPLADDER_PREFIX: join(REPOSITORY, '.venv') } },
      (error, text) => (error ? reject(error) : resolve(text))
    )
  );
  const { edges, cells } = JSON.parse(out) as NotebookAnalysis;
  expect(edges).toEqual([{ from: 0, to: 1, kind: 'value', names: ['total'], certainty: 'must' }]);
  expect(cells[1]?.inputs).toEqual(['total']);
  expect(readdirSync(folder)).toEqual(['n.ipynb']);
});

test('a choice of the author stands against what the run did', async () => {
  const cells = ['raw = [1, 2]', 'data = raw * 2', 'data = raw * 3'];
  const reading = {
    source: 'print(data)',
    writers: { data: 'data = raw * 2' }
  };
  expect(pairs(await analyze([...cells, 'print(data)']))).toEqual(['0>1', '0>2', '2>3']);
  expect(pairs(await analyze([...cells, reading]))).toEqual(['0>1', '0>2', '1>3']);
});
