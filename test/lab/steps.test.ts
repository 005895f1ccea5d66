// Steps in the notebook: suggested, named, split, merged, moved and undone; the pipeline as a graph of 60 and 200 steps.
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/jupyter.ts';
import type { TestCell } from '../support/notebook.ts';
import { accessibilityFaults } from './run-contents.ts';
import { activate, cell, openCells, stepsSaved, untilLabels } from './steps-page.ts';
import { type Lab, palette, screenshot, startLab } from './support.ts';

let lab: Lab;
beforeAll(async () => void (lab = await startLab()));
afterAll(() => lab?.close());

const SUGGESTED: TestCell[] = [
  { source: '# Flights', markdown: true },
  { source: 'import json' },
  { source: '## Load', markdown: true },
  { source: 'a = [1, 2, 3]' },
  { source: 'b = a + [4]' },
  { source: '## Train', markdown: true },
  { source: 'model = sum(b)' },
  { source: 'print(model)' }
];

describe('steps at the cells', () => {
  let page: Page;
  beforeAll(async () => {
    page = await openCells(lab, 'suggested.ipynb', SUGGESTED);
  });
  afterAll(() => page?.close());

  test('an untouched notebook gets its suggested steps in one click, and one undo takes them back', async () => {
    await page.getByRole('button', { name: 'Name your steps' }).click();
    await untilLabels(page, ['load', 'train']);
    await screenshot(page, 'steps-suggested-light');
    await activate(page, 3);
    await page.keyboard.press('z');
    await untilLabels(page, []);
    await page.keyboard.press('Shift+Z');
    await untilLabels(page, ['load', 'train']);
  });

  test('a step is split, merged and bordered by commands', async () => {
    await activate(page, 4);
    await palette(page, 'Split the step at this cell');
    await untilLabels(page, ['load', 'load_2', 'train']);
    await activate(page, 4);
    await palette(page, 'Merge the step into the one above');
    await untilLabels(page, ['load', 'train']);
    await activate(page, 6);
    await page.keyboard.press('Control+Alt+[');
    await eventually('the border one cell up', async () =>
      (await cell(page, 4).getAttribute('data-sl-colour')) ===
      (await cell(page, 6).getAttribute('data-sl-colour'))
        ? true
        : undefined
    );
    await activate(page, 4);
    await page.keyboard.press('Control+Alt+]');
    await eventually('the border back', async () =>
      (await cell(page, 4).getAttribute('data-sl-colour')) ===
      (await cell(page, 3).getAttribute('data-sl-colour'))
        ? true
        : undefined
    );
  });

  test('a border is dragged by its label', async () => {
    const label = cell(page, 6).locator('.sl-step-name');
    const from = (await label.boundingBox())!;
    const to = (await cell(page, 4).locator('.jp-InputArea').boundingBox())!;
    await page.mouse.move(from.x + 5, from.y + 5);
    await page.mouse.down();
    await page.mouse.move(to.x + 60, to.y + to.height / 2, { steps: 6 });
    expect(await cell(page, 4).getAttribute('class')).toContain('sl-border-target');
    await page.mouse.up();
    await eventually('the step to begin there', async () =>
      (await cell(page, 4)
        .locator('.sl-step-name')
        .innerText()
        .catch(() => '')) === 'train'
        ? true
        : undefined
    );
    expect(await page.locator('.jp-Dialog').count()).toBe(0);
    await activate(page, 4);
    await page.keyboard.press('z');
    await untilLabels(page, ['load', 'train']);
  });

  test('a step moves with its text, and only intent is saved', async () => {
    await activate(page, 6);
    await page.keyboard.press('Control+Alt+,');
    await untilLabels(page, ['train', 'load']);
    expect(await cell(page, 2).innerText()).toContain('Train');
    await eventually('the focus to stay in the notebook', () =>
      page.evaluate(() =>
        document.activeElement?.closest('.jp-Notebook') ? (true as const) : undefined
      )
    );
    await page.keyboard.press('z');
    await untilLabels(page, ['load', 'train']);
    await page.keyboard.press('Control+s');
    const file = join(lab.workspace, 'suggested.ipynb');
    await eventually('the steps to be saved', async () =>
      stepsSaved(file).includes('train') ? true : undefined
    );
    expect(stepsSaved(file).filter(Boolean)).toEqual(['load', 'load', 'train', 'train']);
  });
});

test('cell by cell: the active cell offers its step', async () => {
  const page = await openCells(lab, 'one-by-one.ipynb', SUGGESTED);
  await activate(page, 3);
  await cell(page, 3).locator('.sl-suggested').click();
  await untilLabels(page, ['load']);
  await page.close();
});

test("Kale's tags show as steps without an import", async () => {
  const page = await openCells(lab, 'kale.ipynb', [
    { source: 'x = 1', tags: ['step:make'] },
    { source: 'y = x', tags: ['step:use', 'prev:make'] }
  ]);
  await untilLabels(page, ['make', 'use']);
  await page.close();
});

/** Stages of some steps each: every step takes from one or two of the stage before. */
function many(count: number): TestCell[] {
  const width = 5;
  return Array.from({ length: count }, (_, at) => {
    const before = at < width ? [] : [at - width, at - width + (at % width === 0 ? 1 : -1)];
    const taken = before.map(from => `v${from}`).join(' + ') || '1';
    return { source: `v${at} = ${taken}`, step: `step_${at}` };
  });
}

describe.each([
  [60, 'light', 1280, 800],
  [60, 'dark', 1920, 1080],
  [200, 'light', 1920, 1080],
  [60, 'light', 800, 700]
] as const)('the graph of %i steps in %s at %i px', (count, theme, width, height) => {
  test('is shown whole, walked by keys, and explains the chosen step', async () => {
    const page = await openCells(lab, `many-${count}.ipynb`, many(count), { theme });
    // Only now: a narrow page hides what is waited for when a notebook opens.
    await page.setViewportSize({ width, height });
    await palette(page, 'Pipeline of this notebook');
    const graph = page.locator('.sl-dag-view');
    await graph.waitFor();
    const nodes = graph.locator('.sl-dag-step');
    await eventually('all steps', async () => ((await nodes.count()) === count ? true : undefined));
    const box = (await page.locator('.sl-dag-box').boundingBox())!;
    if (count === 60 && width > 1000) {
      const last = (await nodes.last().boundingBox())!;
      expect(last.x + last.width).toBeLessThanOrEqual(box.x + box.width + 1);
      expect(last.y + last.height).toBeLessThanOrEqual(box.y + box.height + 1);
      // Letters of six pixels can still be made out.
      expect(last.width).toBeGreaterThan(70);
    }
    await screenshot(page, `pipeline-${count}-${theme}-${width}`);
    await graph.focus();
    await page.keyboard.press('Home');
    const first = (await nodes.nth(0).boundingBox())!;
    const child = (await nodes.nth(5).boundingBox())!;
    // The graph runs to the right or downwards, as the page has room.
    await page.keyboard.press(
      child.y > first.y + first.height * 1.5 && child.x < first.x + first.width
        ? 'ArrowDown'
        : 'ArrowRight'
    );
    const chosen = await graph.locator('.sl-dag-step.sl-selected').getAttribute('data-step');
    expect(chosen).toMatch(/^step_\d+$/);
    const side = page.locator('.sl-pipeline-side');
    await side.getByRole('heading', { name: new RegExp(`^${chosen}`) }).waitFor();
    expect(await side.innerText()).toMatch(/from step_\d+[\s\S]*needs it at line 1/);
    await screenshot(page, `pipeline-${count}-${theme}-${width}-chosen`);
    expect(await accessibilityFaults(page, 'pipeline')).toEqual([]);
    await page.keyboard.press('/');
    await page.keyboard.type(`step_${count - 1}`);
    await page.keyboard.press('Enter');
    await side.getByRole('heading', { name: new RegExp(`^step_${count - 1}`) }).waitFor();
    await page.keyboard.press('Escape');
    const edge = graph.locator('.sl-dag-edge').first();
    const [from, to] = (await edge.getAttribute('data-edge'))!.split(' ');
    // By an event: a line is thin, and another may lie over it.
    await edge.dispatchEvent('click');
    await side.getByRole('region', { name: `From ${from} to ${to}` }).waitFor();
    expect(await side.innerText()).toMatch(/carries[\s\S]*needs it at line 1/);
    await page.close();
  });
});

test('nothing was thrown', () => expect(lab.faults).toEqual([]));
