// A real server in a process of its own, on a data folder of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const MAIN = join(REPOSITORY, 'server/cli/stepladder.js');

export interface TestServer {
  url: string;
  token: string;
  data: string;
  process: ChildProcess;
  /** Ends it politely; the data folder goes unless it was given. */
  stop(): Promise<void>;
  /** kill -9; the data folder stays. */
  kill(): Promise<void>;
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

export interface TestServerOptions {
  data?: string;
  port?: number;
  workspace?: string;
  args?: string[];
  /** Besides the test's own. */
  environment?: Record<string, string>;
}

export async function startServer({
  data,
  port = 0,
  workspace,
  args = [],
  environment = {}
}: TestServerOptions = {}): Promise<TestServer> {
  const folder = data ?? mkdtempSync(join(tmpdir(), 'stepladder-'));
  const child = spawn(
    process.execPath,
    [
      MAIN,
      '--data',
      folder,
      'serve',
      '--json',
      '--port',
      String(port),
      ...(workspace ? ['--workspace', workspace] : []),
      ...args
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...environment } }
  );
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
  const { url, token } = await new Promise<{ url: string; token: string }>((resolve, reject) => {
    createInterface({ input: child.stdout! }).once('line', line =>
      resolve(JSON.parse(line) as { url: string; token: string })
    );
    child.once('exit', code =>
      reject(new Error(`The server ended with ${code} before it was ready`))
    );
  });
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await ended;
  };
  return {
    url,
    token,
    data: folder,
    process: child,
    kill: () => end('SIGKILL'),
    async stop() {
      await end('SIGTERM');
      if (data === undefined) rmSync(folder, { recursive: true, force: true });
    },
    fetch: (path, init = {}) =>
      fetch(url + path, {
        ...init,
        headers: { authorization: `Bearer ${token}`, ...(init.headers as object) }
      })
  };
}
