// A real Jupyter server of the project's environment, with nothing of the user's own configuration in it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const TOKEN = 'a-token-that-only-tests-use';

export interface JupyterStatus {
  state: 'ready' | 'starting' | 'failed';
  detail: string;
  remedy: string;
  url: string | null;
  workspace: string;
}

export interface Jupyter {
  readonly base: string;
  readonly token: string;
  readonly folder: string;
  readonly child: ChildProcess;
  /** With the token, unless `headers` says otherwise. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  status(): Promise<JupyterStatus>;
  /** Once it is that; fails when it is not within half a minute. */
  until(state: JupyterStatus['state']): Promise<JupyterStatus>;
  /** What the expression prints in a fresh Python kernel. */
  evaluate(expression: string): Promise<string>;
  log(): string;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export interface JupyterOptions {
  python?: string;
  environment?: Record<string, string>;
  /** Shared with another Jupyter; else a fresh one. */
  data?: string;
  /** With JupyterLab's or Notebook 7's pages, or the bare server. */
  program?: 'jupyter_server' | 'jupyterlab' | 'notebook';
  /** Folder of the notebooks; else an empty one. */
  workspace?: string;
}

export async function startJupyter(options: JupyterOptions = {}): Promise<Jupyter> {
  const folder = mkdtempSync(join(tmpdir(), 'stepladder-jupyter-'));
  const workspace = options.workspace ?? join(folder, 'notebooks');
  mkdirSync(workspace, { recursive: true });
  const port = await freePort();
  const child = spawn(
    options.python ?? join(root, '.venv', 'bin', 'python'),
    [
      '-m',
      options.program ?? 'jupyter_server',
      '--no-browser',
      '--allow-root',
      `--ServerApp.port=${port}`,
      '--ServerApp.port_retries=0'
    ],
    { cwd: workspace, env: environment(folder, options), stdio: ['ignore', 'pipe', 'pipe'] }
  );
  let log = '';
  child.stdout.on('data', (chunk: Buffer) => (log += chunk));
  child.stderr.on('data', (chunk: Buffer) => (log += chunk));
  const ended = once(child, 'exit');
  const base = `http://127.0.0.1:${port}`;

  const ask = (path: string, init: RequestInit = {}) =>
    fetch(base + path, {
      redirect: 'manual',
      ...init,
      headers: { authorization: `token ${TOKEN}`, ...init.headers }
    });
  const jupyter: Jupyter = {
    base,
    token: TOKEN,
    folder,
    child,
    fetch: ask,
    status: async () => (await ask('/stepladder/status')).json() as Promise<JupyterStatus>,
    until: state =>
      eventually(`the server being ${state}`, async () => {
        const status = await jupyter.status();
        return status.state === state ? status : undefined;
      }),
    evaluate: expression => evaluate(jupyter, expression),
    log: () => log,
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      if (child.exitCode === null && child.signalCode === null) await ended;
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  };
  await eventually(`Jupyter at ${base}`, async () => {
    if (child.exitCode !== null) throw new Error(`Jupyter ended:\n${log}`);
    return (await ask('/api/status').catch(() => undefined))?.ok ? true : undefined;
  });
  return jupyter;
}

function environment(
  folder: string,
  { environment = {}, data }: JupyterOptions
): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(STEPLADDER|JUPYTER|JPY|MLFLOW|VITEST|NODE_|npm_)/.test(name)
  );
  return {
    ...Object.fromEntries(kept),
    JUPYTER_CONFIG_DIR: join(folder, 'config'),
    JUPYTER_DATA_DIR: join(folder, 'share'),
    JUPYTER_RUNTIME_DIR: join(folder, 'runtime'),
    IPYTHONDIR: join(folder, 'ipython'),
    JUPYTER_TOKEN: TOKEN,
    STEPLADDER_DATA: data ?? join(folder, 'data'),
    ...environment
  };
}

/** Asks again until there is an answer. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  patience = 90_000
): Promise<T> {
  for (const until = Date.now() + patience; ; await pause(50)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > until) throw new Error(`Waited ${patience / 1000} s in vain for ${what}`);
  }
}

async function evaluate(jupyter: Jupyter, expression: string): Promise<string> {
  const started = await jupyter.fetch('/api/kernels', {
    method: 'POST',
    body: '{"name":"python3"}'
  });
  const { id } = (await started.json()) as { id: string };
  const socket = new WebSocket(
    `${jupyter.base.replace('http', 'ws')}/api/kernels/${id}/channels?token=${jupyter.token}`
  );
  try {
    await once(socket, 'open');
    return await answerOf(socket, expression);
  } finally {
    socket.close();
    await jupyter.fetch(`/api/kernels/${id}`, { method: 'DELETE' });
  }
}

function answerOf(socket: WebSocket, expression: string): Promise<string> {
  const header = {
    msg_id: 'one',
    msg_type: 'execute_request',
    session: 'test',
    username: '',
    version: '5.3',
    date: ''
  };
  const content = {
    code: `print(${expression})`,
    silent: false,
    store_history: false,
    user_expressions: {},
    allow_stdin: false
  };
  const printed = new Promise<string>((resolve, reject) => {
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data));
      if (message.parent_header?.msg_id !== 'one') return;
      if (message.msg_type === 'stream') resolve(message.content.text.trimEnd());
      if (message.msg_type === 'error') reject(new Error(message.content.evalue));
    });
  });
  socket.send(
    JSON.stringify({
      header,
      parent_header: {},
      metadata: {},
      content,
      channel: 'shell',
      buffers: []
    })
  );
  return printed;
}

export const isRunning = (pid: number): boolean => {
  try {
    // A process that has ended but was not yet waited for still has an entry.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};
