// Python kernels that come without our hook: one silent request begins it where it can, and where it cannot, one sentence says
// what is missing while the page records on. No other kernel is ever asked anything.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { engine } from '../support/engines.ts';
import { eventually } from '../support/jupyter.ts';
import { writeKernelSpec } from '../support/kernel-specs.ts';
import { startJupyter as startGateway } from '../support/kernels.ts';
import { saveNotebook } from '../support/notebook.ts';
import { outputOf, runCell, runsOf, statusItem, untilStatus } from './notebook-page.ts';
import { type Lab, palette, screenshot, startLab } from './support.ts';

const CELLS = [
  { source: 'rounds = 3', tags: ['parameters'] },
  { source: 'print(sorted(n for n in dir() if not n.startswith("_")))' },
  {
    source:
      'import stepladder\nfor i in range(3):\n    stepladder.log_metric("loss", 1 / (i + 1))\nprint("logged")'
  }
];

/** Execute requests as the page sends them; the text in a binary message is legible. */
function requestsOf(page: Page): { all(): number; silent(): number } {
  const sent: boolean[] = [];
  page.on('websocket', socket =>
    socket.on('framesent', ({ payload }) => {
      const text = payload.toString();
      if (text.includes('"execute_request"')) sent.push(/"silent":\s*true/.test(text));
    })
  );
  return { all: () => sent.length, silent: () => sent.filter(Boolean).length };
}

let lab: Lab;
let page: Page;
let specs: string;
let requests: ReturnType<typeof requestsOf>;

beforeAll(async () => {
  specs = mkdtempSync(join(tmpdir(), 'stepladder-specs-'));
  const { python } = await engine('bare-kernel', ['ipykernel==6.29.5', 'ipython==8.12.3']);
  writeKernelSpec(specs, 'stripped');
  writeKernelSpec(specs, 'bare', { python });
  writeKernelSpec(specs, 'far', { elsewhere: true });
  writeKernelSpec(specs, 'far-bare', { elsewhere: true, python });
  lab = await startLab({ JUPYTER_PATH: specs });
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await screenshot(page, `failed-${task.id}`);
  await page?.context().close();
});
afterAll(async () => {
  await lab?.close();
  rmSync(specs, { recursive: true, force: true });
});

async function open(
  kernel: string,
  cells: Parameters<typeof saveNotebook>[1] = CELLS,
  at = lab
): Promise<string> {
  const notebook = `${kernel}.ipynb`;
  saveNotebook(join(at.workspace, notebook), cells, kernel);
  page = await at.open({ notebook, prepare: opened => (requests = requestsOf(opened)) });
  return notebook;
}

/** Runs all three; what the hook alone knows is there: params, metrics, and what each cell changed. */
async function expectHooked(notebook: string, at = lab): Promise<void> {
  for (const [index, prompt] of ['[1]:', '[2]:', '[3]:'].entries())
    expect(await runCell(page, index)).toBe(prompt);
  expect(await outputOf(page, 1)).toBe(
    "['In', 'Out', 'exit', 'get_ipython', 'open', 'quit', 'rounds']"
  );
  expect(await outputOf(page, 2)).toBe('logged');
  const run = await eventually('the metrics', async () =>
    (await runsOf(at, notebook)).find(({ metrics }) => metrics[0]?.count === 3)
  );
  expect(run.params).toEqual({ rounds: '3' });
  expect(run.cells.map(({ state, count }) => [state, count])).toEqual([
    ['ok', 1],
    ['ok', 2],
    ['ok', 3]
  ]);
  expect(run.cells[0]!.changes).toMatchObject([{ name: 'rounds', type: 'int' }]);
  expect(await runsOf(at, notebook)).toHaveLength(1);
}

describe.each(['stripped', 'bare'])('a kernel without our environment (%s)', kernel => {
  test('is asked once, before its first cell, which stays the first; and again after a restart', async () => {
    const notebook = await open(kernel);
    await expectHooked(notebook);
    expect(requests.silent()).toBe(1);
    await palette(page, 'Restart Kernel');
    await page.locator('.jp-Dialog .jp-mod-accept').click();
    await eventually('the kernel to be back', async () =>
      (await page.locator('[data-status="idle"]').count()) > 0 ? true : undefined
    );
    expect(await runCell(page, 0)).toBe('[1]:');
    expect(await runCell(page, 2)).toBe('[2]:');
    const [next] = await eventually('the second run', async () => {
      const runs = await runsOf(lab, notebook);
      return runs.length === 2 && runs[0]!.metrics[0]?.count === 3 ? runs : undefined;
    });
    expect(next!.params).toEqual({ rounds: '3' });
    expect(requests.silent()).toBe(2);
  });
});

test('a kernel with our hook is asked nothing', async () => {
  const notebook = await open('python3');
  await expectHooked(notebook);
  expect(requests.silent()).toBe(0);
});

test('tslab is asked nothing, and its first cell is its first', async () => {
  const notebook = await open('tslab', ['const a = 1;', 'console.log(a);']);
  expect(await runCell(page, 0)).toBe('[1]:');
  expect(await runCell(page, 1)).toBe('[2]:');
  expect(await outputOf(page, 1)).toBe('1');
  await eventually('its cells', async () =>
    (await runsOf(lab, notebook))[0]?.cells.length === 2 ? true : undefined
  );
  expect([requests.all(), requests.silent()]).toEqual([2, 0]);
});

describe('a kernel on another machine', () => {
  test.each([
    ['far', /cannot reach the Stepladder server/],
    ['far-bare', /has no package stepladder/]
  ])('%s: the page records, and one sentence says what is missing', async (kernel, sentence) => {
    const notebook = await open(kernel, ['a = 1', '1 / 0', 'print(a)']);
    expect(await runCell(page, 0)).toBe('[1]:');
    expect(await runCell(page, 1)).toBe('[2]:');
    expect(await runCell(page, 2)).toBe('[3]:');
    expect(await outputOf(page, 2)).toBe('1');
    const run = await eventually('its cells', async () =>
      (await runsOf(lab, notebook)).find(({ cells }) => cells[2]?.state === 'ok')
    );
    expect(run.cells.map(({ state, count }) => [state, count])).toEqual([
      ['ok', 1],
      ['error', 2],
      ['ok', 3]
    ]);
    expect(await untilStatus(page, sentence)).toMatch(/its cells are recorded/);
    // Not an error: nothing of ours failed.
    expect(await statusItem(page).getAttribute('class')).toContain('sl-server-ready');
    expect(requests.silent()).toBe(1);
    await screenshot(page, `kernel-${kernel}`);
  });
});

test('a cell that is sent at once comes after the request', async () => {
  const notebook = await open('stripped', ['first = 1']);
  await palette(page, 'Restart Kernel and Run All Cells');
  await page.locator('.jp-Dialog .jp-mod-accept').click();
  const run = await eventually('the first cell', async () =>
    (await runsOf(lab, notebook)).find(({ cells }) =>
      cells[0]?.changes.some(({ name }) => name === 'first')
    )
  );
  expect(run.cells).toMatchObject([{ count: 1, state: 'ok', changes: [{ name: 'first' }] }]);
});

/**
 * Now and then JupyterLab does not hear the first words of a kernel behind a gateway, and sends nothing (JupyterLab 4.6.6 on two
 * busy cores: 4 notebooks of 21 without our extension, 3 of 21 with it). The page is loaded again, as a user would.
 */
async function untilKernelHeard(): Promise<void> {
  const idle = page.locator('#jp-main-statusbar', { hasText: '| Idle' });
  const isHeard = () =>
    idle.waitFor({ timeout: 20_000 }).then(
      () => true,
      () => false
    );
  while (!(await isHeard())) await page.reload();
}

test('the kernels of a gateway', async () => {
  const gateway = await startGateway();
  const remote = await startLab({
    JUPYTER_GATEWAY_URL: gateway.url,
    JUPYTER_GATEWAY_AUTH_TOKEN: gateway.token
  });
  try {
    const notebook = await open('python3', CELLS, remote);
    await untilKernelHeard();
    await expectHooked(notebook, remote);
    expect(requests.silent()).toBe(1);
  } finally {
    await screenshot(page, 'gateway');
    await remote.close();
    await gateway.stop();
  }
});
