// Other programs, without a shell: quiet when they succeed, with their last words when they fail.
import { spawn } from 'node:child_process';
import { root } from './places.mjs';
import { SetupError } from './progress.mjs';

const LAST_LINES = 25;
const MEGABYTE = 1024 * 1024;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** What has been started and is not yet done: when one part fails, the others need not go on. */
export function stopCommands() {
  for (const child of running) child.kill('SIGTERM');
}

/**
 * @param {[string, ...string[]]} argv
 * @param {{ fails: string, remedy: string, env?: NodeJS.ProcessEnv, cwd?: string }} options what to say when it fails
 * @returns {Promise<string>} what it printed
 */
export function runCommand([program, ...args], { fails, remedy, env = process.env, cwd = root }) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    let printed = '';
    const keep = (/** @type {Buffer} */ chunk) => (printed = (printed + chunk).slice(-MEGABYTE));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', error => {
      running.delete(child);
      reject(
        new SetupError(`${fails}: "${program}" could not be started (${error.message})`, remedy)
      );
    });
    child.on('close', (code, signal) => {
      running.delete(child);
      if (code === 0) return resolve(printed);
      const words = printed.trimEnd().split('\n').slice(-LAST_LINES).join('\n');
      reject(new SetupError(`${words}\n\n${fails} (${signal ?? `exit code ${code}`})`, remedy));
    });
  });
}
