// One server a data folder. The lock is SQLite's own, so it ends with the process that holds it, however that dies.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { problem } from '../contract/problem.ts';

/** What `<data>/server.json` says of the server that holds the folder. */
export const RunningServer = z.object({
  url: z.string(),
  token: z.string().optional(),
  pid: z.number().int()
});
export type RunningServer = z.infer<typeof RunningServer>;

export interface DataLock {
  announce(server: RunningServer): void;
  release(): void;
}

/** @returns nothing when another process holds the folder. @throws storage_unavailable when it cannot be written to. */
export function lockData(data: string): DataLock | undefined {
  let lock: DatabaseSync;
  try {
    mkdirSync(data, { recursive: true, mode: 0o700 });
    lock = new DatabaseSync(join(data, 'server.lock'));
    lock.exec('pragma busy_timeout = 0; pragma journal_mode = delete;');
  } catch (error) {
    if (isLocked(error)) return undefined;
    throw problem(
      'storage_unavailable',
      `The data folder "${data}" cannot be used: ${(error as Error).message}`,
      {
        remedy: 'Make it writable, or choose another one with --data'
      }
    );
  }
  try {
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    if (isLocked(error)) return undefined;
    throw problem(
      'storage_unavailable',
      `The data folder "${data}" cannot be written to: ${(error as Error).message}`,
      {
        remedy: 'Make it writable, or choose another one with --data'
      }
    );
  }
  const file = join(data, 'server.json');
  return {
    announce(server) {
      writeFileSync(`${file}.partial`, JSON.stringify(server), { mode: 0o600 });
      renameSync(`${file}.partial`, file);
    },
    release() {
      rmSync(file, { force: true });
      lock.close();
    }
  };
}

/** The server that holds the folder, when it answers. */
export async function findRunning(data: string): Promise<RunningServer | undefined> {
  const server = readAnnounced(data);
  return server && (await answers(server)) ? server : undefined;
}

function readAnnounced(data: string): RunningServer | undefined {
  try {
    return RunningServer.parse(JSON.parse(readFileSync(join(data, 'server.json'), 'utf8')));
  } catch {
    return undefined;
  }
}

async function answers({ url }: RunningServer): Promise<boolean> {
  const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2000) }).catch(
    () => undefined
  );
  return response?.ok ?? false;
}

function isLocked(error: unknown): boolean {
  return error instanceof Error && /locked|busy/i.test(error.message);
}
