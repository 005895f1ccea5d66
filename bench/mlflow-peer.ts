// MLflow's own server on SQLite, in a folder of its own, for measuring beside ours.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../test/support/free-port.ts';

export interface Peer {
  url: string;
  /** The file of its database. */
  database: string;
  /** Of its first process: its workers are below it. */
  pid: number;
  stop(): Promise<void>;
}

export async function startMlflowPeer(python: string, more: readonly string[]): Promise<Peer> {
  const folder = mkdtempSync(join(tmpdir(), 'stepladder-bench-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const database = join(folder, 'mlflow.db');
  // A group of its own: its workers end with it.
  const child = spawn(
    python,
    [
      ...['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(port)],
      ...['--backend-store-uri', `sqlite:///${database}`],
      ...['--artifacts-destination', `${folder}/artifacts`],
      ...more
    ],
    {
      cwd: folder,
      detached: true,
      stdio: 'ignore',
      env: { ...process.env, MLFLOW_DISABLE_TELEMETRY: 'true' }
    }
  );
  const ended = new Promise(resolve => child.once('exit', resolve));
  async function stop(): Promise<void> {
    // Not politely: told to end, it may wait for ever for a worker that has ended.
    if (child.exitCode === null) process.kill(-child.pid!, 'SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
  const isUp = () =>
    fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false
    );
  for (let tries = 0; !(await isUp()); tries += 1) {
    if (tries > 1200 || child.exitCode !== null) {
      await stop();
      throw new Error('mlflow server did not start');
    }
    await delay(250);
  }
  return { url, database, pid: child.pid!, stop };
}
