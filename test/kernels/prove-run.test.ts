// What was proved is what runs: IPython's own syntax, and what a proof had to repair, in the next run of the pipeline.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PipelineRun } from '../../server/contract/executor.ts';
import { getProof, type Proof, prove } from '../../server/contract/proof.ts';
import { notebookOf, type PipelineApp, startPipelineApp, statesOf } from './pipeline-support.ts';

let app: PipelineApp;
beforeAll(async () => {
  app = await startPipelineApp();
});
afterAll(() => app.close());

async function proved(cells: string[], path: string): Promise<Proof> {
  const begun = await app.call(prove, { path, notebook: notebookOf(cells), limit: 60 });
  for (;;) {
    const proof = await app.call(getProof, { proofId: begun.proofId });
    if (proof.state !== 'running') return proof;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

const run = (cells: string[], path: string) => app.run(notebookOf(cells), { path });
const textOf = async (ran: PipelineRun) => (await app.logs(ran)).map(({ text }) => text).join('\n');

test('magics and shell lines do in a run what they do in the notebook', async () => {
  writeFileSync(join(app.folder, 'seen.txt'), 'here');
  const cells = [
    '%matplotlib inline\nimport math, os\nimport matplotlib.pyplot as plt',
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
    'print("made", VALUE)'
  ];
  const proof = await proved(cells, 'magics.ipynb');
  expect(proof.differences).toEqual([]);
  expect(proof).toMatchObject({ equal: true, cells: cells.length });
  const ran = await run(cells, 'magics.ipynb');
  expect(ran.error).toBeUndefined();
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
