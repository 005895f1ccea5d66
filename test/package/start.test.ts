// `npm start` in a fresh copy of this folder, as a newcomer has it: from nothing to JupyterLab, and to nothing again.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, isRunning, root } from '../support/jupyter.ts';

const execute = promisify(execFile);
const folder = join(mkdtempSync(join(tmpdir(), 'stepladder-start-')), 'a clone');
const TWO_MINUTES = 120_000;

/** Without what npm and this test's own Node have set: as from a terminal. */
const terminal = Object.fromEntries(
  Object.entries(process.env)
    .filter(([name]) => !/^(npm_|NODE_|STEPLADDER|JUPYTER|MLFLOW|VITEST)/.test(name))
    .map(([name, value]) => [
      name,
      name === 'PATH'
        ? value!
            .split(':')
            .filter(part => !part.includes('node_modules'))
            .join(':')
        : value
    ])
);

interface Start {
  child: ChildProcess;
  ended: Promise<unknown[]>;
  printed(): string;
}

function npmStart(...options: string[]): Start {
  const child = spawn('npm', ['start', '--', '--no-browser', ...options], {
    cwd: folder,
    env: terminal,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe']
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (printed += chunk));
  return { child, ended: once(child, 'exit'), printed: () => printed };
}

/** The two stable lines, once both are there. */
const addressesOf = (start: Start) =>
  eventually(
    'JupyterLab',
    async () => {
      if (start.child.exitCode) throw new Error(start.printed());
      const lab = /^JupyterLab: (http:\S+\/lab\?token=\S+)$/m.exec(start.printed())?.[1];
      const server = /^Stepladder: (http:\S+)$/m.exec(start.printed())?.[1];
      return lab && server ? { lab, server } : undefined;
    },
    TWO_MINUTES
  );

/** Processes whose command line names a file of the copy. */
function processesOf(): string[] {
  return readdirSync('/proc').filter(name => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(folder);
    } catch {
      return false;
    }
  });
}

beforeAll(async () => {
  const { stdout } = await execute('git', ['ls-files', '-z', '-co', '--exclude-standard'], {
    cwd: root
  });
  for (const file of stdout.split('\0').filter(Boolean))
    cpSync(join(root, file), join(folder, file), { recursive: true });
  const git = (...args: string[]) =>
    execute('git', ['-c', 'user.name=t', '-c', 'user.email=t@example', ...args], { cwd: folder });
  await git('init', '--quiet');
  await git('add', '--all');
  await git('commit', '--quiet', '-m', 'a clone');
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

test('one command sets everything up within two minutes, opens JupyterLab, and leaves the folder clean', async () => {
  const first = npmStart();
  const { lab, server } = await addressesOf(first);
  try {
    expect(await (await fetch(`${server}/health`)).text()).toBe('OK');
    expect((await fetch(lab)).status).toBe(200);
    const { origin, searchParams } = new URL(lab);
    const jupyter = (path: string, init: RequestInit = {}) =>
      fetch(origin + path, {
        ...init,
        headers: { authorization: `token ${searchParams.get('token')}` }
      });

    const specs = (await (await jupyter('/api/kernelspecs')).json()) as { kernelspecs: object };
    expect(Object.keys(specs.kernelspecs).sort()).toEqual(['python3', 'tslab']);
    const listed = (await (await jupyter('/api/contents/')).json()) as {
      content: { name: string }[];
    };
    expect(listed.content.map(({ name }) => name)).toContain('flights.ipynb');

    // A second one beside it says so, names the same addresses, and harms nothing.
    const second = npmStart();
    expect(await addressesOf(second)).toEqual({ lab, server });
    expect(await second.ended).toEqual([0, null]);
    expect(second.printed()).toContain('already running');
    expect((await fetch(lab)).status).toBe(200);

    for (const name of ['python3', 'tslab'])
      await jupyter('/api/kernels', { method: 'POST', body: JSON.stringify({ name }) });
    expect(processesOf().length).toBeGreaterThanOrEqual(4);
    expect((await execute('git', ['status', '--porcelain'], { cwd: folder })).stdout).toBe('');
  } finally {
    // What a terminal does at Ctrl-C: to the whole group.
    process.kill(-first.child.pid!, 'SIGINT');
    await first.ended;
  }
  await eventually('all of it to end', async () => (processesOf().length === 0 ? true : undefined));
});

test('the second time takes seconds; a taken port is no obstacle; npm’s end is the end', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const began = performance.now();
  const start = npmStart('--port', String(port));
  const { lab } = await addressesOf(start);
  expect(performance.now() - began).toBeLessThan(30_000);
  expect(new URL(lab).port).not.toBe(String(port));
  expect(start.printed()).toContain(`Port ${port} is taken`);
  const { pid } = JSON.parse(readFileSync(join(folder, '.stepladder', 'start.json'), 'utf8')) as {
    pid: number;
  };
  start.child.kill('SIGTERM');
  await start.ended;
  await eventually('all of it to end', async () =>
    processesOf().length === 0 && !isRunning(pid) ? true : undefined
  );
  taken.close();
});

test('a wrong option says what is right', async () => {
  const start = npmStart('--prot', '1');
  expect((await start.ended)[0]).toBe(1);
  expect(start.printed()).toContain('--no-browser and --port N');
});
