// The Runs panel on thirty thousand runs, in a real browser: search, charts, comparison, a run's page, and the way to a cell.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/jupyter.ts';
import { seedRuns } from '../support/seed-runs.ts';
import { accessibilityFaults, curveNotebook, writeArtifacts } from './run-contents.ts';
import { type Lab, palette, screenshot, startLab, untilKernelIdle } from './support.ts';

const RUNS = 30_000;

/** Thirty thousand runs on a busy machine: what is slow is still to be right. */
const PATIENCE = 90_000;

let lab: Lab;
let data: string;
let ids: string[];
const faults: string[] = [];

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'stepladder-runs-'));
  const prepare = async (workspace: string) => {
    ids = await seedRuns(data, {
      runs: RUNS,
      steps: 300,
      notebook: join(workspace, 'flights.ipynb')
    });
    writeArtifacts(data, ids.slice(0, 2));
    writeFileSync(join(workspace, 'curve.ipynb'), JSON.stringify(curveNotebook));
  };
  lab = await startLab({}, { data, prepare });
});
afterAll(async () => {
  await lab?.close();
  if (data) rmSync(data, { recursive: true, force: true });
});

/** A page whose faults count. */
async function openPage(options?: Parameters<Lab['open']>[0]): Promise<Page> {
  const page = await lab.open(options);
  page.setDefaultTimeout(PATIENCE);
  page.on('pageerror', error => faults.push(String(error)));
  return page;
}

async function openTable(page: Page): Promise<Locator> {
  await page.locator('#stepladder-sidebar').getByRole('tab', { name: 'Runs' }).click();
  await page.getByRole('button', { name: 'Open table' }).click();
  await page.locator('.sl-grid-row .sl-link').first().waitFor();
  return page.locator('.sl-page[data-kind="runs"]');
}

const rowNames = (runs: Locator) => runs.locator('.sl-grid-row .sl-link').allInnerTexts();
const searchBox = (runs: Locator) => runs.getByRole('combobox', { name: 'Search runs' });

describe('the table of 30,000 runs', () => {
  let page: Page;
  let runs: Locator;
  beforeAll(async () => {
    page = await openPage();
    runs = await openTable(page);
  });
  afterAll(() => page?.close());

  test('says how many there are, shows the newest, and only rows in sight exist', async () => {
    await runs.getByText('30,000 runs', { exact: true }).waitFor();
    await runs.getByText('all 30,000 runs; drag an axis').waitFor();
    await runs.locator('.sl-plot canvas, .sl-plot svg').nth(1).waitFor();
    expect((await rowNames(runs))[0]).toBe(`wise-heron-${RUNS}`);
    expect(await runs.locator('.sl-grid-row').count()).toBeLessThan(80);
    await screenshot(page, 'runs-30000-light');
  });

  test('is walked by keys to its last row', async () => {
    await runs.getByRole('grid').focus();
    await page.keyboard.press('End');
    await runs.locator('.sl-grid-row.sl-current .sl-link').waitFor();
    expect(await runs.locator('.sl-grid-row.sl-current').getAttribute('aria-rowindex')).toBe(
      String(RUNS + 1)
    );
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press(' ');
    await runs.locator('.sl-grid-row.sl-selected').waitFor();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press(' ');
    expect(await runs.locator('.sl-grid-row.sl-selected').count()).toBe(2);
  });

  test('axe finds nothing', async () =>
    expect(await accessibilityFaults(page, 'runs')).toEqual([]));

  test('completes what is typed, searches with OR and parentheses, and keeps the rows meanwhile', async () => {
    const box = searchBox(runs);
    await box.pressSequentially('rm');
    await page.getByRole('option', { name: 'metrics.rmse' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await box.inputValue()).toBe('metrics.rmse ');
    await screenshot(page, 'runs-completion');
    await box.fill('(rate = 0.1 or rate = 0.3) and rounds = 200 and state = finished');
    await eventually('fewer runs', async () => {
      const said = await runs.locator('.sl-page-head [role=status]').innerText();
      return said !== '30,000 runs' && said !== '' ? said : undefined;
    });
    await eventually('only those rates', async () => {
      const cells = await runs.locator('.sl-grid-row').allInnerTexts();
      return cells.length > 0 && cells.every(text => /\b(0\.1|0\.3)\b/.test(text))
        ? true
        : undefined;
    });
    await box.fill('no-such-run');
    await runs.getByText('No run fits.').waitFor();
    await screenshot(page, 'runs-filtered-to-nothing');
    await runs.getByRole('button', { name: 'Clear the search' }).click();
    await runs.getByText('30,000 runs', { exact: true }).waitFor();
  });

  test('what the server refuses is said below the box', async () => {
    await searchBox(runs).fill('params.rate > 0.1');
    await runs.locator('.sl-search-fault').waitFor();
    expect(await runs.locator('.sl-grid-row').count()).toBeGreaterThan(0);
    await searchBox(runs).fill('');
    await runs.locator('.sl-search-fault').waitFor({ state: 'detached' });
  });

  test('is sorted by a column, the best first', async () => {
    await runs.locator('.sl-sort', { hasText: 'rmse' }).click();
    await runs.locator('[aria-sort="ascending"]').waitFor();
    const values = await eventually('sorted rows', async () => {
      const texts = await runs.locator('.sl-grid-row b').allInnerTexts();
      const numbers = texts
        .filter((_, index) => index % 2 === 1)
        .map(Number)
        .slice(0, 10);
      return numbers.length === 10 && numbers[0]! < 17.7 ? numbers : undefined;
    });
    expect(values).toEqual([...values].sort((a, b) => a - b));
    await runs.locator('.sl-sort', { hasText: 'rmse' }).click();
    await runs.locator('[aria-sort="descending"]').waitFor();
    await runs.locator('.sl-sort', { hasText: 'rmse' }).click();
    await runs.getByRole('columnheader', { name: 'rmse, best' }).waitFor();
    await eventually('rows by their best value', async () => {
      const said = await runs.locator('.sl-grid-row').first().innerText();
      return Number(/\b1\d\.\d+/.exec(said)?.[0]) < 17.7 ? true : undefined;
    });
    await runs.locator('.sl-sort', { hasText: 'rmse' }).click();
  });

  test('columns are chosen and pinned; a view keeps them', async () => {
    await runs.getByRole('button', { name: 'Columns' }).click();
    await runs.getByRole('button', { name: 'Pin team' }).click();
    await screenshot(page, 'runs-columns');
    await page.keyboard.press('Escape');
    await runs.locator('.sl-grid-head .sl-pinned', { hasText: 'team' }).waitFor();
    await runs.getByRole('button', { name: 'Views' }).click();
    await runs.getByLabel('Name of this view').fill('With teams');
    await runs.getByRole('button', { name: 'Save' }).click();
    await runs.getByRole('button', { name: 'With teams', exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await runs.getByRole('button', { name: 'Columns' }).click();
    await runs.getByRole('button', { name: 'Those that differ' }).click();
    await page.keyboard.press('Escape');
    await runs.locator('.sl-grid-head', { hasText: 'team' }).waitFor({ state: 'detached' });
    await runs.getByRole('button', { name: 'Views' }).click();
    await runs.getByRole('button', { name: 'With teams', exact: true }).click();
    await runs.locator('.sl-grid-head .sl-pinned', { hasText: 'team' }).waitFor();
  });

  test('runs are grouped with mean and deviation, and a group leads to its runs', async () => {
    await runs.getByLabel('Group by').selectOption('params.rounds');
    await runs.getByRole('columnheader', { name: 'rmse, mean ± deviation' }).waitFor();
    await screenshot(page, 'runs-groups');
    await runs.getByRole('button', { name: '200', exact: true }).click();
    expect(await searchBox(runs).inputValue()).toBe("params.`rounds` = '200'");
    await runs.getByText('10,000 runs', { exact: true }).waitFor();
    await searchBox(runs).fill('');
    await runs.getByText('30,000 runs', { exact: true }).waitFor();
  });

  test('nested runs are a tree', async () => {
    await runs.getByLabel('nested runs as a tree').check();
    await runs.getByText('24,000 outermost runs', { exact: true }).waitFor();
    await runs.locator('.sl-twist:not([disabled])').first().click();
    await runs.locator('.sl-run-name[style*="16px"]').first().waitFor();
    await runs.getByLabel('nested runs as a tree').uncheck();
    await runs.getByText('30,000 runs', { exact: true }).waitFor();
  });

  test('many are deleted at once, and taken back', async () => {
    const [first] = await rowNames(runs);
    await runs.getByRole('button', { name: 'Delete 2' }).click();
    await runs.getByText('2 runs deleted.').waitFor();
    await runs.getByText('29,998 runs', { exact: true }).waitFor();
    await runs.getByRole('button', { name: 'Undo' }).click();
    await runs.getByText('30,000 runs', { exact: true }).waitFor();
    await eventually('the first run', async () =>
      (await rowNames(runs))[0] === first ? true : undefined
    );
  });

  test('a range on an axis finds its runs among all', async () => {
    await runs.getByRole('slider', { name: 'Range of rounds' }).focus();
    for (let step = 0; step < 12; step += 1) await page.keyboard.press('ArrowUp');
    await runs.getByText(/10,000 of 30,000 runs in the range/).waitFor();
    await screenshot(page, 'runs-parallel-range');
    await runs.getByRole('button', { name: 'Clear', exact: true }).click();
  });

  test('scatter and importance are of all runs too', async () => {
    await runs.getByLabel('Scatter').check();
    await runs.getByText('25,000 of 30,000 runs have both').waitFor();
    await screenshot(page, 'runs-scatter');
    await runs.getByLabel('Importance').check();
    await runs.getByText(/their params explain \d+ % of rmse/).waitFor();
    expect(await runs.locator('.sl-importance tbody th').first().innerText()).toBe('rounds');
    await runs.getByLabel('Parallel').check();
  });

  test('a curve is pointed at and zoomed: the stretch is read again', async () => {
    const plot = runs.getByRole('slider', { name: 'rmse as curves' });
    await plot.focus();
    await page.keyboard.press('End');
    expect(await plot.getAttribute('aria-valuetext')).toMatch(/^299: /);
    const bounds = (await plot.boundingBox())!;
    await page.mouse.move(bounds.x + bounds.width * 0.5, bounds.y + 40);
    await page.mouse.down();
    await page.mouse.move(bounds.x + bounds.width * 0.75, bounds.y + 40, { steps: 4 });
    await page.mouse.up();
    await runs.getByRole('button', { name: 'Show all' }).waitFor();
    expect(Number(await plot.getAttribute('aria-valuemin'))).toBeGreaterThan(140);
    await plot.dblclick();
    await runs.getByRole('button', { name: 'Show all' }).waitFor({ state: 'detached' });
  });

  test('two are compared: only what differs, pictures and matrices side by side', async () => {
    const boxes = runs.locator('.sl-grid-row input');
    const top = async () => (await boxes.first().boundingBox())?.y;
    const before = await top();
    await boxes.nth(0).click();
    await boxes.nth(1).click();
    await runs.getByRole('button', { name: 'Compare 2' }).waitFor();
    expect(await top(), 'charts that come late move no row from under the pointer').toBe(before);
    await runs.getByRole('button', { name: 'Compare 2' }).click();
    const compared = page.locator('.sl-page[data-kind="compare"]');
    const metrics = compared.getByRole('region', { name: 'Metrics' });
    await metrics.getByText('better').first().waitFor();
    const params = compared.getByRole('region', { name: 'Params' });
    expect(await params.getByRole('rowheader').allInnerTexts()).toEqual([
      'model',
      'rate',
      'rounds'
    ]);
    await eventually('both pictures', async () =>
      (await compared.locator('img.sl-picture').count()) === 2 ? true : undefined
    );
    await eventually('both matrices', async () =>
      (await compared.getByRole('group', { name: 'confusion_matrix.csv' }).count()) === 2
        ? true
        : undefined
    );
    await screenshot(page, 'compare-light');
    expect(await accessibilityFaults(page, 'compare')).toEqual([]);
    await compared.getByText('also the').click();
    await params.getByText('seed').waitFor();
  });
});

describe('a run', () => {
  let page: Page;
  let run: Locator;
  beforeAll(async () => {
    page = await openPage({ theme: 'dark' });
    const runs = await openTable(page);
    await runs.locator('.sl-loading').first().waitFor({ state: 'detached' });
    await screenshot(page, 'runs-30000-dark');
    await runs.locator('.sl-grid-row .sl-link').first().click();
    run = page.locator('.sl-page[data-kind="run"]');
    await run.getByRole('heading', { level: 2 }).waitFor();
  });
  afterAll(() => page?.close());

  test('has the last and the best value, curves, and those of its TensorBoard files', async () => {
    const row = run.getByRole('row', { name: 'rmse' });
    expect(await row.innerText()).toMatch(/20\.12\s+19\.85/);
    await run.getByText('logs: loss/train').waitFor();
    await run.getByRole('slider', { name: 'rmse as curves' }).waitFor();
    await run.locator('.sl-loading').first().waitFor({ state: 'detached' });
    await screenshot(page, 'run-dark');
    expect(await accessibilityFaults(page, 'run')).toEqual([]);
  });

  test('has a note in Markdown, whose HTML does nothing', async () => {
    await run.getByRole('button', { name: 'Add a note' }).click();
    await run
      .getByLabel('Note, in Markdown')
      .fill('# Fine\n\n<img src="x" onerror="document.title=\'taken\'"> **bold**');
    await run.getByRole('button', { name: 'Save' }).click();
    await run.getByRole('heading', { name: 'Fine' }).waitFor();
    expect(await run.locator('.sl-markdown strong').innerText()).toBe('bold');
    expect(await run.locator('.sl-markdown [onerror]').count()).toBe(0);
    expect(await page.title()).not.toBe('taken');
  });

  test('shows its files; a report runs in a frame that reaches nothing', async () => {
    await run.locator('img.sl-picture').waitFor();
    await run.getByRole('button', { name: 'confusion_matrix.csv' }).click();
    const files = run.getByRole('region', { name: 'Artifacts' });
    await files.getByRole('cell', { name: '50', exact: true }).waitFor();
    await run.getByRole('button', { name: 'report.html' }).click();
    const frame = run.frameLocator('iframe');
    await frame.getByText('shut out').waitFor();
    expect(await frame.locator('#origin').innerText()).toBe('null');
    expect(await page.title()).not.toBe('taken');
  });
});

test('from a point on a curve to its cell, and from a cell to its runs', async () => {
  const page = await openPage({ notebook: 'curve.ipynb' });
  await untilKernelIdle(page);
  await palette(page, 'Run All Cells');
  await page.locator('.sl-cell-line', { hasText: 'loss' }).waitFor();
  await untilKernelIdle(page);
  await page.locator('#stepladder-sidebar').getByRole('tab', { name: 'Runs' }).click();
  await page.locator('.sl-row', { hasText: 'curve.ipynb' }).first().click();
  const run = page.locator('.sl-page[data-kind="run"]');
  const plot = run.getByRole('slider', { name: 'loss as curves' });
  await plot.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  const marked = run.locator('.sl-cells tr.sl-selected');
  await marked.waitFor();
  expect(await marked.locator('pre').innerText()).toMatch(/for step in range/);
  await screenshot(page, 'run-point-to-cell');
  await marked.getByRole('button', { name: 'Show in the notebook' }).click();
  await page.locator('.jp-Notebook .jp-mod-active', { hasText: 'for step' }).waitFor();
  await palette(page, 'Runs of this cell');
  const history = page.locator('.sl-page[data-kind="cell"]');
  await history.getByRole('row', { name: /loss/ }).waitFor();
  expect(await accessibilityFaults(page, 'cell')).toEqual([]);
  await screenshot(page, 'cell-runs');
  await page.close();
});

describe('on a bad day', () => {
  test('the table says what is wrong and tries again', async () => {
    const page = await openPage();
    let away = true;
    await page.route(/\/v1\/runs\/table/, route =>
      away
        ? route.fulfill({
            status: 429,
            contentType: 'application/problem+json',
            body: JSON.stringify({
              code: 'storage_unavailable',
              title: 'The data folder cannot be written to right now',
              detail: 'The disk is full',
              status: 429,
              remedy: 'Free disk space'
            })
          })
        : route.continue()
    );
    await page.locator('#stepladder-sidebar').getByRole('tab', { name: 'Runs' }).click();
    await page.getByRole('button', { name: 'Open table' }).click();
    const runs = page.locator('.sl-page[data-kind="runs"]');
    await runs.getByText('The disk is full').waitFor();
    await screenshot(page, 'runs-failing');
    expect(await accessibilityFaults(page, 'runs')).toEqual([]);
    away = false;
    await runs.getByRole('button', { name: 'Try again' }).click();
    await runs.locator('.sl-grid-row .sl-link').first().waitFor();
    await page.close();
  });

  test('while it is read, rows stand in grey', async () => {
    const page = await openPage({ width: 1000 });
    await page.route(/\/v1\/runs\/table/, () => {});
    await page.locator('#stepladder-sidebar').getByRole('tab', { name: 'Runs' }).click();
    await page.getByRole('button', { name: 'Open table' }).click();
    await page.getByRole('status', { name: 'Reading the runs' }).last().waitFor();
    await screenshot(page, 'runs-loading');
    await page.close();
  });
});

test('nothing was thrown', () => expect(faults).toEqual([]));
