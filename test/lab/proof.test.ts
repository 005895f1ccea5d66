// The proof of a notebook in a real browser: begun from the Notebook tab, equal on its page; and the first difference side by side.
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { saveNotebook } from '../support/notebook.ts';
import { type Lab, screenshot, startLab } from './support.ts';

const LONG = 240_000;

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
  saveNotebook(join(lab.workspace, 'good.ipynb'), [
    'import random',
    'numbers = (n * n for n in range(5))',
    'first = next(numbers)\nprint(first)',
    'print(random.random())'
  ]);
  // Only a kernel has imported ipykernel.
  saveNotebook(join(lab.workspace, 'bad.ipynb'), [
    'import sys\nseen = "ipy" + "kernel"',
    'print("words that are equal")\nprint(seen in sys.modules)'
  ]);
});
afterAll(() => lab?.close());

async function prove(page: Page): Promise<void> {
  await page.locator('#stepladder-sidebar').getByRole('tab', { name: 'Notebook' }).click();
  await page.locator('#sl-tab-panel').getByRole('button', { name: 'Prove', exact: true }).click();
}

describe.each(['light', 'dark'] as const)('in %s', theme => {
  test('an equal pipeline: what was compared, what was repaired, what was left out', async () => {
    const page = await lab.open({ theme, notebook: 'good.ipynb', width: 1280 });
    await prove(page);
    const proof = page.getByRole('article', { name: 'Proof of good.ipynb' });
    await proof.getByRole('heading', { name: /^Equal/ }).waitFor({ timeout: LONG });
    await proof.getByText('3 of 3 show the same').waitFor();
    await proof.getByText('Kept in one step').waitFor();
    await proof.getByText('Different in each run').waitFor();
    await screenshot(page, `proof-equal-${theme}`);
    await proof.getByRole('button', { name: 'cell 4' }).click();
    await page.locator('.jp-Notebook .jp-mod-active').nth(0).waitFor();
    await page.close();
  });

  test('a difference, side by side', async () => {
    const page = await lab.open({ theme, notebook: 'bad.ipynb', width: 1280 });
    await prove(page);
    const proof = page.getByRole('article', { name: 'Proof of bad.ipynb' });
    await proof.getByRole('heading', { name: 'Not equal' }).waitFor({ timeout: LONG });
    const sides = proof.locator('.sl-sides pre');
    expect(await sides.allInnerTexts()).toEqual(['True', 'False']);
    await proof.getByText('line 2').waitFor();
    await proof.getByRole('heading', { name: 'Tried' }).waitFor();
    await screenshot(page, `proof-different-${theme}`);
    await page.close();
  });
});
