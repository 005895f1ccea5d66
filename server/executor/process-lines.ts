import type { Readable } from 'node:stream';

/** Calls back with the whole lines of each chunk; what is left at the end counts as a line. */
export function readLines(stream: Readable, onLines: (lines: string[]) => void): void {
  let partial = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (partial + text).split('\n');
    partial = lines.pop() ?? '';
    if (lines.length > 0) onLines(lines);
  });
  stream.on('end', () => {
    if (partial !== '') onLines([partial]);
    partial = '';
  });
}

/** Ends a process and whatever it started; it has had its own group from the beginning. */
export function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It is gone already.
  }
}

const PATIENCE = 2000;

/** Asks it to end, and ends it when it does not. */
export function endGroup(pid: number | undefined, ended: Promise<unknown>): void {
  killGroup(pid, 'SIGTERM');
  const timer = setTimeout(() => killGroup(pid, 'SIGKILL'), PATIENCE);
  timer.unref();
  void ended.finally(() => clearTimeout(timer));
}
