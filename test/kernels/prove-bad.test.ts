// Cells that ask, never end, exit, fork or kill, while a notebook is proved: they are named, what they started is ended, and the
// user's folder is as it was.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { leavesSleeper, proveToEnd, running } from './proof-support.ts';
import { notebookOf, type PipelineApp, startPipelineApp, statesOf } from './pipeline-support.ts';

let app: PipelineApp;
let place: string;
beforeAll(async () => {
  app = await startPipelineApp();
  place = join(app.folder, 'bad');
  mkdirSync(join(place, 'deep'), { recursive: true });
  writeFileSync(join(place, 'data.csv'), 'a,b\n1,2\n');
  writeFileSync(join(place, 'deep/more.bin'), Buffer.from([0, 1, 2, 255]));
});
afterAll(() => app.close());

/** Every file below, with its content. */
const snapshot = () =>
  readdirSync(place, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .sort()
    .map(path => [path, readFileSync(path, 'hex')]);

/** Some number of seconds that no other process sleeps. */
let mark = '';
let number = 0;
beforeEach(() => {
  mark = `8${process.pid}${++number}`;
});
const writes = 'open("data.csv", "w").write("gone")\nopen("new.txt", "w").write("new")';
const IN_KERNEL = '__import__("sys").modules.get("ipykernel")';

const inTheNotebook: [string, string, RegExp][] = [
  ['asks for input', 'name = input("name? ")', /asks for input/],
  ['never ends', 'while True:\n    pass', /did not end within 15 seconds/],
  ['sleeps for ever', 'import time\ntime.sleep(10**6)', /did not end within 15 seconds/],
  ['calls exit()', 'exit()', /ended its kernel/],
  ['calls os._exit()', 'import os\nos._exit(3)', /exit code 3/],
  ['kills its kernel', 'import os, signal\nos.kill(os.getpid(), signal.SIGKILL)', /signal 9/],
  ['aborts its kernel', 'import os\nos.abort()', /signal 6/]
];

describe('in the notebook, a cell that', () => {
  test.each(inTheNotebook)('%s', async (_, source, reason) => {
    const before = snapshot();
    const cells = [leavesSleeper(mark), writes, source, 'print(left)'];
    const proof = await proveToEnd(app, cells, 'bad/notebook.ipynb', 15);
    expect(proof.stopped?.cell).toBe(2);
    expect(proof.stopped?.reason).toMatch(reason);
    expect(proof.equal).toBe(false);
    expect(running()).not.toContain(`sleep ${mark}`);
    expect(snapshot()).toEqual(before);
  });
});

// What behaves in a kernel, and does not where it is watched and where its step runs.
const elsewhere: [string, string, RegExp][] = [
  ['asks for input', `name = "n" if ${IN_KERNEL} else input("name? ")`, /EOFError/],
  ['calls os._exit()', `import os\nif not ${IN_KERNEL}: os._exit(3)`, /process ended/],
  ['kills its process', `import os\nif not ${IN_KERNEL}: os.kill(os.getpid(), 9)`, /process ended/]
];

describe('only in its step, a cell that', () => {
  test.each(elsewhere)('%s', async (_, source, reason) => {
    const before = snapshot();
    const cells = [leavesSleeper(mark), writes, source, 'print(left)'];
    const proof = await proveToEnd(app, cells, 'bad/step.ipynb');
    expect(proof).toMatchObject({ state: 'done', equal: false });
    const told = proof.differences.find(({ cell }) => cell === 2);
    expect(told?.pipeline).toMatch(reason);
    expect(running()).not.toContain(`sleep ${mark}`);
    expect(snapshot()).toEqual(before);
  });
});

test('a cell that forks gives one result, in a proof and in a run', async () => {
  const cells = [
    leavesSleeper(mark),
    'import os\nchild = os.fork()\nif child == 0:\n    import time\n    time.sleep(0.2)',
    'print("parent", left, child > 0)'
  ];
  const proof = await proveToEnd(app, cells, 'bad/fork.ipynb');
  expect(proof.differences).toEqual([]);
  const ran = await app.run(notebookOf(cells), { path: 'bad/fork.ipynb' });
  expect(new Set(Object.values(statesOf(ran)))).toEqual(new Set(['done']));
  const lines = (await app.logs(ran)).map(({ text }) => text);
  expect(lines.filter(line => line.includes('parent'))).toEqual(['parent True True']);
  expect(running()).not.toContain(`sleep ${mark}`);
});
