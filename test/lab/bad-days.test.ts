// Bad days, in the browser: notebooks work on, the status item says in one sentence what is wrong, and it heals by itself.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/jupyter.ts';
import { saveNotebook } from '../support/notebook.ts';
import {
  codeCell,
  outputOf,
  promptOf,
  runCell,
  runsOf,
  sendCell,
  untilStatus
} from './notebook-page.ts';
import { type Lab, palette, screenshot, startLab } from './support.ts';

const PATIENCE = 120_000;
const TABS = ['Notebook', 'Runs', 'Models', 'Deploy', 'Level'];
const sidebar = (page: Page) => page.locator('#stepladder-sidebar');
const notice = (page: Page) => sidebar(page).locator('.sl-notice');

/** Every tab says something, and none is left loading. */
async function expectTabsToSpeak(page: Page): Promise<void> {
  for (const name of TABS) {
    await sidebar(page).getByRole('tab', { name }).click();
    const panel = page.locator('#sl-tab-panel');
    await panel.locator('.sl-loading').waitFor({ state: 'detached', timeout: PATIENCE });
    expect((await panel.innerText()).trim(), name).not.toBe('');
  }
  await sidebar(page).getByRole('tab', { name: 'Notebook' }).click();
}

describe('with a server that was there', () => {
  let lab: Lab;
  let page: Page;
  const serverOf = () =>
    JSON.parse(readFileSync(join(lab.jupyter.folder, 'data', 'server.json'), 'utf8')) as {
      url: string;
      pid: number;
    };

  beforeAll(async () => {
    lab = await startLab();
    saveNotebook(join(lab.workspace, 'day.ipynb'), [
      { source: 'rounds = 30', tags: ['parameters'] },
      'import stepladder, time\nfor i in range(rounds):\n    stepladder.log_metric("loss", i)\n    time.sleep(0.1)\nprint("done")',
      'import time\nprint("sleeping", flush=True)\ntime.sleep(600)',
      'import os\nos._exit(1)',
      'print("well")'
    ]);
    page = await lab.open({ notebook: 'day.ipynb' });
  });
  afterAll(() => lab?.close());

  test('killed while a cell runs, and its port taken: the cell runs on, what it logged arrives later', async () => {
    await runCell(page, 0);
    await sendCell(page, 1);
    await eventually('the first metrics', async () =>
      (await runsOf(lab, 'day.ipynb'))[0]?.metrics.length === 1 ? true : undefined
    );
    const { url, pid } = serverOf();
    process.kill(pid, 'SIGKILL');
    const squatter = await takePort(Number(new URL(url).port));
    try {
      const sentence = await untilStatus(page, /port|taken|in use/i, PATIENCE);
      expect(sentence).toMatch(/^Stepladder: .+\.$/s);
      await eventually('the cell to end', async () =>
        (await outputOf(page, 1)) === 'done' ? true : undefined
      );
      expect(await runCell(page, 4)).toBe('[3]:');
      expect(await notice(page).first().innerText()).toContain('Try again');
      await screenshot(page, 'bad-day-server-killed');
      await expectTabsToSpeak(page);
    } finally {
      squatter.close();
    }
    await untilStatus(page, /saved|running/, PATIENCE);
    const run = await eventually(
      'all that was logged',
      async () =>
        (await runsOf(lab, 'day.ipynb')).find(
          ({ metrics, cells }) => metrics[0]?.count === 30 && cells.length === 3
        ),
      PATIENCE
    );
    expect(run.cells.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok']);
    expect(await runsOf(lab, 'day.ipynb')).toHaveLength(1);
    await notice(page).waitFor({ state: 'detached' });
  });

  test('an interrupt and a crash are told as such', async () => {
    await sendCell(page, 2);
    await eventually('it to sleep', async () =>
      (await outputOf(page, 2)) === 'sleeping' ? true : undefined
    );
    await palette(page, 'Interrupt Kernel');
    await eventually('the interrupt', async () =>
      (await outputOf(page, 2)).includes('KeyboardInterrupt') ? true : undefined
    );
    await eventually(
      'it to be told',
      async () => (await runsOf(lab, 'day.ipynb'))[0]?.cells.at(-1)?.state === 'interrupted'
    );
    await sendCell(page, 3);
    const crashed = await eventually(
      'the crash to be told',
      async () =>
        (await runsOf(lab, 'day.ipynb'))[0]?.cells.find(
          ({ error }) => error?.name === 'KernelDied'
        ),
      PATIENCE
    );
    expect(crashed.state).toBe('error');
    await page.locator('.jp-Dialog .jp-mod-accept').click();
    // Nobody has asked the new kernel anything yet, so JupyterLab does not call it idle.
    await sendCell(page, 4);
    await eventually('the first cell of its next life', async () =>
      (await promptOf(page, 4)) === '[1]:' ? true : undefined
    );
    const runs = await eventually('the next run', async () => {
      const found = await runsOf(lab, 'day.ipynb');
      return found.length === 2 ? found : undefined;
    });
    expect(runs[1]!.state).toMatch(/failed|killed/);
    expect(runs[0]!.cells.map(({ state }) => state)).toEqual(['ok']);
  });

  test('nothing of ours threw', () => expect(lab.faults).toEqual([]));
});

function takePort(port: number): Promise<Server> {
  return eventually(
    'the port to be free',
    () =>
      new Promise<Server | undefined>(resolve => {
        const server = createServer(socket => socket.destroy());
        server.once('error', () => resolve(undefined));
        server.listen(port, '127.0.0.1', () => resolve(server));
      })
  );
}

/** A small file system of its own, or the reason why there is none. */
function mount(folder: string, options: string): string | undefined {
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return `mounting is not permitted here: ${String(error).split('\n')[0]}`;
  }
}

describe('with a server that cannot start', () => {
  let lab: Lab | undefined;
  let folder: string;
  afterEach(async () => {
    await lab?.close();
    lab = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([
    ['Node is too old', 'v20.11.0', /needs Node 24 or newer.*20\.11/s],
    ['Node is missing', undefined, /needs Node 24 or newer.*Install Node/s],
    [
      'the data folder cannot be written to',
      'data',
      /cannot be (written|used|created|made)|not a (folder|directory)/s
    ]
  ])('%s: one sentence, and the notebook works', async (_, what, sentence) => {
    folder = mkdtempSync(join(tmpdir(), 'stepladder-bad-'));
    const node = join(folder, 'node');
    if (what?.startsWith('v')) {
      writeFileSync(node, `#!/bin/sh\necho ${what}\n`);
      chmodSync(node, 0o755);
    }
    // Root may write anywhere, but nobody makes a folder below a file.
    writeFileSync(join(folder, 'file'), '');
    lab =
      what === 'data'
        ? await startLab({}, { data: join(folder, 'file', 'data'), until: 'failed' })
        : await startLab({ STEPLADDER_NODE: node }, { until: 'failed' });
    saveNotebook(join(lab.workspace, 'day.ipynb'), [
      { source: 'a = 1', step: 'one' },
      'import os\nprint(a, os.environ.get("MLFLOW_TRACKING_URI") is None)'
    ]);
    const page = await lab.open({ notebook: 'day.ipynb' });
    expect(await untilStatus(page, sentence)).toMatch(/^Stepladder: .+\.$/s);
    expect(await runCell(page, 0)).toBe('[1]:');
    expect(await runCell(page, 1)).toBe('[2]:');
    expect(await outputOf(page, 1)).toMatch(/^1 /);
    expect(await notice(page).first().innerText()).toMatch(sentence);
    await expectTabsToSpeak(page);
    await screenshot(page, `bad-day-${what ?? 'no-node'}`);
    // The page's own marks of steps need no server.
    expect(await codeCell(page, 0).innerText()).toContain('a = 1');
  });
});

test('a full disk: cells run, the sentence says so, and what was logged arrives when there is room', async context => {
  const data = mkdtempSync(join(tmpdir(), 'stepladder-full-'));
  const refused = mount(data, 'size=8m');
  if (refused) return context.skip(refused);
  let lab: Lab | undefined;
  try {
    lab = await startLab({}, { data });
    saveNotebook(join(lab.workspace, 'day.ipynb'), [
      'a = 1',
      'import stepladder\nfor i in range(2000):\n    stepladder.log_metric("loss", i)\nprint("logged")',
      'print("well")'
    ]);
    const page = await lab.open({ notebook: 'day.ipynb' });
    await runCell(page, 0);
    await eventually('the run', async () => (await runsOf(lab!, 'day.ipynb'))[0]);
    const filler = join(data, 'filler');
    fillDisk(filler);
    expect(await runCell(page, 1)).toBe('[2]:');
    expect(await outputOf(page, 1)).toBe('logged');
    expect(await runCell(page, 2)).toBe('[3]:');
    expect(await untilStatus(page, /disk is full/, PATIENCE)).toMatch(/^Stepladder: .+\.$/s);
    expect(await sidebar(page).locator('.sl-header').innerText()).toContain('not saved');
    await screenshot(page, 'bad-day-full-disk');
    rmSync(filler);
    await untilStatus(page, /saved|running/, PATIENCE);
    const run = await eventually(
      'all that was logged',
      async () =>
        (await runsOf(lab!, 'day.ipynb')).find(
          ({ metrics, cells }) => metrics[0]?.count === 2000 && cells.length === 3
        ),
      PATIENCE
    );
    expect(run.cells.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok']);
  } finally {
    await lab?.close();
    execFileSync('umount', ['-l', data]);
    rmSync(data, { recursive: true, force: true });
  }
});

/** Writes until there is no room: the server writes beside it, so what is free cannot be asked for first. */
function fillDisk(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (;;) writeSync(file, Buffer.alloc(4096));
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  } finally {
    closeSync(file);
  }
}
