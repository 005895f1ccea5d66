/// <reference types="node" />
// What waits while the server is away stands in one file a process; the next process takes over those of processes that ended.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OutboxStorage, SessionBatch } from '../delivery/outbox.ts';
import { isAlive, outboxFolder } from './outbox-folder.ts';

const NAME = /^typescript-(\d+)-\d+\.queue$/;

export function queueFiles(server: string, environment: NodeJS.ProcessEnv): OutboxStorage {
  const folder = outboxFolder(server, environment);
  const own = join(folder, `typescript-${process.pid}-${Date.now()}.queue`);

  function write(batches: SessionBatch[]): void {
    if (batches.length === 0) return rmSync(own, { force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(`${own}.partial`, JSON.stringify(batches), { mode: 0o600 });
    renameSync(`${own}.partial`, own);
  }

  return {
    async load() {
      const left = listQueues(folder).filter(({ pid }) => !isAlive(pid));
      const batches = left.flatMap(({ path }) => readQueue(path));
      if (batches.length > 0) write(batches);
      left.forEach(({ path }) => rmSync(path, { force: true }));
      return batches;
    },
    async save(batches) {
      write(batches);
    }
  };
}

function listQueues(folder: string): { path: string; pid: number }[] {
  try {
    return readdirSync(folder).flatMap(name => {
      const pid = NAME.exec(name)?.[1];
      return pid ? [{ path: join(folder, name), pid: Number(pid) }] : [];
    });
  } catch {
    return [];
  }
}

function readQueue(path: string): SessionBatch[] {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as SessionBatch[];
  } catch {
    return [];
  }
}
