// The wheel in an environment that has JupyterLab and nothing of ours: everything is in place, and the server runs from it.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root, startJupyter } from '../support/jupyter.ts';

const execute = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'stepladder-wheel-'));
const python = join(folder, 'venv', 'bin', 'python');
const uv = join(root, '.venv', 'bin', 'uv');
const version = (
  JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
).version;
const wheel = join(root, 'dist', `stepladder-${version}-py3-none-any.whl`);

// A user's path: Node 24 as if installed on the machine, and none of our folders.
const environment = {
  HOME: folder,
  PATH: [
    join(folder, 'venv', 'bin'),
    dirname(process.execPath),
    '/usr/local/bin',
    '/usr/bin',
    '/bin'
  ].join(':')
};
const inPlace = (...path: string[]) => existsSync(join(folder, 'venv', ...path));

async function call(program: string, ...args: string[]): Promise<string> {
  const options = { env: environment, cwd: folder };
  const { stdout, stderr } = await execute(join(folder, 'venv', 'bin', program), args, options);
  return stdout + stderr;
}

beforeAll(async () => {
  await execute(process.execPath, [join(root, 'server', 'setup', 'build-wheel.mjs')], {
    cwd: root
  });
  const lab = /^jupyterlab==\S+/m.exec(
    readFileSync(join(root, 'kernel-bridge/python/requirements.txt'), 'utf8')
  )![0];
  await execute(uv, [
    'venv',
    '--quiet',
    '--python',
    join(root, '.venv', 'bin', 'python'),
    join(folder, 'venv')
  ]);
  await execute(uv, ['pip', 'install', '--quiet', '--python', python, lab, wheel]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('Jupyter finds the extension and the server extension', async () => {
  expect(await call('jupyter', 'labextension', 'list')).toMatch(
    new RegExp(`stepladder v${version}.*enabled.*OK`)
  );
  const servers = await call('jupyter', 'server', 'extension', 'list');
  expect(servers).toMatch(/stepladder.*enabled/);
  expect(servers).toMatch(/stepladder.*OK/);
});

test('everything is in place', () => {
  const labextension = ['share', 'jupyter', 'labextensions', 'stepladder'];
  for (const file of ['package.json', 'install.json', 'static', 'schemas']) {
    expect([file, inPlace(...labextension, file)]).toEqual([file, true]);
  }
  expect(inPlace('etc', 'jupyter', 'jupyter_server_config.d', 'stepladder.json')).toBe(true);
  expect(inPlace('etc', 'ipython', 'startup', '50-stepladder.py')).toBe(true);
  expect(inPlace('bin', 'stepladder')).toBe(true);
});

test('the command line runs from it', async () => {
  expect(await call('stepladder', '--help')).toContain('Usage: stepladder');
  expect((await call('stepladder', '--version')).trim()).toBe(version);
});

test('the command line reads a notebook: the parsers came along', async () => {
  const notebook = join(root, 'examples', 'flights.ipynb');
  const line = (await call('stepladder', 'analyze', notebook, '--json')).trim();
  expect(JSON.parse(line).edges.length).toBeGreaterThan(3);
});

test('without Node 24, the command line says what to do', async () => {
  const failed = await execute(join(folder, 'venv', 'bin', 'stepladder'), ['--help'], {
    env: { ...environment, STEPLADDER_NODE: '/nowhere/node' }
  }).catch((error: { code: number; stderr: string }) => error);
  expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('Install Node 24') });
});

test('Jupyter starts the server from it, and a kernel can log', async () => {
  const jupyter = await startJupyter({ python, environment });
  try {
    const { url } = await jupyter.until('ready');
    expect(await (await fetch(`${url}/health`)).text()).toBe('OK');
    const status = await (await jupyter.fetch('/stepladder/api/stepladder/v1/status')).json();
    expect(status).toMatchObject({ version });
    expect(await jupyter.evaluate('__import__("stepladder").log_metric.__name__')).toBe(
      'log_metric'
    );
  } finally {
    await jupyter.stop();
  }
});
