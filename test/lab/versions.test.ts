// The versions of a notebook in the browser: found, compared, named, branched off, blamed, restored, traced to their runs.
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { VersionSummary } from '../../server/contract/pipelines.ts';
import { eventually } from '../support/jupyter.ts';
import { makeNotebook, saveNotebook, type TestCell } from '../support/notebook.ts';
import { api } from './notebook-page.ts';
import { accessibilityFaults } from './run-contents.ts';
import { type Lab, palette, screenshot, startLab, untilKernelIdle } from './support.ts';

const NOTEBOOK = 'history.ipynb';
const VERSIONS = 12;
const PATIENCE = 90_000;

let lab: Lab;

/** Three steps; each version has another seed, those from the seventh another way to clean. */
function cellsOf(version: number): TestCell[] {
  const clean = version > 6 ? 'clean = [row for row in rows if row % 2]' : 'clean = list(rows)';
  return [
    { step: 'setup', source: `seed = ${version}` },
    { step: 'clean', source: `rows = range(seed, 50)\n${clean}` },
    { step: 'train', source: 'model = sum(clean)\nprint(model)' }
  ];
}

beforeAll(async () => {
  lab = await startLab(
    {},
    {
      prepare: async workspace => saveNotebook(join(workspace, NOTEBOOK), cellsOf(VERSIONS))
    }
  );
  for (let version = 1; version <= VERSIONS; version += 1) {
    const body = { path: NOTEBOOK, notebook: makeNotebook(cellsOf(version)) };
    await api(lab, '/pipelines/capture', { method: 'POST', body: JSON.stringify(body) });
  }
});
afterAll(() => lab?.close());

async function openVersions(options: Parameters<Lab['open']>[0] = {}): Promise<[Page, Locator]> {
  const page = await lab.open({ notebook: NOTEBOOK, ...options });
  page.setDefaultTimeout(PATIENCE);
  await palette(page, 'Versions of this notebook');
  const versions = page.locator('.sl-page[data-kind="versions"]');
  await rows(versions).first().waitFor();
  return [page, versions];
}

/** Of the list; what a select offers are options too. */
const rows = (versions: Locator, name: RegExp = /./) =>
  versions.getByRole('listbox', { name: 'Versions' }).getByRole('option', { name });
const shown = (versions: Locator, version: string) =>
  versions.getByRole('heading', { name: version, exact: true }).waitFor();

/** Types into the dialog of that title. */
async function answer(page: Page, title: string, text: string): Promise<void> {
  const dialog = page.locator('.jp-Dialog', { hasText: title });
  await dialog.locator('input').fill(text);
  await dialog.locator('.jp-mod-accept').click();
  await dialog.waitFor({ state: 'detached' });
}

describe('the versions page', () => {
  let page: Page;
  let versions: Locator;
  beforeAll(async () => {
    [page, versions] = await openVersions();
  });
  afterAll(() => page?.close());

  test('each has its semantic version with the reason; the list is walked by keys', async () => {
    await versions.getByText(`${VERSIONS} versions`, { exact: true }).waitFor();
    await shown(versions, 'v12');
    await versions.getByText('minor: The code of setup changed').waitFor();
    await versions.getByRole('listbox', { name: 'Versions' }).focus();
    await page.keyboard.press('ArrowDown');
    await shown(versions, 'v11');
    await page.keyboard.press('End');
    await shown(versions, 'v1');
    await versions.getByText('the first version', { exact: false }).first().waitFor();
    expect(await accessibilityFaults(page, 'versions')).toEqual([]);
    await screenshot(page, 'versions-light');
  });

  test('any two are compared: one is kept, the others are chosen', async () => {
    await rows(versions, /^v3\b/).click();
    await versions.getByRole('button', { name: 'Compare others with v3' }).click();
    await rows(versions, /^v9\b/).click();
    await versions.getByRole('heading', { name: 'What changed from v3 to v9' }).waitFor();
    await versions.locator('.sl-diff .sl-added', { hasText: 'row % 2' }).waitFor();
    await versions.getByLabel('Compared with').selectOption('');
    await versions.getByRole('heading', { name: 'What changed from v8 to v9' }).waitFor();
  });

  test('a tag is given and found', async () => {
    await versions.getByRole('button', { name: 'Tag…' }).click();
    await answer(page, 'Tag v9', 'submitted');
    await rows(versions, /^v9\b.*submitted/).waitFor();
    await versions.getByLabel('Find a version').fill('submit');
    await versions.getByText('1 of 12 versions').waitFor();
    expect(await rows(versions).count()).toBe(1);
    await versions.getByLabel('Find a version').fill('no such thing');
    await versions.getByRole('button', { name: 'Clear the search' }).click();
    await rows(versions, /^v12\b/).waitFor();
  });

  test('blame leads from a line to its version; the steps are there as they were', async () => {
    await versions.getByLabel('Blame').check();
    const train = versions.getByRole('group', { name: 'clean', exact: true });
    await train.getByRole('button', { name: 'v7' }).waitFor();
    expect(await accessibilityFaults(page, 'versions')).toEqual([]);
    await screenshot(page, 'versions-blame');
    await train.getByRole('button', { name: 'v7' }).click();
    await shown(versions, 'v7');
    await versions.getByLabel('Steps', { exact: true }).check();
    await versions.locator('summary', { hasText: 'train' }).waitFor();
  });

  test('what changed since another one has a page of its own', async () => {
    await versions.getByRole('button', { name: 'Why…' }).click();
    const why = page.locator('.sl-page[data-kind="why"]');
    await why.getByLabel('Good').selectOption('v5');
    await why.getByRole('heading', { name: /2 differences from v5 to v7/ }).waitFor();
    expect(await accessibilityFaults(page, 'why')).toEqual([]);
    await screenshot(page, 'versions-why');
  });

  test('a version is restored by the command of that name, and it can be undone', async () => {
    await page.locator('.lm-TabBar-tab', { hasText: NOTEBOOK }).first().click();
    await palette(page, 'Restore a version…');
    await answer(page, 'Restore which version?', 'submitted');
    const first = page.locator('.jp-Notebook .jp-CodeCell .cm-content').first();
    await eventually('the seed of v9', async () =>
      (await first.innerText()).includes('seed = 9') ? true : undefined
    );
    await page.getByRole('button', { name: 'Undo' }).first().click();
    await eventually('the seed as it was', async () =>
      (await first.innerText()).includes('seed = 12') ? true : undefined
    );
  });

  test('an experiment branches off and has versions of its own', async () => {
    await palette(page, 'Branch an experiment…');
    await answer(page, 'Branch off which version?', 'v4');
    await answer(page, 'Branch off v4', 'deeper');
    const first = page.locator('.jp-Notebook .jp-CodeCell .cm-content').first();
    await eventually('the seed of v4', async () =>
      (await first.innerText()).includes('seed = 4') ? true : undefined
    );
    await palette(page, 'Versions of this notebook');
    await versions.getByText('on the branch deeper').waitFor();
    await versions.getByRole('combobox', { name: 'Branch' }).selectOption('main');
    await versions.getByText(`${VERSIONS} versions`, { exact: true }).waitFor();
  });
});

test('a run leads to the version that made it, and the version to its runs', async () => {
  const [page, versions] = await openVersions({ theme: 'dark' });
  await page.locator('.lm-TabBar-tab', { hasText: NOTEBOOK }).first().click();
  await untilKernelIdle(page);
  await palette(page, 'Run All Cells');
  await page.locator('.jp-Notebook .jp-OutputArea-output', { hasText: /^\d+/ }).first().waitFor();
  await untilKernelIdle(page);
  await page.locator('#stepladder-sidebar').getByRole('tab', { name: 'Runs' }).click();
  await page.locator('.sl-row', { hasText: NOTEBOOK }).first().click();
  const run = page.locator('.sl-page[data-kind="run"]');
  await run.getByRole('button', { name: 'v12 (' }).click();
  await shown(versions, 'v12');
  await versions.getByLabel('Runs', { exact: true }).check();
  await screenshot(page, 'versions-runs-dark');
  expect(await accessibilityFaults(page, 'versions')).toEqual([]);
  await page.close();
});

test('ten thousand are scrolled to the first; only those in sight exist', async () => {
  const [some] = (
    await api<{ items: VersionSummary[] }>(lab, '/pipelines/versions', {
      method: 'POST',
      body: JSON.stringify({ path: NOTEBOOK, limit: 1 })
    })
  ).items;
  const total = 10_000;
  const items = Array.from({ length: total }, (_, at) => ({
    ...some!,
    version: `v${total - at}`,
    time: some!.time - at * 60_000
  }));
  const page = await lab.open({ notebook: NOTEBOOK });
  page.setDefaultTimeout(PATIENCE);
  await page.route(/\/v1\/pipelines\/versions(\?|$)/, (route, request) => {
    const { limit = total } = request.postDataJSON() as { limit?: number };
    return route.fulfill({ json: { pipelineId: 'p', items: items.slice(0, limit), total } });
  });
  await palette(page, 'Versions of this notebook');
  const versions = page.locator('.sl-page[data-kind="versions"]');
  await versions.getByText('10,000 versions', { exact: true }).waitFor();
  await versions.getByRole('listbox', { name: 'Versions' }).focus();
  await page.keyboard.press('End');
  // The newest are read first; their last one asks for the rest.
  await eventually('the very first version', async () => {
    await page.keyboard.press('End');
    return (await rows(versions, /^v1\b/).count()) > 0 ? true : undefined;
  });
  expect(await rows(versions).count()).toBeLessThan(60);
  await screenshot(page, 'versions-10000');
  await page.close();
});

test('nothing was thrown', () => expect(lab.faults).toEqual([]));
