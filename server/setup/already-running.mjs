// One JupyterLab a clone: who holds it is written in the data folder, and is believed only if it answers.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { data } from './places.mjs';
import { isAlive } from './one-at-a-time.mjs';

const file = join(data, 'start.json');

/** @typedef {{ pid: number, lab: string, server: string }} Running the two addresses that `npm start` prints */

/** @returns {Promise<Running | undefined>} */
export async function findRunning() {
  /** @type {Running} */
  let running;
  try {
    running = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
  return isAlive(running.pid) && (await answers(running.lab)) ? running : undefined;
}

/** @param {string} url */
async function answers(url) {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(5000) })).ok;
  } catch {
    return false;
  }
}

/** @param {Omit<Running, 'pid'>} addresses */
export function announce(addresses) {
  writeFileSync(file, JSON.stringify({ pid: process.pid, ...addresses }), { mode: 0o600 });
}

export function retract() {
  rmSync(file, { force: true });
}
