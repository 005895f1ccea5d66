// Data that only a live kernel reads and writes: known by its content, in the run and in the versions of the notebook.
import { copyFileSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Notebook } from '../../server/contract/notebook.ts';
import {
  type Operation,
  type RequestOf,
  type ResponseOf,
  toRequest
} from '../../server/contract/operation.ts';
import { capture, explainChange, getVersion } from '../../server/contract/pipelines.ts';
import { getRunFacts } from '../../server/contract/run-facts.ts';
import { listRuns } from '../../server/contract/tracking.ts';
import { type Jupyter, type OpenKernel, pointedAt, startJupyter } from '../support/kernels.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { notebookOf } from './pipeline-support.ts';

let server: TestServer;
let jupyter: Jupyter;
beforeAll(async () => {
  server = await startServer();
  jupyter = await startJupyter(pointedAt(server));
});
afterAll(async () => {
  await jupyter.stop();
  await server.stop();
});

async function call<O extends Operation>(
  operation: O,
  input: RequestOf<O>
): Promise<ResponseOf<O>> {
  const { method, path, body } = toRequest(operation, input);
  const answer = await server.fetch(path, {
    method,
    ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } })
  });
  return operation.response.parse(await answer.json()) as ResponseOf<O>;
}

const patience = { timeout: 60_000, interval: 50 };

const notebook: Notebook = notebookOf([
  {
    source: 'import csv\nrows = list(csv.reader(open("data/raw.csv")))',
    step: 'load'
  },
  {
    source: 'with open("clean.csv", "w") as out:\n    csv.writer(out).writerows(rows[:2])',
    step: 'clean'
  }
]);

/** Changed a while ago: what changes while a cell runs, the cell may have written. */
function writeBefore(path: string, text: string): void {
  writeFileSync(path, text);
  const aWhileAgo = new Date(Date.now() - 5000);
  utimesSync(path, aWhileAgo, aWhileAgo);
}

/** Runs all cells and waits until what they touched is known. @returns the run's id */
async function runAll({ run, kernelId }: OpenKernel, before?: string): Promise<string> {
  for (const { id, source, metadata } of notebook.cells)
    await run(source as string, { cellId: id, ...metadata });
  let runId = '';
  await expect
    .poll(async () => {
      const { items } = await call(listRuns, {});
      const newest = items.find(item => item.sessionId === kernelId && item.runId !== before);
      if (!newest) return 0;
      runId = newest.runId;
      const { files } = await call(getRunFacts, { runId });
      return files.filter(({ contentId }) => contentId !== undefined).length;
    }, patience)
    .toBe(2);
  return runId;
}

test('a kernel’s files are in its run and in the next version, and say why a run differs', async () => {
  const path = join(jupyter.folder, 'live.ipynb');
  const raw = join(jupyter.folder, 'data', 'raw.csv');
  const kernel = await jupyter.open('live.ipynb');
  try {
    mkdirSync(join(jupyter.folder, 'data'));
    writeBefore(raw, 'day,delay\n1,2.5\n2,3.5\n');
    copyFileSync(raw, join(jupyter.folder, 'data', 'copy.csv'));
    const good = await runAll(kernel);
    const { files } = await call(getRunFacts, { runId: good });
    expect(files.map(({ path, rows, written = false }) => [path, rows, written])).toEqual([
      [join(jupyter.folder, 'clean.csv'), 1, true],
      [raw, 2, false]
    ]);
    const first = await call(capture, { path, notebook });
    const { datasets } = await call(getVersion, { path, version: first.version.version });
    expect(datasets).toMatchObject({
      'clean.csv': { kind: 'processed', steps: ['clean'], rows: 1 },
      'data/raw.csv': {
        kind: 'raw',
        steps: ['load'],
        rows: 2,
        semantic: { version: '1.0.0' },
        schema: {
          columns: [
            { name: 'day', type: 'int' },
            { name: 'delay', type: 'float' }
          ]
        }
      }
    });

    writeBefore(raw, 'day,delay\n1,2.5\n2,900.5\n3,1.5\n');
    const bad = await runAll(kernel, good);
    const second = await call(capture, { path, notebook });
    expect(second.version.semantic).toMatchObject({
      version: '1.0.1',
      bump: 'patch',
      reason: 'The data in data/raw.csv changed'
    });
    const { causes } = await call(explainChange, { path, from: good, to: bad });
    expect(causes.map(({ kind, what, from, to }) => [kind, what, from, to])).toEqual([
      ['data', 'data/raw.csv', expect.stringContaining('2 rows'), expect.stringContaining('3 rows')]
    ]);
  } finally {
    await kernel.close();
  }
});

test('the same content is found again under another path', async () => {
  const path = join(jupyter.folder, 'again.ipynb');
  const kernel = await jupyter.open('again.ipynb');
  try {
    const again = notebookOf([{ source: 'text = open("data/copy.csv").read()', step: 'load' }]);
    writeFileSync(join(jupyter.folder, 'data', 'original.csv'), 'day,delay\n1,2.5\n2,3.5\n');
    await kernel.run('open("data/original.csv").read()', { cellId: 'other' });
    await kernel.run('text = open("data/copy.csv").read()', {
      cellId: 'cell-0',
      stepladder: { step: 'load' }
    });
    await expect
      .poll(async () => {
        await call(capture, { path, notebook: again });
        return (await call(getVersion, { path, version: 'latest' })).datasets;
      }, patience)
      .toMatchObject({
        'data/copy.csv': { sameAs: join(jupyter.folder, 'data', 'original.csv') }
      });
  } finally {
    await kernel.close();
  }
});
