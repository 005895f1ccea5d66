// How each cell stands, at the cell, in the sidebar and in the graph; what it takes and why; and "Run what this cell needs".
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/jupyter.ts';
import type { TestCell } from '../support/notebook.ts';
import { codeCell, fillCell, outputOf, promptOf, runCell } from './notebook-page.ts';
import { accessibilityFaults } from './accessibility.ts';
import { activate, openCells, untilAll } from './steps-page.ts';
import { type Lab, palette, screenshot, startLab } from './support.ts';

let lab: Lab;
beforeAll(async () => void (lab = await startLab()));
afterAll(() => lab?.close());

const open = (name: string, cells: TestCell[], options?: Parameters<Lab['open']>[0]) =>
  openCells(lab, name, cells, options);

/** The state in the margin of each code cell; `-` for none. */
const signs = (page: Page): Promise<string[]> =>
  page
    .locator('.jp-Notebook .jp-CodeCell')
    .evaluateAll(cells =>
      cells.map(cell => cell.querySelector('.sl-sign')?.getAttribute('data-state') ?? '-')
    );
const untilSigns = (page: Page, expected: string[]) =>
  untilAll('signs', () => signs(page), expected);
const sign = (page: Page, at: number) => codeCell(page, at).locator('.sl-sign');
const flow = (page: Page, at: number) => codeCell(page, at).locator('.sl-cell-flow');

const CHAIN: TestCell[] = [
  { source: 'import math', step: 'load' },
  { source: 'a = [1, 2, 3]', step: 'load' },
  { source: 'b = [math.sqrt(x) for x in a]', step: 'features' },
  { source: 'model = sum(b)\nprint(round(model, 2))', step: 'train' },
  { source: 'other = 5', step: 'aside' }
];

describe('the states of cells', () => {
  let page: Page;
  beforeAll(async () => void (page = await open('states.ipynb', CHAIN)));
  afterAll(() => page?.close());

  test('run from top to bottom there is nothing to say; captured cells say that they are', async () => {
    for (const at of [0, 1, 2, 3, 4]) await runCell(page, at);
    await untilSigns(page, ['-', '-', '-', '-', '-']);
    // The same result once more is no change for those below.
    await runCell(page, 1);
    await page.getByRole('button', { name: 'Capture v1' }).click();
    await untilSigns(page, ['captured', 'captured', 'captured', 'captured', 'captured']);
  });

  test('an edit marks the cells that take from it, with the reason, as it is typed', async () => {
    await fillCell(page, 1, 'a = [1, 2, 3, 4]');
    await untilSigns(page, ['captured', 'edited', 'upstream', 'upstream', 'captured']);
    expect(await sign(page, 2).getAttribute('aria-label')).toBe(
      'Cell 3: upstream changed. Cell 2, which gives a, was edited since it ran.'
    );
    expect(await sign(page, 3).getAttribute('title')).toContain(
      'Cell 2, on which b from cell 3 depends, was edited since it ran.'
    );
    const sidebar = page.locator('#stepladder-sidebar');
    await sidebar.locator('[data-step="train"][data-state="upstream"]').waitFor();
    expect(await sidebar.locator('[data-step="train"]').innerText()).toContain('upstream changed');
    await codeCell(page, 3)
      .locator('.sl-step-name', { hasText: 'train · upstream changed' })
      .waitFor();
    await screenshot(page, 'cells-upstream-light');
  });

  test('a cell that runs out of order says from whom it took what', async () => {
    await fillCell(page, 4, 'a = [9]');
    await runCell(page, 1);
    await runCell(page, 4);
    await runCell(page, 2);
    await eventually('the sign', async () =>
      (await sign(page, 2).getAttribute('title'))?.includes(
        'It took a from cell 5, not from cell 2.'
      )
        ? true
        : undefined
    );
    expect(await sign(page, 2).getAttribute('data-state')).toBe('order');
    await screenshot(page, 'cells-order-light');
    for (const part of ['.sl-cell-flow', '.sl-cell-sign', '.sl-cell-label'])
      expect(await accessibilityFaults(page, part)).toEqual([]);
  });

  test('the graph shows the same', async () => {
    await palette(page, 'Pipeline of this notebook');
    const step = page.locator('.sl-dag-step[data-step="features"]');
    await step.waitFor();
    expect(await step.getAttribute('aria-label')).toContain('run out of order');
    await screenshot(page, 'pipeline-order-light');
    await page.locator('.lm-TabBar-tab.lm-mod-current .lm-TabBar-tabCloseIcon').first().click();
  });

  test('after a restart nothing has run, and what the version has still counts', async () => {
    await palette(page, 'Restart Kernel…');
    await page.getByRole('button', { name: 'Confirm Kernel Restart' }).click();
    await untilSigns(page, ['captured', 'edited', 'upstream', 'upstream', 'edited']);
    expect(await sign(page, 3).getAttribute('title')).toContain('was edited since v1');
  });
});

describe('run what this cell needs', () => {
  let page: Page;
  beforeAll(
    async () =>
      void (page = await open(
        'needs.ipynb',
        CHAIN.map(({ source }) => ({ source })),
        { theme: 'dark' }
      ))
  );
  afterAll(() => page?.close());
  const notice = (text: string) =>
    page.locator('.Toastify__toast', { hasText: text }).first().waitFor();

  test('only what has not run, in order, and then the cell; it says what it ran', async () => {
    await activate(page, 3);
    await flow(page, 3).getByRole('button', { name: 'Run what it needs' }).click();
    await notice('Run: cell 1, cell 2, cell 3, cell 4');
    expect(await outputOf(page, 3)).toBe('4.15');
    expect(await promptOf(page, 4)).toBe('[ ]:');
    await screenshot(page, 'cells-needs-dark');
  });

  test('what is there is not run again', async () => {
    const before = await promptOf(page, 2);
    await activate(page, 3);
    await page.keyboard.press('Control+Alt+N');
    await notice('All that cell 4 needs was there');
    expect(await promptOf(page, 2)).toBe(before);
    await fillCell(page, 2, 'b = a');
    await activate(page, 3);
    await palette(page, 'Run what this cell needs');
    await notice('Run: cell 3, cell 4');
    expect(await outputOf(page, 3)).toBe('6');
  });

  test('it stops at the first error, and says what was not run', async () => {
    await fillCell(page, 1, 'a = 1 / 0');
    await activate(page, 3);
    await codeCell(page, 3).locator('.jp-InputPrompt').click({ button: 'right' });
    await page.locator('.lm-Menu-item', { hasText: 'Run what this cell needs' }).click();
    await notice('Cell 2 failed. 2 cells behind it were not run.');
    await untilSigns(page, ['-', 'failed', 'upstream', 'upstream', '-']);
  });
});

test('ins and outs of the active cell, the reason one click away, and names that nobody defines', async () => {
  const page = await open('ins.ipynb', [
    { source: '# Text', markdown: true },
    { source: 'import math' },
    { source: 'a = math.pi' },
    { source: 'b = a + seed' }
  ]);
  const last = codeCell(page, 2);
  await activate(page, 3);
  await last.locator('.sl-flow', { hasText: /in a seed\? → out b/ }).waitFor();
  await last.getByText('No cell before this one defines “seed”.').waitFor();
  expect(await last.locator('.sl-sign').getAttribute('data-state')).toBe('open');
  await last.getByRole('button', { name: 'a', exact: true }).click();
  await last.getByText('Cell 3 writes a at line 1; cell 4 needs it at line 1.').waitFor();
  await screenshot(page, 'cells-ins-light');
  await last.getByRole('button', { name: 'cell 3, line 1' }).click();
  await codeCell(page, 1).locator('.sl-flow', { hasText: 'out a' }).waitFor();
  // By keys alone: from the cell into its row, and Enter is the button's.
  await activate(page, 3);
  await last.locator('.sl-flow').waitFor();
  await last.getByRole('button', { name: 'a', exact: true }).focus();
  await page.keyboard.press('Enter');
  await last.locator('[aria-expanded="true"]').waitFor();
  await page.close();
});

test('nothing was thrown', () => expect(lab.faults).toEqual([]));
