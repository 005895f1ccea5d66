// The steps of a notebook as they stand beside its cells in JupyterLab, and as they are saved.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { eventually } from '../support/jupyter.ts';
import { saveNotebook } from '../support/notebook.ts';
import type { Lab } from './support.ts';

export const cell = (page: Page, at: number) => page.locator('.jp-Notebook .jp-Cell').nth(at);

/** The label of each cell that has one. */
export const labels = (page: Page): Promise<string[]> =>
  page.locator('.jp-Notebook .sl-step-name:not(.sl-suggested)').allInnerTexts();

export const untilLabels = (page: Page, expected: string[]): Promise<true> =>
  eventually(`the labels ${expected.join(', ')}`, async () =>
    JSON.stringify(await labels(page)) === JSON.stringify(expected) ? (true as const) : undefined
  ).catch(async error => {
    expect(await labels(page)).toEqual(expected);
    throw error;
  });

/** The cell active, in command mode. */
export async function activate(page: Page, at: number): Promise<void> {
  await cell(page, at).locator('.jp-InputPrompt').first().click();
  await page.keyboard.press('Escape');
  await page.locator('.jp-Notebook.jp-mod-commandMode:focus-within').first().waitFor();
}

/** The step of each cell; nothing while Jupyter is just writing the file. */
export function stepsSaved(file: string): (string | undefined)[] {
  interface Saved {
    cells: { metadata: { stepladder?: { step?: string } } }[];
  }
  try {
    const saved = JSON.parse(readFileSync(file, 'utf8')) as Saved;
    return saved.cells.map(({ metadata }) => metadata.stepladder?.step);
  } catch {
    return [];
  }
}

/** A page on a new notebook of these cells; what the page throws is put among the faults. */
export async function openCells(
  lab: Lab,
  faults: string[],
  name: string,
  cells: Parameters<typeof saveNotebook>[1],
  options: Parameters<Lab['open']>[0] = {}
): Promise<Page> {
  saveNotebook(join(lab.workspace, name), cells);
  const page = await lab.open({ notebook: name, ...options });
  page.on('pageerror', error => faults.push(String(error)));
  return page;
}
