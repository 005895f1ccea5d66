// What was proved is what runs: IPython's own syntax, and what a proof had to repair, in the next run of the pipeline.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PipelineRun } from '../../server/contract/executor.ts';
import { exportPipeline } from '../../server/contract/exports.ts';
import { capture, getVersion, readSteps } from '../../server/contract/pipelines.ts';
import { proveToEnd } from './proof-support.ts';
import { notebookOf, type PipelineApp, startPipelineApp, statesOf } from './pipeline-support.ts';

let app: PipelineApp;
beforeAll(async () => {
  app = await startPipelineApp();
});
afterAll(() => app.close());

const proved = (cells: string[], path: string) => proveToEnd(app, cells, path);
const run = (cells: string[], path: string) => app.run(notebookOf(cells), { path });
const textOf = async (ran: PipelineRun) => (await app.logs(ran)).map(({ text }) => text).join('\n');

test('magics and shell lines do in a run what they do in the notebook', async () => {
  writeFileSync(join(app.folder, 'seen.txt'), 'here');
  const cells = [
    '%autosave 0\nmath?\n%matplotlib inline\nimport math, os\nimport matplotlib.pyplot as plt',
    '%time numbers = [n * n for n in range(4)]',
    '!echo shell says {numbers[2]}',
    'files = !ls *.txt\nprint("files", list(files))',
    '%%time\ntotal = sum(numbers)\nprint("total", total)',
    '%env GREETING=hello',
    'print(os.environ["GREETING"], total)',
    '%precision 2\nmath.pi',
    'get_ipython().run_line_magic("cd", "-q .")\nprint("stayed", os.path.basename(files[0]))',
    '%%capture caught\nprint("quiet")',
    'print("caught", caught.stdout)',
    'plt.plot(numbers);',
    '%%writefile made.py\nVALUE = 7',
    '%run made.py',
    'print?',
    'print("made", VALUE)'
  ];
  const proof = await proved(cells, 'magics.ipynb');
  expect(proof.differences).toEqual([]);
  expect(proof).toMatchObject({ equal: true, cells: cells.length });
  const ran = await run(cells, 'magics.ipynb');
  expect(new Set(Object.values(statesOf(ran)))).toEqual(new Set(['done']));
  const text = await textOf(ran);
  for (const words of [
    'shell says 4',
    "files ['seen.txt']",
    'total 14',
    'hello 14',
    'stayed seen.txt',
    'caught quiet',
    'made 7'
  ])
    expect(text).toContain(words);
});

test('an error in a magic leads to its cell and line', async () => {
  const cells = ['x = 0', '%%time\ny = 1\nz = y / x', 'print("after", z)'];
  const ran = await run(cells, 'raises.ipynb');
  const failed = ran.steps.flatMap(({ error }) => error ?? []);
  expect(failed).toMatchObject([{ name: 'ZeroDivisionError', cell: 1, line: 3 }]);
});

test('what lies where only a changed search path leads is found in every step', async () => {
  mkdirSync(join(app.folder, 'beside/tools'), { recursive: true });
  writeFileSync(
    join(app.folder, 'beside/tools/shapes.py'),
    'class Box:\n    def __init__(self, size):\n        self.size = size\n'
  );
  const said = [
    'import os, sys\nif os.path.abspath("beside") not in sys.path:\n    sys.path.append(os.path.abspath("beside"))',
    'from tools.shapes import Box',
    'box = Box(3)',
    'other = 5',
    'print("size", box.size, isinstance(box, Box))'
  ];
  const hidden = [
    'import sys\nwhere = ["be" + "side"]\nsys.path += where',
    'box = __import__("tools.shapes").shapes.Box(4)',
    'print("size", box.size)'
  ];
  for (const [cells, path, words] of [
    [said, 'said.ipynb', 'size 3 True'],
    [hidden, 'hidden.ipynb', 'size 4']
  ] as const) {
    const proof = await proved(cells, path);
    expect(proof).toMatchObject({ equal: true, differences: [], repairs: [] });
    const ran = await run(cells, path);
    expect(new Set(Object.values(statesOf(ran)))).toEqual(new Set(['done']));
    expect(await textOf(ran)).toContain(words);
  }
});

test('what a proof repaired is so in the next run, in what is captured and in what is exported', async () => {
  const cells = [
    'import decimal\ngetattr(decimal, "get" + "context")().prec = 4\nready = 1',
    'numbers = (n * n for n in range(5))',
    'import decimal\nprint("a third", decimal.Decimal(1) / 3)',
    'print("first", next(numbers))',
    'print("second", next(numbers))'
  ];
  const path = 'repaired.ipynb';
  const notebook = notebookOf(cells);
  const proof = await proved(cells, path);
  expect(proof).toMatchObject({ equal: true, equalCells: 5 });

  const ran = await run(cells, path);
  expect(new Set(Object.values(statesOf(ran)))).toEqual(new Set(['done']));
  const text = await textOf(ran);
  for (const words of ['a third 0.3333\n', 'first 0', 'second 1'])
    expect(`${text}\n`).toContain(words);

  const { pipeline } = await app.call(readSteps, { path, notebook });
  expect(pipeline.steps).toHaveLength(proof.steps);
  expect(pipeline.findings.map(({ code }) => code)).not.toContain('unstorable-value');
  const { version } = await app.call(capture, { path, notebook });
  const captured = await app.call(getVersion, { path, version: version.version });
  expect(captured.pipeline.steps.map(step => step.cells)).toEqual(
    pipeline.steps.map(step => step.cells)
  );
  const exported = await app.call(exportPipeline, { path, notebook, target: 'airflow' });
  const code = exported.files.map(({ content }) => content).join('\n');
  const together = code.split(/^def /m).filter(part => part.includes('"first"'));
  expect(together).toHaveLength(1);
  expect(together[0]).toContain('"second"');
});
