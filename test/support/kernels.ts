// Real kernels behind a Jupyter server without our extension: they are told where our server is as that would tell them.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type HeadlessChannel,
  headlessChannel
} from '../../kernel-bridge/capture/headless-channel.ts';
import type { KernelMessage } from '../../kernel-bridge/capture/message.ts';
import { freePort } from './free-port.ts';
import { REPOSITORY, type TestServer } from './server.ts';

const BIN = join(REPOSITORY, '.venv/bin');
export const STARTUP = join(REPOSITORY, 'kernel-bridge/python/stepladder/startup.py');

export interface Jupyter {
  url: string;
  token: string;
  /** Its working folder. */
  folder: string;
  call(method: string, path: string, body?: unknown): Promise<unknown>;
  /** A kernel for the notebook of that name. */
  open(notebook: string, kernel?: string): Promise<OpenKernel>;
  stop(): Promise<void>;
}

export interface Ran {
  id: string;
  status: string;
  count: number | undefined;
  /** What it wrote to stdout and stderr, and its errors' names. */
  text: string;
}

export interface OpenKernel {
  kernelId: string;
  channel: HeadlessChannel;
  connect(): Promise<HeadlessChannel>;
  /** Runs a cell to its end: its reply has come and the kernel is idle again. */
  run(code: string, metadata?: Record<string, unknown>): Promise<Ran>;
  restart(): Promise<void>;
  interrupt(): Promise<void>;
  close(): Promise<void>;
}

/** What kernels are told of our server, for processes that are not started by our server extension. */
export function pointedAt(
  server: Pick<TestServer, 'url' | 'token' | 'data'>
): Record<string, string> {
  return {
    PYTHONSTARTUP: STARTUP,
    STEPLADDER_URL: server.url,
    STEPLADDER_TOKEN: server.token,
    STEPLADDER_DATA: server.data,
    MLFLOW_TRACKING_URI: server.url,
    MLFLOW_TRACKING_TOKEN: server.token
  };
}

export async function startJupyter(environment: Record<string, string> = {}): Promise<Jupyter> {
  const folder = mkdtempSync(join(tmpdir(), 'stepladder-jupyter-'));
  const port = await freePort();
  const token = 'token-of-a-test';
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    join(BIN, 'python'),
    [
      '-m',
      'jupyter_server',
      '--no-browser',
      '--allow-root',
      `--ServerApp.port=${port}`,
      '--ServerApp.port_retries=0',
      `--ServerApp.root_dir=${folder}`,
      `--IdentityProvider.token=${token}`,
      "--ServerApp.jpserver_extensions={'stepladder': False, 'jupyterlab': False}",
      '--ServerApp.log_level=ERROR'
    ],
    {
      cwd: folder,
      env: {
        ...process.env,
        IPYTHONDIR: join(folder, '.ipython'),
        STEPLADDER_OUTBOX: join(folder, '.outbox'),
        ...environment
      },
      stdio: ['ignore', 'inherit', 'inherit']
    }
  );
  async function call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `token ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }
  await answers(child, () => call('GET', '/api/status'));

  return {
    url,
    token,
    folder,
    call,
    async open(notebook, kernel = 'python3') {
      const session = (await call('POST', '/api/sessions', {
        path: notebook,
        name: notebook,
        type: 'notebook',
        kernel: { name: kernel }
      })) as { id: string; kernel: { id: string } };
      const kernelId = session.kernel.id;
      const connect = () => headlessChannel({ url, token }, kernelId);
      const channel = await connect();
      return {
        kernelId,
        channel,
        connect,
        run: (code, metadata) => runCell(channel, code, metadata),
        restart: async () => void (await call('POST', `/api/kernels/${kernelId}/restart`)),
        interrupt: async () => void (await call('POST', `/api/kernels/${kernelId}/interrupt`)),
        async close() {
          channel.close();
          await call('DELETE', `/api/sessions/${session.id}`);
        }
      };
    },
    async stop() {
      const ended = new Promise(resolve => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    }
  };
}

export function runCell(
  channel: HeadlessChannel,
  code: string,
  metadata: Record<string, unknown> = {}
): Promise<Ran> {
  return new Promise(resolve => {
    let text = '';
    let reply: KernelMessage | undefined;
    let isIdle = false;
    let id = '';
    const end = channel.onFrame(({ direction, message }) => {
      if (direction === 'send' || message.parent_header?.msg_id !== id) return;
      const { content, header } = message;
      if (header.msg_type === 'stream') text += content['text'] as string;
      if (header.msg_type === 'error') text += content['ename'] as string;
      if (header.msg_type === 'execute_reply') reply = message;
      if (content['execution_state'] === 'idle') isIdle = true;
      if (!reply || !isIdle) return;
      end();
      resolve({
        id,
        text,
        status: reply.content['status'] as string,
        count: reply.content['execution_count'] as number | undefined
      });
    });
    id = channel.execute(code, { metadata });
  });
}

async function answers(child: ChildProcess, ask: () => Promise<unknown>): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`Jupyter ended with ${child.exitCode}`);
    if (
      await ask().then(
        () => true,
        () => false
      )
    )
      return;
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}
