// One notebook in two tabs of the browser, and a notebook that is renamed while it is open.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/jupyter.ts';
import { saveNotebook } from '../support/notebook.ts';
import { api, codeCell, runCell, runsOf, sendCell, type Run } from './notebook-page.ts';
import { type Lab, palette, screenshot, startLab } from './support.ts';

const CELLS = [
  { source: 'rounds = 3', tags: ['parameters'], step: 'settings' },
  {
    source:
      'import stepladder\nfor i in range(rounds):\n    stepladder.log_metric("loss", 1 / (i + 1))',
    step: 'train'
  }
];

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab?.close());

const metricOf = ({ metrics }: Run) => metrics.find(({ key }) => key === 'loss')?.count;
const sidebar = (page: Page) => page.locator('#stepladder-sidebar');
const runRows = (page: Page) =>
  sidebar(page).getByRole('region', { name: 'Runs of this notebook' }).getByRole('option');

/** The one run, once it has that many executions and they have ended. */
const theRun = (notebook: string, executions: number) =>
  eventually(`${executions} executions`, async () => {
    const runs = await runsOf(lab, notebook);
    const [run] = runs;
    const isDone = run?.cells.every(({ state }) => state !== 'running');
    return run?.cells.length === executions && isDone ? { run, runs } : undefined;
  });

test('two tabs see one kernel: each execution is recorded once, in one run, whichever tab asked for it', async () => {
  saveNotebook(join(lab.workspace, 'shared.ipynb'), CELLS);
  const first = await lab.open({ notebook: 'shared.ipynb' });
  await runCell(first, 0);
  const second = await lab.open({ notebook: 'shared.ipynb', beside: first });
  await runCell(second, 1);
  await runCell(first, 1);
  const { run, runs } = await theRun('shared.ipynb', 3);
  expect(runs).toHaveLength(1);
  expect(run.cells.map(({ cellId, count, state }) => [cellId, count, state])).toEqual([
    ['cell-0', 1, 'ok'],
    ['cell-1', 2, 'ok'],
    ['cell-1', 3, 'ok']
  ]);
  expect(run.params).toEqual({ rounds: '3' });
  // Logged by two executions of three turns each.
  expect(metricOf(run)).toBe(6);
  for (const page of [first, second]) expect(await runRows(page).count()).toBe(1);

  // Both see the restart; the next cell begins the second run, not the third.
  await first.bringToFront();
  await palette(first, 'Restart Kernel');
  await first.locator('.jp-Dialog .jp-mod-accept').click();
  await first.locator('.jp-Dialog').waitFor({ state: 'detached' });
  await runCell(first, 0);
  await second.bringToFront();
  await sendCell(second, 1);
  await eventually('the second run', async () => {
    const [newest, ...others] = await runsOf(lab, 'shared.ipynb');
    return others.length === 1 && newest!.cells.length === 2 ? newest : undefined;
  });
  await eventually('both tabs to show both runs', async () =>
    (await runRows(first).count()) === 2 && (await runRows(second).count()) === 2 ? true : undefined
  );
  await screenshot(second, 'two-tabs');
  await first.context().close();
});

test('a renamed notebook keeps its runs, steps and versions, and its kernel records on', async () => {
  saveNotebook(join(lab.workspace, 'draft.ipynb'), CELLS);
  const page = await lab.open({ notebook: 'draft.ipynb' });
  await runCell(page, 0);
  await runCell(page, 1);
  const { run } = await theRun('draft.ipynb', 2);
  await sidebar(page).getByRole('button', { name: 'Capture v1' }).click();
  await sidebar(page).getByText('v1, nothing edited since').waitFor({ timeout: 60_000 });

  await codeCell(page, 0).locator('.cm-content').click();
  await page.locator('.lm-MenuBar-item', { hasText: 'File' }).click();
  await page.locator('.lm-Menu-item', { hasText: 'Rename Notebook' }).click();
  const input = page.locator('.jp-Dialog input');
  await input.fill('final.ipynb');
  await input.press('Enter');
  await eventually('the file under its new name', async () =>
    existsSync(join(lab.workspace, 'final.ipynb')) ? true : undefined
  );
  await eventually('its run under its new name', async () =>
    (await runsOf(lab, 'final.ipynb'))[0]?.runId === run.runId ? true : undefined
  );
  await sidebar(page).getByText('v1, nothing edited since').waitFor();
  expect(await sidebar(page).locator('.sl-step[data-step="train"]').count()).toBe(1);
  await eventually('the row of the run', async () =>
    (await runRows(page).count()) === 1 ? true : undefined
  );

  await runCell(page, 1);
  const after = await theRun('final.ipynb', 3);
  expect(after.runs.map(({ runId }) => runId)).toEqual([run.runId]);
  expect(metricOf(after.run)).toBe(6);
  expect(await runsOf(lab, 'draft.ipynb')).toEqual([]);
  const { items } = await api<{ items: unknown[] }>(lab, '/pipelines/versions', {
    method: 'POST',
    body: JSON.stringify({ path: join(lab.workspace, 'final.ipynb') })
  });
  expect(items).toHaveLength(1);
  await screenshot(page, 'renamed');
  await page.context().close();
});
