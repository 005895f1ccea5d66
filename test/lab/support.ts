// Real JupyterLab with our extension, in a folder of its own, and a real browser to look at it.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Browser, chromium, type Page } from 'playwright-core';
import { REPOSITORY } from '../support/server.ts';

const VENV_BIN = join(REPOSITORY, '.venv/bin');
const PATIENCE = 90_000;
/** Screenshots of the last test run, to be looked at. */
export const PICTURES = join(REPOSITORY, 'test-results/lab');

export interface TestLab {
  url: string;
  token: string;
  /** The folder that the file browser shows. */
  root: string;
  data: string;
  /** How the server extension says the companion server stands. */
  status(): Promise<{ state: string; url: string | null; detail: string }>;
  log(): string;
  close(): Promise<void>;
}

export interface LabOptions {
  /** Copied into the root: name there -> file here. */
  files?: Record<string, string>;
  env?: Record<string, string>;
  theme?: 'JupyterLab Light' | 'JupyterLab Dark' | 'JupyterLab Dark High Contrast';
}

export async function startLab({ files = {}, env = {}, theme }: LabOptions = {}): Promise<TestLab> {
  const folder = mkdtempSync(join(tmpdir(), 'stepladder-lab-'));
  const root = join(folder, 'flight-delays');
  const data = join(folder, 'data');
  mkdirSync(root);
  for (const [name, file] of Object.entries(files)) cpSync(file, join(root, name));
  const settings = join(folder, 'settings');
  setUp(settings, 'notification', { fetchNews: 'false', checkForUpdates: false });
  if (theme) setUp(settings, 'themes', { theme });

  const token = randomBytes(16).toString('hex');
  const port = await freePort();
  const child = spawn(
    join(VENV_BIN, 'python'),
    [
      '-m',
      'jupyterlab',
      '--no-browser',
      '--allow-root',
      '--ServerApp.ip=127.0.0.1',
      `--ServerApp.port=${port}`,
      '--ServerApp.port_retries=0',
      `--ServerApp.root_dir=${root}`,
      '--LabApp.expose_app_in_browser=True'
    ],
    {
      cwd: root,
      env: environmentOf({ folder, settings, data, token, env }),
      stdio: ['ignore', 'pipe', 'pipe']
    }
  );
  const lines: Buffer[] = [];
  child.stdout!.on('data', (chunk: Buffer) => lines.push(chunk));
  child.stderr!.on('data', (chunk: Buffer) => lines.push(chunk));
  const url = `http://127.0.0.1:${port}`;
  const lab: TestLab = {
    url,
    token,
    root,
    data,
    async status() {
      const answer = await fetch(`${url}/stepladder/status`, {
        headers: { authorization: `token ${token}` }
      });
      return (await answer.json()) as Awaited<ReturnType<TestLab['status']>>;
    },
    log: () => Buffer.concat(lines).toString('utf8'),
    async close() {
      await end(child);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  };
  try {
    await until('JupyterLab and its companion server', async () => {
      if (child.exitCode !== null) throw new Error('JupyterLab ended');
      return lab.status().then(
        ({ state }) => state !== 'starting',
        () => false
      );
    });
  } catch (error) {
    const words = lab.log();
    await lab.close();
    throw new Error(`${words}\n${String(error)}`, { cause: error });
  }
  return lab;
}

function setUp(folder: string, plugin: string, value: object): void {
  const file = join(folder, '@jupyterlab/apputils-extension', `${plugin}.jupyterlab-settings`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(value));
}

interface Surroundings {
  folder: string;
  settings: string;
  data: string;
  token: string;
  env: Record<string, string>;
}

function environmentOf({ folder, settings, data, token, env }: Surroundings): NodeJS.ProcessEnv {
  const inherited = { ...process.env };
  for (const name of Object.keys(inherited)) {
    if (/^(npm_|STEPLADDER_|MLFLOW_|JUPYTER)/.test(name)) delete inherited[name];
  }
  return {
    ...inherited,
    PATH: [VENV_BIN, inherited['PATH']].join(delimiter),
    JUPYTER_TOKEN: token,
    JUPYTER_CONFIG_DIR: join(folder, 'config'),
    JUPYTER_DATA_DIR: join(folder, 'jupyter'),
    JUPYTERLAB_SETTINGS_DIR: settings,
    JUPYTERLAB_WORKSPACES_DIR: join(folder, 'workspaces'),
    STEPLADDER_DATA: data,
    ...env
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise(resolve => child.once('exit', resolve));
  child.kill('SIGTERM');
  const strict = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(strict);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise(resolve => server.close(resolve));
  return port;
}

/** Asks until it is so; the only place that waits by the clock. */
export async function until(
  what: string,
  check: () => Promise<boolean>,
  patience = PATIENCE
): Promise<void> {
  for (const end = Date.now() + patience; Date.now() < end; await pause(100)) {
    if (await check()) return;
  }
  throw new Error(`Waited ${patience / 1000} s for ${what}`);
}

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run'
];

export function startBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM'] ?? CHROMIUM.find(existsSync);
  if (!executablePath) throw new Error(`No Chromium: install it, or set CHROMIUM to its path`);
  return chromium.launch({ executablePath, args: FLAGS });
}

export interface OpenOptions {
  /** Opened at the start. */
  notebook?: string;
  width?: number;
  height?: number;
}

export async function openLab(
  browser: Browser,
  lab: TestLab,
  { notebook, width = 1280, height = 800 }: OpenOptions = {}
): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height } });
  page.setDefaultTimeout(30_000);
  const place = notebook ? `tree/${encodeURIComponent(notebook)}` : '';
  await page.goto(`${lab.url}/lab/${place}?token=${lab.token}&reset`);
  await page.waitForSelector('#jupyterlab-splash', { state: 'detached' });
  await page.waitForSelector(notebook ? '.jp-NotebookPanel' : '.jp-Launcher');
  if (notebook) await kernelIdle(page);
  return page;
}

interface LabWindow {
  jupyterapp: {
    commands: { execute(id: string, args?: object): Promise<unknown> };
    shell: {
      currentWidget: {
        sessionContext: { ready: Promise<void>; session?: { kernel?: { status: string } } };
      };
    };
  };
}

/** Waits until the notebook in front has a kernel with nothing to do. */
export function kernelIdle(page: Page): Promise<void> {
  return page.evaluate(async () => {
    const { sessionContext } = (window as unknown as LabWindow).jupyterapp.shell.currentWidget;
    await sessionContext.ready;
    while (sessionContext.session?.kernel?.status !== 'idle')
      await new Promise(done => setTimeout(done, 50));
  });
}

export function execute(page: Page, command: string, args: object = {}): Promise<void> {
  return page.evaluate(
    async ([command, args]) => {
      await (window as unknown as LabWindow).jupyterapp.commands.execute(command, args);
    },
    [command, args] as const
  );
}

/** Opens the sidebar on a tab, as wide as asked. */
export async function showSidebar(page: Page, tab?: string, width = 260): Promise<void> {
  await execute(page, 'stepladder:show', tab ? { tab } : {});
  await page.waitForSelector('.sl-sidebar .sl-tabs');
  const box = (await page.locator('.sl-sidebar').boundingBox())!;
  if (Math.abs(box.width - width) < 4) return;
  const middle = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width + 1, middle);
  await page.mouse.down();
  await page.mouse.move(box.x + width + 1, middle, { steps: 4 });
  await page.mouse.up();
}

export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}

export const example = (name: string): string => join(REPOSITORY, 'examples', name);

export const readNotebook = (lab: TestLab, name: string): unknown =>
  JSON.parse(readFileSync(join(lab.root, name), 'utf8'));
