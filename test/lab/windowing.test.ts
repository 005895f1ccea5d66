// Marks at the cells in every way that JupyterLab keeps cells out of sight out of the page, and in two views of one notebook.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/jupyter.ts';
import { openCells } from './steps-page.ts';
import { type Lab, palette, screenshot, startLab } from './support.ts';

const STEPS = 15;
const CELLS_OF_STEP = 3;
const LAST = STEPS * CELLS_OF_STEP - 1;
const CELLS = Array.from({ length: LAST + 1 }, (_, at) => ({
  source: Array.from({ length: 6 }, (_, line) => `v${at}_${line} = ${line}`).join('\n'),
  step: `step_${Math.floor(at / CELLS_OF_STEP)}`
}));

let lab: Lab;
beforeAll(async () => void (lab = await startLab()));
afterAll(() => lab?.close());

async function open(name: string, windowingMode: string): Promise<Page> {
  const settings = await lab.jupyter.fetch(
    '/lab/api/settings/@jupyterlab/notebook-extension:tracker',
    { method: 'PUT', body: JSON.stringify({ raw: JSON.stringify({ windowingMode }) }) }
  );
  expect(settings.ok).toBe(true);
  return openCells(lab, name, CELLS);
}

const cellAt = (page: Page, at: number) =>
  page.locator(`.jp-Notebook .jp-Cell[data-windowed-list-index="${at}"]`);

test.each(['full', 'defer', 'none'])('%s: the marks are there wherever one goes', async mode => {
  const page = await open(`${mode}.ipynb`, mode);
  await cellAt(page, 0).locator('.sl-step-name', { hasText: 'step_0' }).waitFor();
  await cellAt(page, 0).locator('.jp-InputPrompt').click();
  await page.keyboard.press('Escape');
  const begin = LAST - CELLS_OF_STEP + 1;
  await eventually('the last step', async () => {
    await page.keyboard.press('ArrowDown');
    const active = page.locator('.jp-Notebook .jp-mod-active').first();
    return (await active.getAttribute('data-windowed-list-index')) === String(LAST)
      ? true
      : undefined;
  });
  await cellAt(page, begin)
    .locator('.sl-step-name', { hasText: `step_${STEPS - 1}` })
    .waitFor();
  for (let at = begin; at <= LAST; at += 1)
    await expect
      .poll(() => cellAt(page, at).getAttribute('class'), { timeout: 60_000 })
      .toContain('sl-in-step');
  expect(await cellAt(page, LAST).locator('.sl-step-name').count()).toBe(0);
  await page.context().close();
});

test('two views of one notebook have the same marks', async () => {
  const page = await open('views.ipynb', 'contentVisibility');
  await page.locator('.lm-DockPanel-tabBar .lm-TabBar-tab').first().click({ button: 'right' });
  await page.locator('.lm-Menu-item', { hasText: 'New View for Notebook' }).click();
  const views = page.locator('.jp-NotebookPanel');
  const labels = (view: number) =>
    views.nth(view).locator('.sl-step-name:not(.sl-suggested)').allInnerTexts();
  const untilBegin = (expected: string[]) =>
    expect
      .poll(async () => [(await labels(0)).slice(0, 3), (await labels(1)).slice(0, 3)], {
        timeout: 60_000
      })
      .toEqual([expected, expected]);
  await untilBegin(['step_0', 'step_1', 'step_2']);
  await views.nth(1).locator('.jp-Cell').nth(3).locator('.jp-InputPrompt').first().click();
  await page.keyboard.press('Escape');
  await palette(page, 'Merge the step into the one above');
  await untilBegin(['step_0', 'step_2', 'step_3']);
  await screenshot(page, 'two-views');
  await page.context().close();
});

test('nothing was thrown', () => expect(lab.faults).toEqual([]));
