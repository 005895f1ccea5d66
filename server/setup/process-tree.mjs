// A process and everything below it: kernels and workers lead process groups of their own, so a group is not enough.
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive } from './one-at-a-time.mjs';

/** Children before this moment of `pid`, theirs, and so on. @param {number} pid @returns {number[]} */
export function descendants(pid) {
  /** @type {Map<number, number[]>} */
  const children = new Map();
  for (const [child, parent] of allProcesses())
    children.set(parent, [...(children.get(parent) ?? []), child]);
  const found = [];
  for (const queue = [pid]; queue.length > 0;) {
    const next = children.get(/** @type {number} */ (queue.pop())) ?? [];
    found.push(...next);
    queue.push(...next);
  }
  return found;
}

/** @returns {[number, number][]} process and parent */
function allProcesses() {
  if (process.platform === 'linux') return readProc();
  if (process.platform === 'win32') return [];
  const lines = execFileSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  return lines.map(line => /** @type {[number, number]} */ (line.trim().split(/\s+/).map(Number)));
}

/** @returns {[number, number][]} */
function readProc() {
  return readdirSync('/proc').flatMap(name => {
    if (!/^\d+$/.test(name)) return [];
    try {
      // "pid (name) state ppid …"; the name may hold anything, brackets too.
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      return [
        /** @type {[number, number]} */ ([
          Number(name),
          Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
        ])
      ];
    } catch {
      return [];
    }
  });
}

/**
 * Asks the process to end, gives it time to end what it has started, and ends what is left.
 * @param {number} pid @param {number} patience in milliseconds
 */
export async function endTree(pid, patience) {
  const below = descendants(pid);
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(pid), '/T', '/F']);
    return;
  }
  signal(pid, 'SIGTERM');
  await goneWithin([pid, ...below], patience);
  const left = [pid, ...below].filter(isAlive);
  for (const one of left) signal(one, 'SIGKILL');
  await goneWithin(left, 2000);
}

/** @param {number[]} pids @param {number} patience */
async function goneWithin(pids, patience) {
  for (const until = Date.now() + patience; Date.now() < until && pids.some(isAlive);)
    await pause(50);
}

/** @param {number} pid @param {NodeJS.Signals} name */
function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
    // It has just ended by itself.
  }
}
