// `npm start`: set-up, then JupyterLab on the examples, whose server extension starts the metadata server.
// Options, after `--`: `--no-browser`, `--port N`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { announce, findRunning, retract } from './already-running.mjs';
import { startJupyterLab, untilReady } from './jupyterlab.mjs';
import { oneAtATime } from './one-at-a-time.mjs';
import { endTree } from './process-tree.mjs';
import { giveUp, say, SetupError, seconds } from './progress.mjs';
import { stopCommands } from './run-command.mjs';
import { setUp } from './set-up.mjs';

const POLITE = 10_000;
const GLANCE = 500;

function readOptions() {
  try {
    const { values } = parseArgs({
      options: { 'no-browser': { type: 'boolean' }, port: { type: 'string' } }
    });
    const port = values.port === undefined ? undefined : Number(values.port);
    if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
      throw new Error(`--port ${values.port} is not a port`);
    }
    return { browser: !values['no-browser'], port };
  } catch (error) {
    throw new SetupError(
      `npm start: ${/** @type {Error} */ (error).message}`,
      'Its options are --no-browser and --port N, after "--": npm start -- --no-browser'
    );
  }
}

/** The two lines that programs may read. @param {{ lab: string, server: string }} addresses */
function printAddresses({ lab, server }) {
  say(`JupyterLab: ${lab}`);
  if (server) say(`Stepladder: ${server}`);
}

/** @param {string} url */
function openBrowser(url) {
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'])
    return;
  const opener = { darwin: ['open'], win32: ['explorer'] }[
    /** @type {string} */ (process.platform)
  ] ?? ['xdg-open'];
  const child = spawn(/** @type {string} */ (opener[0]), [url], {
    stdio: 'ignore',
    detached: true
  });
  child.on('error', () => {});
  child.unref();
}

/** @type {import('node:child_process').ChildProcess | undefined} */
let jupyter;
/** @type {Promise<never> | undefined} */
let stopping;

/** A signal sent to npm alone ends npm and its shell, but is not handed on to us. */
function stopWithNpm() {
  const parent = process.ppid;
  if (!process.env['npm_lifecycle_event']) return;
  const glance = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(glance);
    stop();
  }, GLANCE);
  glance.unref();
}

function stop() {
  stopping ??= endEverything();
}

/** @returns {Promise<never>} */
async function endEverything() {
  say('Stopping …');
  stopCommands();
  if (jupyter?.pid) await endTree(jupyter.pid, POLITE);
  retract();
  process.exit(0);
}

/** @param {{ browser: boolean, port: number | undefined }} options */
async function start({ browser, port }) {
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(name, stop);
  stopWithNpm();
  await setUp();
  // Under the lock, so that of two that start at once the second finds the first.
  await oneAtATime(async () => {
    const running = await findRunning();
    if (running) {
      say('JupyterLab is already running for this folder; nothing was started.');
      printAddresses(running);
    } else await startAndAnnounce(port, browser);
  });
  if (!jupyter) return;
  if (jupyter.exitCode === null) await once(jupyter, 'exit');
  if (stopping) return stopping;
  say('JupyterLab has ended.');
  retract();
}

/** @param {number | undefined} port @param {boolean} browser */
async function startAndAnnounce(port, browser) {
  const lab = await startJupyterLab(port);
  jupyter = lab.child;
  const status = await untilReady(lab).catch(async error => {
    if (lab.child.pid) await endTree(lab.child.pid, POLITE);
    throw error;
  });
  const addresses = { lab: `${lab.base}/lab?token=${lab.token}`, server: status.url ?? '' };
  announce(addresses);
  if (port !== undefined && !lab.base.endsWith(`:${port}`))
    say(`Port ${port} is taken; this is another one.`);
  printAddresses(addresses);
  if (status.state === 'failed') say(`Stepladder does not run: ${status.detail}. ${status.remedy}`);
  say(`Ready (${seconds()}); Ctrl-C ends both.`);
  if (browser) openBrowser(addresses.lab);
}

await Promise.resolve()
  .then(readOptions)
  .then(start)
  .then(() => process.exit(0), giveUp);
