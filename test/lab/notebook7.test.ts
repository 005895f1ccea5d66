// Notebook 7: no dock, no status bar and one document a page; the rest is the same.
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/jupyter.ts';
import { jupyterEnvironment } from '../support/jupyter-environment.ts';
import { saveNotebook } from '../support/notebook.ts';
import { codeCell, outputOf, runsOf } from './notebook-page.ts';
import { activate, stepsSaved, untilLabels } from './steps-page.ts';
import { type Lab, palette, screenshot, startLab, untilKernelIdle } from './support.ts';

const CELLS = [
  { source: '# Load', markdown: true },
  { source: 'rows = [1, 2, 3]' },
  { source: '# Train', markdown: true },
  { source: 'import stepladder\nmodel = sum(rows)\nstepladder.log_metric("size", model)' },
  { source: 'print(model)' }
];

let lab: Lab;
let page: Page;
let file: string;
const faults: string[] = [];

beforeAll(async () => {
  const { python, environment } = await jupyterEnvironment('notebook7', [
    'notebook==7.6.3',
    'jupyterlab==4.6.4',
    'ipykernel==7.4.0'
  ]);
  lab = await startLab(environment, { python, program: 'notebook' });
  file = saveNotebook(join(lab.workspace, 'seven.ipynb'), CELLS);
  const context = await lab.browser.newContext({ viewport: { width: 1280, height: 800 } });
  page = await context.newPage();
  // Notebook 7 throws one error of its own in every page.
  page.on('pageerror', ({ stack = '' }) => stack.includes('stepladder') && faults.push(stack));
  await page.goto(`${lab.jupyter.base}/notebooks/seven.ipynb?token=${lab.jupyter.token}`);
  await untilConnected();
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await screenshot(page, `failed-${task.id}`);
});
afterAll(() => lab?.close());

/** The page says idle before it speaks to the kernel, and cells that are sent then never end. */
async function untilConnected(): Promise<void> {
  await eventually('a connected kernel', async () => {
    const answer = await lab.jupyter.fetch('/api/kernels');
    // A kernel that is just starting can have it fail for a moment.
    if (!answer.ok) return undefined;
    const [kernel] = (await answer.json()) as { connections: number; execution_state: string }[];
    return kernel?.connections && kernel.execution_state === 'idle' ? true : undefined;
  });
  await untilKernelIdle(page);
}

const sidebar = () => page.locator('#stepladder-sidebar');

test('the sidebar is in the View menu, and names the steps', async () => {
  await page.locator('.lm-MenuBar-item', { hasText: 'View' }).click();
  await page.locator('.lm-Menu-item', { hasText: 'Left Sidebar' }).hover();
  await page.locator('.lm-Menu-item', { hasText: 'Show Stepladder' }).click();
  await sidebar().getByRole('button', { name: 'Name your steps' }).click();
  await untilLabels(page, ['load', 'train']);
  await activate(page, 4);
  await palette(page, 'Split the step at this cell');
  await untilLabels(page, ['load', 'train', 'train_2']);
  await page.keyboard.press('z');
  await untilLabels(page, ['load', 'train']);
  await page.keyboard.press('Control+s');
  await expect
    .poll(() => stepsSaved(file), { timeout: 30_000 })
    .toEqual([undefined, 'load', undefined, 'train', 'train']);
});

test('cells that run are a run with what they log', async () => {
  await page.locator('.lm-MenuBar-item', { hasText: 'Run' }).click();
  await page.locator('.lm-Menu-item', { hasText: 'Run All Cells' }).first().click();
  await eventually('the last output', async () =>
    (await outputOf(page, 2)) === '6' ? true : undefined
  );
  const run = await eventually('the run', async () => {
    const [run] = await runsOf(lab, 'seven.ipynb');
    return run?.cells.length === 3 && run.metrics.length > 0 ? run : undefined;
  });
  expect(run.cells.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok']);
  expect(run.metrics[0]).toMatchObject({ key: 'size', last: 6 });
  await sidebar().getByRole('option', { name: run.name }).waitFor();
  await codeCell(page, 1).getByText('size 6').waitFor();
});

test('the pipeline is captured and run', async () => {
  await sidebar().getByRole('button', { name: 'Capture v1' }).click();
  await sidebar().getByText('v1, nothing edited since').waitFor({ timeout: 60_000 });
  await sidebar().getByRole('button', { name: 'Run pipeline' }).click();
  for (const step of ['load', 'train'])
    await sidebar()
      .locator(`.sl-step[data-step="${step}"][data-state="done"]`)
      .waitFor({ timeout: 60_000 });
});

test('pages open below the notebook, the newest in front', async () => {
  await sidebar().getByRole('button', { name: 'Graph' }).click();
  await page.locator('.sl-dag-view').waitFor();
  await screenshot(page, 'notebook7-pipeline');
  await sidebar().getByRole('option').last().click();
  const run = page.locator('.sl-page[data-kind="run"]');
  await run.getByText('rows').first().waitFor();
  expect(await page.locator('.sl-dag-view').isVisible()).toBe(false);
  // An area without a height of its own would show its tabs only.
  expect((await run.boundingBox())!.height).toBeGreaterThan(300);
  await screenshot(page, 'notebook7-run');
});

test('what does not work is said, with the sidebar closed too', async () => {
  await page.locator('.jp-SidePanel-collapse').first().click();
  await sidebar().waitFor({ state: 'hidden' });
  await activate(page, 1);
  await palette(page, 'Take this cell out of its step');
  await palette(page, 'Run pipeline');
  await page.getByText('belongs to no step').filter({ visible: true }).first().waitFor();
  await screenshot(page, 'notebook7-failure');
});

test('nothing was thrown', () => expect(faults).toEqual([]));
