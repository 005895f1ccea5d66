// The panels as they are before anything happened and on a bad day, in both themes; axe looks as well.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityFaults } from './accessibility.ts';
import { type Lab, screenshot, startLab } from './support.ts';

const TABS = ['Notebook', 'Runs', 'Models', 'Deploy', 'Level'];

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab?.close());

describe.each(['light', 'dark'] as const)('the sidebar in %s', theme => {
  let page: Page;

  beforeAll(async () => {
    page = await lab.open({ theme, notebook: 'flights.ipynb' });
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

  test('nothing was thrown', () => expect(lab.faults).toEqual([]));
});
