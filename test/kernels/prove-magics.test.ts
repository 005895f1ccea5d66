// Cells in the language of an extension: proved, run as they were proved, and refused by an export in words that the proof has too.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportPipeline } from '../../server/contract/exports.ts';
import { notebookOf, type PipelineApp, startPipelineApp, statesOf } from './pipeline-support.ts';
import { proveToEnd } from './proof-support.ts';

let app: PipelineApp;
beforeAll(async () => {
  app = await startPipelineApp();
  writeFileSync(
    join(app.folder, 'shouting.py'),
    `def load_ipython_extension(shell):
    def shout(line, cell):
        shell.user_ns[line.strip()] = cell.format(**shell.user_ns).upper().strip()
        print(shell.user_ns[line.strip()])

    shell.register_magic_function(shout, "cell", "shout")
`
  );
});
afterAll(() => app.close());

const EXTENSION = [
  '%load_ext shouting',
  'name = "ann"',
  '%%shout greeting\nhello {name}',
  'print(len(greeting))',
  'other = 3\nprint(other)'
];
const OWN = [
  'from IPython.core.magic import register_cell_magic\n@register_cell_magic\ndef twice(line, cell):\n    for _ in range(2):\n        get_ipython().run_cell(cell)',
  'n = 1',
  '%%twice\nn = n * 3\nprint(n)',
  'print(n + 1)'
];

test.each<[string, string, string[], string[], [number, number]]>([
  ['an extension', 'shouting.ipynb', EXTENSION, ['HELLO ANN', '9', '3'], [2, 1]],
  ['the notebook itself', 'twice.ipynb', OWN, ['3', '9', '10'], [0, 5]]
])('a cell magic that %s brings', async (_, path, cells, printed, [cell, line]) => {
  const proof = await proveToEnd(app, cells, path);
  expect(proof.differences).toEqual([]);
  expect(proof.equal).toBe(true);
  const name = /%%\w+/.exec(cells[2]!)![0];
  expect(proof.notes.join()).toContain(`Cell 3: The cell magic ${name} runs in IPython`);

  const ran = await app.run(notebookOf(cells), { path });
  expect(new Set(Object.values(statesOf(ran)))).toEqual(new Set(['done']));
  const lines = (await app.logs(ran)).map(({ text }) => text);
  expect(lines.toSorted()).toEqual(printed.toSorted());

  const refused = await app.refuse(exportPipeline, {
    path,
    notebook: notebookOf(cells),
    target: 'airflow'
  });
  expect(refused).toMatchObject({ code: 'invalid_code', cell, line });
});

test('a magic that nothing brings fails in the notebook, and the proof says why it cannot be a step', async () => {
  const proof = await proveToEnd(app, ['a = 1', '%%R\nx <- 1'], 'nothing.ipynb');
  expect(proof.raises).toEqual([1]);
  expect(proof.notes.join()).toContain('Nothing above brings the cell magic %%R');
});
