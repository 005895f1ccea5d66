// The newcomer's journey on the flights notebook, in a real JupyterLab: from Run All to a served champion that is replaced.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunSummary } from '../../server/contract/tracking.ts';
import { eventually } from '../support/jupyter.ts';
import { api as serverApi, type Run } from './notebook-page.ts';
import { type Lab, palette, screenshot, startLab, untilKernelIdle } from './support.ts';

const NOTEBOOK = 'flights.ipynb';
const LONG = 240_000;

let lab: Lab;
let page: Page;
/** What the notebook printed of its own predictions. */
let printed = '';

beforeAll(async () => {
  // One thread: two that spin on a busy machine take minutes for what one does in seconds.
  lab = await startLab({ OMP_NUM_THREADS: '1' });
  addPredictions(join(lab.workspace, NOTEBOOK));
  page = await lab.open({ notebook: NOTEBOOK });
});
afterAll(() => lab.close());

/** One more cell at the end: what this notebook predicts for five flights, to hold the service against. */
function addPredictions(path: string): void {
  const notebook = JSON.parse(readFileSync(path, 'utf8')) as { cells: object[] };
  const source =
    'import json\nprint("served " + json.dumps([json.loads(X_test.head(5).to_json(orient="split")), model.predict(X_test.head(5)).tolist()]))';
  notebook.cells.push({
    cell_type: 'code',
    id: 'for-the-test',
    metadata: {},
    source,
    outputs: [],
    execution_count: null
  });
  writeFileSync(path, JSON.stringify(notebook));
}

const api = <T>(path: string, init?: { method: string; body: string }) =>
  serverApi<T>(lab, path, init);

const runs = async () => (await api<{ items: RunSummary[] }>('/runs')).items;
const metric = (run: RunSummary, key: string) => run.metrics.find(found => found.key === key)?.last;

const sidebar = () => page.locator('#stepladder-sidebar');
const tab = (name: string) => sidebar().getByRole('tab', { name }).click();
const step = (name: string) => sidebar().locator(`.sl-step[data-step="${name}"]`);
const button = (name: string | RegExp) => sidebar().getByRole('button', { name });
const articleButton = (name: string | RegExp) =>
  page.locator('article').getByRole('button', { name }).locator('visible=true');
const accept = () => page.locator('.jp-Dialog .jp-mod-accept').click();

describe('the journey', () => {
  test('Run All: the run is there while it runs, with a curve under the running cell, and ends with params and metrics', async () => {
    await page.locator('.jp-Notebook .jp-Cell').first().click();
    await palette(page, 'Run All Cells');
    const row = sidebar()
      .getByRole('region', { name: 'Runs of this notebook' })
      .getByRole('option')
      .first();
    await row.waitFor({ timeout: 10_000 });
    expect(await row.locator('[role="img"]').first().getAttribute('aria-label')).toBe('running');
    const curve = page.locator('.jp-Notebook .sl-cell-line svg').first();
    await curve.waitFor({ timeout: LONG });
    await curve.evaluate(drawn => drawn.closest('.jp-Cell')?.scrollIntoView({ block: 'center' }));
    await screenshot(page, 'journey-1-running');
    const last = page.locator('.jp-OutputArea-output', { hasText: 'served' }).last();
    printed = (await last.textContent({ timeout: LONG })) ?? '';
    const run = await eventually(
      'the run to finish',
      async () => (await runs()).find(({ state }) => state === 'finished'),
      LONG
    );
    expect(run.params).toMatchObject({ rounds: '60', learning_rate: '0.1', seed: '7' });
    expect(metric(run, 'rmse')).toBeGreaterThan(5);
    expect(run.metrics.find(({ key }) => key === 'rmse')!.count).toBe(12);
    expect(run.models).toHaveLength(1);
    const detail = await api<Run>(`/runs/${run.runId}`);
    expect(detail.cells.every(({ state }) => state === 'ok')).toBe(true);
    expect(
      detail.cells.flatMap(({ changes }) => changes).find(({ name }) => name === 'flights')?.shape
    ).toMatch(/^336,776 × 16$/);
    await row.locator('[aria-label="finished"]').waitFor();
    await screenshot(page, 'journey-2-run');
  });

  test('naming steps: one by hand on its cell, the rest as suggested; bands, ins and outs, and the DAG', async () => {
    const cell = page.locator('.jp-Notebook .jp-CodeCell').nth(2);
    await cell.locator('.jp-InputArea-editor').click();
    await palette(page, 'Name the step of this cell');
    await page.locator('.jp-Dialog input').fill('load_flights');
    await accept();
    await step('load_flights').waitFor();
    await palette(page, 'Name all steps as suggested');
    await page.locator('.jp-Notebook .sl-in-step').nth(8).waitFor();
    await cell.locator('.sl-step-name', { hasText: 'load_flights' }).waitFor();
    await cell.locator('.sl-flow', { hasText: 'flights' }).waitFor();
    expect(await sidebar().locator('.sl-steps svg').count()).toBeGreaterThan(0);
    await screenshot(page, 'journey-3-steps');
  });

  test('capture, edit, capture again, compare, restore', async () => {
    await button('Capture v1').click();
    await sidebar().getByText('v1, nothing edited since').waitFor({ timeout: 30_000 });
    const parameters = page.locator('.jp-Notebook .jp-CodeCell').nth(1).locator('.cm-content');
    await parameters.click();
    await page.keyboard.press('ControlOrMeta+Home');
    await page.keyboard.press('End');
    await page.keyboard.type('5');
    await button('Capture v2').click();
    await sidebar().getByText('v2, nothing edited since').waitFor({ timeout: 30_000 });
    await button('Versions').click();
    await page.locator('article', { hasText: 'v1' }).first().waitFor();
    await screenshot(page, 'journey-4-versions');
    const versions = page.getByRole('listbox', { name: 'Versions' });
    await versions.getByRole('option', { name: /^v1\b/ }).click();
    await page.locator('article').getByRole('button', { name: 'Restore v1' }).click();
    await eventually('the first version to be back', async () =>
      (await page.locator('.jp-Notebook .jp-CodeCell').nth(1).textContent())?.includes('0.15')
        ? undefined
        : true
    );
  });

  test('Run pipeline: the same values as the notebook; again: nothing runs, and it says why', async () => {
    await page
      .locator('.lm-DockPanel-tabBar .lm-TabBar-tab', { hasText: NOTEBOOK })
      .first()
      .click();
    const [before] = await runs();
    await button('Run pipeline').click();
    await eventually('a step to run', async () =>
      (await sidebar().locator('.sl-step[data-state="running"]').count()) > 0 ? true : undefined
    );
    await screenshot(page, 'journey-5-pipeline');
    await eventually(
      'every step to be done',
      async () =>
        (await sidebar()
          .locator('.sl-step:not([data-state="done"]):not([data-state="cached"])')
          .count()) === 0
          ? true
          : undefined,
      LONG
    );
    const [after] = await runs();
    expect(after!.runId).not.toBe(before!.runId);
    for (const key of ['rmse', 'test_rmse', 'test_mae', 'test_r2'])
      expect(metric(after!, key), key).toBe(metric(before!, key));
    await button('Run pipeline').click();
    await eventually(
      'every step to be cached',
      async () =>
        (await sidebar().locator('.sl-step:not([data-state="cached"])').count()) === 0
          ? true
          : undefined,
      LONG
    );
    expect(await step('load_flights').getAttribute('title')).toMatch(
      /Nothing it depends on has changed/
    );
    await screenshot(page, 'journey-6-cached');
  });

  test('Export writes an Airflow project beside the notebook', async () => {
    await button('Export…').click();
    const folder = await eventually(
      'the export',
      async () =>
        readdirSync(lab.workspace).find(name => /flights/.test(name) && !name.endsWith('.ipynb')),
      30_000
    );
    await eventually('its files', async () =>
      existsSync(join(lab.workspace, folder, 'requirements.txt')) ? true : undefined
    );
    await page.locator('.jp-FileEditor').first().waitFor();
    await screenshot(page, 'journey-7-export');
    await page.locator('[data-id="stepladder-sidebar"]').click();
  });

  test('Register, promote with what changes before the click, and undo', async () => {
    await tab('Runs');
    await screenshot(page, 'journey-8-runs');
    const withModel = (await runs()).filter(({ models }) => models.length > 0);
    expect(withModel.length).toBeGreaterThan(1);
    for (const run of [withModel.at(-1)!, withModel[0]!]) {
      await sidebar().getByRole('option').filter({ hasText: run.name }).first().dblclick();
      await page
        .locator(`article[aria-label="${run.name}"]`)
        .getByRole('button', { name: 'Register model…' })
        .click();
      await page.locator('.jp-Dialog input').fill('flight-delay');
      await accept();
      await eventually('the version', async () =>
        (await api<{ items: { name: string }[] }>('/models')).items.find(
          ({ name }) => name === 'flight-delay'
        )
      );
    }
    await screenshot(page, 'journey-9-run-page');
    await tab('Models');
    await button(/^Promote flight-delay v2/).click();
    await articleButton('Promote v2').click();
    await sidebar().getByText('champion v2').first().waitFor();
    await sidebar().getByRole('option').filter({ hasText: 'flight-delay' }).dblclick();
    await page
      .locator('article[aria-label="flight-delay"]')
      .getByRole('button', { name: 'Promote…' })
      .click();
    await page.locator('article', { hasText: 'takes the place of v2' }).waitFor();
    await screenshot(page, 'journey-10-promotion');
    await articleButton('Promote v1').click();
    await sidebar().getByText('champion v1').first().waitFor();
    await palette(page, 'Undo the last promotion');
    await sidebar().getByText('champion v2').first().waitFor();
    await screenshot(page, 'journey-11-models');
  });

  test("Deploy: predictions equal the notebook's, another champion takes over without a failed request, stop", async () => {
    await tab('Deploy');
    await button('Deploy…').click();
    interface Served {
      name: string;
      url: string;
      token: string;
      version: string;
      state: string;
    }
    const endpoint = await eventually(
      'the endpoint',
      async () =>
        (await api<{ items: Served[] }>('/endpoints')).items.find(({ state }) => state === 'ready'),
      LONG
    );
    const [rows, predicted] = JSON.parse(printed.replace(/^.*?served /s, '')) as [object, number[]];
    const ask = async () => {
      const answer = await fetch(`${endpoint.url}/invocations`, {
        method: 'POST',
        headers: { authorization: `Bearer ${endpoint.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ dataframe_split: rows })
      });
      expect(answer.status).toBe(200);
      return ((await answer.json()) as { predictions: number[] }).predictions;
    };
    expect(await ask()).toEqual(predicted);
    await sidebar().getByRole('option').first().dblclick();
    await page.locator('[data-kind="endpoint"] article').waitFor();
    await screenshot(page, 'journey-12-endpoint');

    await api('/models/flight-delay/versions/1/promotion', { method: 'POST', body: '{}' });
    let asked = 0;
    await eventually(
      'version 1 to answer',
      async () => {
        expect(await ask()).toEqual(predicted);
        asked += 1;
        return (await api<Served>(`/endpoints/${endpoint.name}`)).version === '1'
          ? true
          : undefined;
      },
      LONG
    );
    expect(asked).toBeGreaterThan(1);
    await page
      .locator('article')
      .getByRole('button', { name: 'Stop' })
      .locator('visible=true')
      .click();
    await eventually('it to stop', async () =>
      (await api<Served>(`/endpoints/${endpoint.name}`)).state === 'stopped' ? true : undefined
    );
    await expect(ask()).rejects.toThrow();
  });

  test('Level: what is reached is shown with its evidence, and one thing to do next', async () => {
    await tab('Level');
    await sidebar().getByText('Next').first().waitFor();
    await screenshot(page, 'journey-13-level');
    const { rungs } = await api<{
      rungs: { id: string; reached: boolean; evidence?: { text: string } }[];
    }>('/levels');
    const reached = rungs.filter(rung => rung.reached);
    expect(reached.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['L0.1', 'L0.2a', 'L0.2b', 'L1.1', 'L1.2'])
    );
    expect(reached.every(({ evidence }) => evidence)).toBe(true);
    expect(rungs.some(rung => !rung.reached)).toBe(true);
  });

  test('no page of ours threw', () => expect(lab.faults).toEqual([]));
});

describe('the penguins, in TypeScript', () => {
  test('Run All: the same verbs arrive from tslab', async () => {
    const penguins = await lab.open({ notebook: 'penguins.ts.ipynb' });
    await untilKernelIdle(penguins);
    await penguins.locator('.jp-Notebook .jp-Cell').first().click();
    await palette(penguins, 'Run All Cells');
    const run = await eventually(
      'the run',
      async () =>
        (await runs()).find(
          ({ name, state, metrics }) =>
            name && state === 'finished' && metrics.some(({ key }) => key === 'loss')
        ),
      LONG
    );
    expect(run.metrics.find(({ key }) => key === 'loss')!.count).toBeGreaterThan(5);
    await screenshot(penguins, 'journey-14-penguins');
  });
});
