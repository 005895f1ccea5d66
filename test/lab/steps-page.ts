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

/** Once all of them are there; else what is there instead. */
export const untilAll = (
  what: string,
  read: () => Promise<string[]>,
  expected: string[]
): Promise<true> =>
  eventually(`the ${what} ${expected.join(', ')}`, async () =>
    JSON.stringify(await read()) === JSON.stringify(expected) ? (true as const) : undefined
  ).catch(async error => {
    expect(await read()).toEqual(expected);
    throw error;
  });

export const untilLabels = (page: Page, expected: string[]): Promise<true> =>
  untilAll('labels', () => labels(page), expected);

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

/** A page on a new notebook of these cells. */
export async function openCells(
  lab: Lab,
  name: string,
  cells: Parameters<typeof saveNotebook>[1],
  options: Parameters<Lab['open']>[0] = {}
): Promise<Page> {
  saveNotebook(join(lab.workspace, name), cells);
  return lab.open({ notebook: name, ...options });
}
