// JupyterLab of the environment, on the examples, as a process that ends when we end.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { at, data, venv, venvBin, venvPython } from './places.mjs';
import { SetupError } from './progress.mjs';

export const HOST = '127.0.0.1';
const DEFAULT_PORT = 8888;
const PATIENCE = 90_000;
const LOG = join(data, 'jupyterlab.log');

/** @typedef {{ child: import('node:child_process').ChildProcess, base: string, token: string }} JupyterLab */

/** @param {number | undefined} port @returns {Promise<JupyterLab>} */
export async function startJupyterLab(port) {
  const free = await findFreePort(port ?? DEFAULT_PORT);
  const token = process.env['JUPYTER_TOKEN'] || randomBytes(24).toString('hex');
  const options = [
    '--no-browser',
    `--ServerApp.root_dir=${at('examples')}`,
    `--ServerApp.ip=${HOST}`,
    `--ServerApp.port=${free}`,
    '--ServerApp.port_retries=0',
    '--ServerApp.base_url=/'
  ];
  if (process.getuid?.() === 0) options.push('--allow-root');
  const log = openSync(LOG, 'w', 0o600);
  const child = spawn(venvPython, ['-m', 'jupyterlab', ...options], {
    cwd: at('examples'),
    env: environment(token),
    // Its input is the lifeline: however we end, it reads the end of it. A group of its own keeps Ctrl-C for us.
    stdio: ['pipe', log, log],
    detached: true
  });
  closeSync(log);
  return { child, base: `http://${HOST}:${free}`, token };
}

/** @param {string} token */
function environment(token) {
  const environment = { ...process.env };
  for (const name of Object.keys(environment)) if (/^npm_/i.test(name)) delete environment[name];
  // Set by a JupyterLab that we may have been started from: its server, not this clone's.
  if (environment['MLFLOW_TRACKING_URI'] === environment['STEPLADDER_URL']) {
    delete environment['MLFLOW_TRACKING_URI'];
    delete environment['MLFLOW_TRACKING_TOKEN'];
  }
  delete environment['STEPLADDER_URL'];
  delete environment['STEPLADDER_TOKEN'];
  return {
    ...environment,
    PATH: [venvBin, environment['PATH']].join(delimiter),
    VIRTUAL_ENV: venv,
    JUPYTER_TOKEN: token,
    STEPLADDER_DATA: data,
    STEPLADDER_LIFELINE: 'stdin'
  };
}

/**
 * Waits until JupyterLab answers and its companion server has said how it stands.
 * @param {JupyterLab} lab
 * @returns {Promise<{ state: string, detail: string, remedy: string, url: string | null }>}
 */
export async function untilReady({ child, base, token }) {
  let ended = false;
  child.once('exit', () => (ended = true));
  for (const until = Date.now() + PATIENCE; Date.now() < until && !ended; await pause(100)) {
    const status = await readStatus(base, token);
    if (status && status.state !== 'starting') return status;
  }
  const words = readFileSync(LOG, 'utf8').trimEnd().split('\n').slice(-25).join('\n');
  throw new SetupError(
    `${words}\n\nJupyterLab ${ended ? 'ended' : 'did not answer in time'}`,
    `Its whole log is ${LOG}. "rm -rf .venv" and "npm run setup" make its environment anew.`
  );
}

/** @param {string} base @param {string} token */
async function readStatus(base, token) {
  try {
    const response = await fetch(`${base}/stepladder/status`, {
      headers: { authorization: `token ${token}` }
    });
    if (response.ok) return await response.json();
    if (response.status === 404) {
      return {
        state: 'failed',
        url: null,
        detail: 'Its Jupyter server extension was not loaded',
        remedy: `${LOG} says why`
      };
    }
  } catch {
    // Not listening yet.
  }
  return undefined;
}

/** @param {number} port @returns {Promise<number>} that port, the next free one, or any free one */
async function findFreePort(port) {
  for (let candidate = port; candidate < Math.min(port + 50, 65_536); candidate++) {
    const free = await tryPort(candidate);
    if (free) return free;
  }
  return (await tryPort(0)) ?? port;
}

/** @param {number} port @returns {Promise<number | undefined>} the port, if it could be listened on */
function tryPort(port) {
  return new Promise(resolve => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen({ host: HOST, port, exclusive: true }, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
    });
  });
}
