// The panels as they are before anything happened and on a bad day, in both themes; axe looks as well.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Lab, screenshot, startLab } from './support.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TABS = ['Notebook', 'Runs', 'Models', 'Deploy', 'Level'];

/** What axe finds in our part of the page: the rule, and the first element that breaks it. */
async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: {
        run(selector: string): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
      };
    };
    const { violations } = await axe.run('#stepladder-sidebar');
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
  });
}

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab?.close());

describe.each(['light', 'dark'] as const)('the sidebar in %s', theme => {
  let page: Page;
  const faults: string[] = [];

  beforeAll(async () => {
    page = await lab.open({ theme, notebook: 'flights.ipynb' });
    page.on('pageerror', error => faults.push(String(error)));
  });
  afterAll(() => page?.close());

  test.each(TABS)('%s says what will be here, and axe finds nothing', async name => {
    await page.locator('#stepladder-sidebar').getByRole('tab', { name }).click();
    const panel = page.locator('#sl-tab-panel');
    await panel.locator('.sl-loading').waitFor({ state: 'detached' });
    expect((await panel.innerText()).trim()).not.toBe('');
    expect(await accessibilityFaults(page)).toEqual([]);
    await screenshot(page, `panel-${name.toLowerCase()}-${theme}`);
  });

  test('tabs are walked by arrow keys', async () => {
    await page.locator('#sl-tab-notebook').click();
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('#sl-tab-runs').getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('sl-tab-level');
  });

  test('nothing was thrown', () => expect(faults).toEqual([]));
});
