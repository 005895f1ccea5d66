// Names that two cells may give, asked and answered at the cell; and cells on days without a kernel, a server or the right to write.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/jupyter.ts';
import { saveNotebook } from '../support/notebook.ts';
import { codeCell, outputOf, promptOf, runCell } from './notebook-page.ts';
import { accessibilityFaults } from './accessibility.ts';
import { activate, openCells } from './steps-page.ts';
import { type Lab, screenshot, startLab } from './support.ts';

let lab: Lab;
beforeAll(async () => void (lab = await startLab()));
afterAll(() => lab?.close());

const open = (name: string, cells: string[], options?: Parameters<Lab['open']>[0]) =>
  openCells(lab, name, cells, options);

const rows = (page: Page, at: number) => codeCell(page, at).locator('.sl-cell-flow');
const runNeeded = (page: Page, at: number) =>
  rows(page, at).getByRole('button', { name: 'Run what it needs' });
const CHAIN = ['a = 20', 'b = a + 1', 'print(b * 2)'];

interface SavedCell {
  metadata: { stepladder?: { writers?: Record<string, string> } };
}
/** Nothing while Jupyter is just writing the file. */
function writersSaved(name: string, at: number): Record<string, string> | undefined {
  try {
    const { cells } = JSON.parse(readFileSync(join(lab.workspace, name), 'utf8')) as {
      cells: SavedCell[];
    };
    return cells[at]?.metadata.stepladder?.writers;
  } catch {
    return undefined;
  }
}

describe.each(['light', 'dark'] as const)('a name that two cells may give, in %s', theme => {
  let page: Page;
  const name = `question-${theme}.ipynb`;
  beforeAll(async () => {
    page = await open(
      name,
      ['fast = True', 'model = "forest"', 'if fast:\n    model = "tree"', 'print(model)'],
      { theme }
    );
    if (theme === 'dark') await page.setViewportSize({ width: 800, height: 700 });
  });
  afterAll(() => page?.close());

  test('is asked about at the cell that reads it, with both lines', async () => {
    const question = rows(page, 3).locator('.sl-ambiguity');
    await question.waitFor();
    await question.getByText('model = "forest"').waitFor();
    await question.getByText('model = "tree"').waitFor();
    expect(await codeCell(page, 3).locator('.sl-sign').getAttribute('aria-label')).toContain(
      'It is not certain which cell gives model.'
    );
    await screenshot(page, `cells-question-${theme}`);
    expect(await accessibilityFaults(page, '.sl-ambiguity')).toEqual([]);
  });

  test('the answer is one click, one undo, and saved as intent', async () => {
    const question = rows(page, 3).locator('.sl-ambiguity');
    await question.getByRole('button', { name: 'Use cell 2' }).click();
    await question.waitFor({ state: 'detached' });
    await activate(page, 3);
    await rows(page, 3).getByText('model is taken from cell 2, as chosen.').waitFor();
    await screenshot(page, `cells-answer-${theme}`);
    await page.keyboard.press('z');
    await question.waitFor();
    await page.keyboard.press('Shift+Z');
    await question.waitFor({ state: 'detached' });
    await page.keyboard.press('Control+s');
    await eventually('the answer to be saved', async () =>
      writersSaved(name, 3)?.['model'] === 'model = "forest"' ? true : undefined
    );
    await rows(page, 3).getByRole('button', { name: 'Choose again' }).click();
    await question.waitFor();
  });
});

test('without a kernel, ins and outs are there, and running begins with starting one', async () => {
  const page = await open('without.ipynb', CHAIN);
  await page.locator('.lm-MenuBar-item', { hasText: 'Kernel' }).click();
  await page.locator('.lm-Menu-item', { hasText: /^Shut Down Kernel$/ }).click();
  await page.locator('.jp-Toolbar-kernelName', { hasText: 'No Kernel' }).waitFor();
  await activate(page, 2);
  await rows(page, 2).locator('.sl-flow', { hasText: 'in b' }).waitFor();
  await runNeeded(page, 2).click();
  await eventually('the output', async () =>
    (await outputOf(page, 2).catch(() => '')) === '42' ? true : undefined
  );
  await page.close();
});

test('with the server away, signs stay, the button says why it cannot, and works when it is back', async () => {
  const page = await open('away.ipynb', CHAIN);
  await runCell(page, 0);
  await activate(page, 2);
  await runNeeded(page, 2).waitFor();
  await page.route('**/stepladder/api/**', route => route.abort());
  await runNeeded(page, 2).click();
  await page.locator('#stepladder-sidebar .sl-notice').first().waitFor();
  await screenshot(page, 'cells-away-light');
  expect(await promptOf(page, 2)).toBe('[ ]:');
  await page.unroute('**/stepladder/api/**');
  await runNeeded(page, 2).click();
  await eventually('the output', async () =>
    (await outputOf(page, 2).catch(() => '')) === '42' ? true : undefined
  );
  expect(await promptOf(page, 0)).toBe('[1]:');
  await page.close();
});

test('a notebook that may not be written has signs and reasons, and its cells run', async () => {
  saveNotebook(join(lab.workspace, 'closed.ipynb'), CHAIN);
  const page = await open('closed.ipynb', CHAIN, {
    prepare: page =>
      page.route('**/api/contents/closed.ipynb**', async route => {
        const answer = await route.fetch();
        const model = (await answer.json()) as object;
        await route.fulfill({ response: answer, json: { ...model, writable: false } });
      })
  });
  await activate(page, 2);
  await runNeeded(page, 2).click();
  await eventually('the output', async () =>
    (await outputOf(page, 2).catch(() => '')) === '42' ? true : undefined
  );
  await rows(page, 2).getByRole('button', { name: 'b', exact: true }).click();
  await rows(page, 2).getByText('Cell 2 writes b at line 1; cell 3 needs it at line 1.').waitFor();
  await page.close();
});

test('nothing was thrown', () => expect(lab.faults).toEqual([]));
