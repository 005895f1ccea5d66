// From a run to the version that it was made from and back; and why a run ended otherwise than the good one did.
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cellSource, type Notebook } from '../../server/contract/notebook.ts';
import { capture, explainChange } from '../../server/contract/pipelines.ts';
import {
  getRunVersion,
  listRunVersions,
  listVersionRuns
} from '../../server/contract/pipelines-runs.ts';
import { recordSession } from '../../server/contract/tracking.ts';
import { notebookOf, type PipelineApp, PYTHON, startPipelineApp } from './pipeline-support.ts';

/** As the environment has it that versions are locked to, on whichever machine this is. */
const pythonVersion = execFileSync(PYTHON, [
  '-c',
  'import platform; print(platform.python_version())'
])
  .toString()
  .trim();

let app: PipelineApp;
beforeAll(async () => void (app = await startPipelineApp()));
afterAll(() => app.close());

let sessions = 0;

/** What a kernel tells that has executed all cells of the notebook. @returns the run's id */
async function execute(
  path: string,
  notebook: Notebook,
  packages: Record<string, string> = {}
): Promise<string> {
  const session = `session-${(sessions += 1)}`;
  const id = (what: string) => `${session}-${what}-event`;
  const time = Date.now();
  const list = Object.entries(packages).map(([name, version]) => ({ name, version }));
  const kernel = {
    sessionId: session,
    source: 'hook' as const,
    notebook: path,
    kernel: { language: 'python', version: pythonVersion }
  };
  const { runId } = await app.call(recordSession, {
    ...kernel,
    events: [
      { id: id('start'), type: 'session-started', time },
      { id: id('around'), type: 'surroundings', time, packages: list },
      ...notebook.cells.flatMap((cell, at) => {
        const executionId = `${session}-${at}`;
        return [
          {
            id: id(`begin-${at}`),
            type: 'cell-started' as const,
            time,
            executionId,
            source: cellSource(cell),
            ...(cell.id === undefined ? {} : { cellId: cell.id })
          },
          {
            id: id(`end-${at}`),
            type: 'cell-ended' as const,
            time,
            executionId,
            state: 'ok' as const
          }
        ];
      })
    ]
  });
  const over = { id: id('over'), type: 'session-ended' as const, time };
  await app.call(recordSession, { ...kernel, events: [over] });
  return runId!;
}

const two = (train: string) =>
  notebookOf([
    { source: 'a = 1', step: 'load' },
    { source: train, step: 'train' }
  ]);

test('a run leads to its version and a version to its runs, whichever was first', async () => {
  const path = 'links.ipynb';
  const before = await execute(path, two('b = a + 1'));
  expect(await app.call(getRunVersion, { runId: before })).toMatchObject({
    edited: [],
    reason: 'The notebook has no captured version'
  });
  await app.call(capture, { path, notebook: two('b = a + 1') });
  const after = await execute(path, two('b = a + 1  # formatted otherwise'));
  await app.call(capture, { path, notebook: two('b = a + 2') });
  for (const runId of [before, after]) {
    const { version, edited } = await app.call(getRunVersion, { runId });
    expect([version?.version, edited]).toEqual(['v1', []]);
  }
  const { items, total } = await app.call(listVersionRuns, { path, version: 'v1' });
  expect(items.map(({ runId }) => runId)).toEqual([after, before]);
  expect(total).toBe(2);
  expect((await app.call(listVersionRuns, { path, version: 'v2' })).items).toEqual([]);
  const listed = (await app.call(listRunVersions, { path })).items;
  expect(listed.toSorted((a, b) => (a.runId < b.runId ? -1 : 1))).toEqual(
    [before, after].toSorted().map(runId => ({ runId, version: 'v1' }))
  );
  expect(await app.call(listRunVersions, { path: 'never.ipynb' })).toEqual({ items: [] });
});

test('of a run with code that no version has, the nearest version and what was edited', async () => {
  const path = 'edited.ipynb';
  await app.call(capture, { path, notebook: two('b = a + 1') });
  const runId = await execute(path, two('b = a + 99'));
  expect(await app.call(getRunVersion, { runId })).toMatchObject({
    version: { version: 'v1' },
    edited: ['cell cell-1']
  });
  const { to, causes } = await app.call(explainChange, { path, from: 'v1', to: runId });
  expect(to).toContain('(v1, edited)');
  expect(causes).toMatchObject([{ kind: 'cell', what: 'train' }]);
  expect((await app.call(listVersionRuns, { path, version: 'v1' })).total).toBe(0);
  // Captured afterwards, it is a version's run.
  await app.call(capture, { path, notebook: two('b = a + 99') });
  expect((await app.call(listVersionRuns, { path, version: 'v2' })).items).toMatchObject([
    { runId }
  ]);
});

test('two runs of one version differ by the packages that they had', async () => {
  const path = 'packages.ipynb';
  const notebook = notebookOf([{ source: 'import numpy as np\na = np.ones(3)', step: 'load' }]);
  await app.call(capture, { path, notebook });
  const good = await execute(path, notebook, { numpy: '1.26.4', unrelated: '1.0' });
  const bad = await execute(path, notebook, { numpy: '2.4.6', unrelated: '2.0' });
  const { causes } = await app.call(explainChange, { path, from: good, to: bad });
  expect(causes).toEqual([{ kind: 'package', what: 'numpy', from: '1.26.4', to: '2.4.6' }]);
});
