// Real JupyterLab in a real browser, on a copy of the examples.
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import {
  eventually,
  type Jupyter,
  type JupyterOptions,
  type JupyterStatus,
  root,
  startJupyter
} from '../support/jupyter.ts';

/** Screenshots that people look at; kept as files of the test run. */
export const SCREENSHOTS = join(root, 'test-results', 'screenshots');

export interface Lab {
  readonly jupyter: Jupyter;
  readonly browser: Browser;
  /** Folder of the notebooks. */
  readonly workspace: string;
  /** What its pages threw after they were open. */
  readonly faults: readonly string[];
  /** A page with JupyterLab ready: no tour, no news, the Stepladder sidebar open at 260 px. */
  open(options?: OpenOptions): Promise<Page>;
  close(): Promise<void>;
}

export interface OpenOptions {
  notebook?: string;
  theme?: 'light' | 'dark';
  width?: number;
  height?: number;
  /** A second tab of this page's browser, else one of its own. */
  beside?: Page;
  /** Before anything is loaded: to listen or to interfere. */
  prepare?(page: Page): unknown;
}

export interface LabOptions {
  /** Of the metadata server; else a fresh one. */
  data?: string;
  /** Another Jupyter than the one of the project's environment. */
  python?: string;
  program?: JupyterOptions['program'];
  /** What the metadata server is to be before the lab counts as started. */
  until?: JupyterStatus['state'];
  /** Puts into the workspace, and elsewhere, what is to be there from the start. */
  prepare?(workspace: string): Promise<unknown>;
}

export async function startLab(
  environment: Record<string, string> = {},
  { data, until = 'ready', prepare, program = 'jupyterlab', python }: LabOptions = {}
): Promise<Lab> {
  // Below the repository: TypeScript kernels find their packages in a folder above the notebook's.
  mkdirSync(join(root, 'test-results'), { recursive: true });
  const workspace = mkdtempSync(join(root, 'test-results', 'lab-'));
  cpSync(join(root, 'examples'), workspace, { recursive: true });
  await prepare?.(workspace);
  const jupyter = await startJupyter({
    program,
    workspace,
    environment,
    ...(python ? { python } : {}),
    ...(data ? { data } : {})
  });
  await jupyter.until(until);
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--no-first-run'
    ]
  });
  const faults: string[] = [];
  return {
    jupyter,
    browser,
    workspace,
    faults,
    async open(options) {
      const page = await openPage({ jupyter, browser }, options);
      page.on('pageerror', error => faults.push(String(error)));
      return page;
    },
    async close() {
      await browser.close();
      await jupyter.stop();
      rmSync(workspace, { recursive: true, force: true });
    }
  };
}

async function openPage(
  { jupyter, browser }: Pick<Lab, 'jupyter' | 'browser'>,
  { notebook, theme = 'light', width = 1280, height = 800, beside, prepare }: OpenOptions = {}
): Promise<Page> {
  await setTheme(jupyter, theme);
  const viewport = { width, height };
  const context = beside?.context() ?? (await browser.newContext({ viewport, colorScheme: theme }));
  const page = await context.newPage();
  await prepare?.(page);
  const path = notebook ? `/lab/tree/${notebook}` : '/lab';
  await page.goto(`${jupyter.base}${path}?token=${jupyter.token}&reset`);
  await page.locator('#jp-main-dock-panel').waitFor();
  if (notebook) await untilKernelIdle(page);
  await page.locator('[data-id="stepladder-sidebar"]').click();
  await page.locator('#stepladder-sidebar').waitFor();
  return page;
}

async function setTheme(jupyter: Jupyter, theme: 'light' | 'dark'): Promise<void> {
  const raw = JSON.stringify({ theme: theme === 'dark' ? 'JupyterLab Dark' : 'JupyterLab Light' });
  const answer = await jupyter.fetch('/lab/api/settings/@jupyterlab/apputils-extension:themes', {
    method: 'PUT',
    body: JSON.stringify({ raw })
  });
  if (!answer.ok)
    throw new Error(`The theme was not taken: ${answer.status} ${await answer.text()}`);
}

/** The footer's or toolbar's word is set before there is a kernel, so the execution indicator's own state is read. */
export async function untilKernelIdle(page: Page): Promise<void> {
  await page
    .locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
    .first()
    .waitFor({ timeout: 60_000 });
  // The indicator is idle before there is a kernel, too.
  await page
    .locator('.jp-Toolbar-kernelName', { hasNotText: 'No Kernel' })
    .first()
    .waitFor({ timeout: 60_000 });
}

/** Runs a command of JupyterLab by its entry in the palette, as a person would. */
export async function palette(page: Page, label: string): Promise<void> {
  const input = page.locator('#modal-command-palette input');
  await eventually('the command palette', async () => {
    // By the menu: a headless browser keeps the palette's own shortcut for its inspector.
    await page.locator('.lm-MenuBar-item', { hasText: 'View' }).click();
    await page.locator('.lm-Menu-item', { hasText: 'Activate Command Palette' }).click();
    // A notebook that has just been opened may take the focus back, which closes the palette.
    return input.fill(label, { timeout: 2000 }).then(
      () => true as const,
      () => undefined
    );
  });
  await page
    .locator('#modal-command-palette .lm-CommandPalette-item:not(.lm-mod-disabled)', {
      hasText: label
    })
    .first()
    .click();
}

export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}
