/// <reference types="node" />
// The folder of what waits for the server, and whose processes its files are.
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';

export function outboxFolder(server: string, environment: NodeJS.ProcessEnv): string {
  const name = createHash('sha256').update(server).digest('hex').slice(0, 16);
  const cache = environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return (
    environment['STEPLADDER_OUTBOX'] ?? join(cache, 'stepladder', 'outbox', `typescript-${name}`)
  );
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
