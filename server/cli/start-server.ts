// A server of this process: builds the application, listens, tells the data folder where it is.
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import type { Config } from '../config.ts';
import { problem } from '../contract/problem.ts';
import { type DataLock, findRunning, lockData, type RunningServer } from './data-folder.ts';

export interface OwnServer extends RunningServer {
  close(): Promise<void>;
}

const PATIENCE = 10_000;
const GLANCE = 50;

/** The server on the data folder: one of this process, or the one that is there. One that is just ending is waited for. */
export async function startOrFind(
  config: Config
): Promise<{ server: RunningServer; own: OwnServer | undefined }> {
  for (const until = Date.now() + PATIENCE; ;) {
    const own = await startServer(config);
    const server = own ?? (await findRunning(config.data));
    if (server) return { server, own };
    if (Date.now() > until) {
      throw problem(
        'already_running',
        `Another process holds the data folder "${config.data}" but does not answer`,
        { remedy: 'End that process, or use another --data folder' }
      );
    }
    await new Promise(resolve => setTimeout(resolve, GLANCE));
  }
}

/** @returns nothing when another process already serves the data folder. */
export async function startServer(config: Config): Promise<OwnServer | undefined> {
  const lock = lockData(config.data);
  if (!lock) return undefined;
  try {
    return await listen(config, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function listen(config: Config, lock: DataLock): Promise<OwnServer> {
  // Only here, so that what is imported before it can be little.
  const { buildApp } = await import('../app.ts');
  const token = config.token ?? randomBytes(24).toString('base64url');
  const log = createWriteStream(join(config.data, 'server.log'), { flags: 'a', mode: 0o600 });
  log.on('error', () => {});
  const { app, connect } = await buildApp({ config: { ...config, token }, log });
  try {
    await app.listen({ host: config.host, port: config.port });
  } catch (error) {
    await app.close();
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
      throw problem(
        'already_running',
        `Port ${config.port} on ${config.host} is taken by another program`,
        {
          remedy: 'Choose another --port, or 0 for any free one'
        }
      );
    }
    throw error;
  }
  // Whoever else is served does not suffer from work that nobody waits for.
  const onStray = (error: unknown) => app.log.error({ err: error }, STRAY);
  process.on('unhandledRejection', onStray);
  const port = app.addresses()[0]!.port;
  const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
  connect({ url, token });
  const server: RunningServer = {
    url,
    token: config.auth === 'none' ? undefined : token,
    pid: process.pid
  };
  lock.announce(server);
  keepYoungSmall();
  return {
    ...server,
    async close() {
      await app.close();
      process.off('unhandledRejection', onStray);
      lock.release();
      log.end();
    }
  };
}

/** How the log names the failure of work that nobody waited for: a mistake of ours. */
export const STRAY = 'nobody waited for what failed';

/** Bytes. More makes nothing faster, and what is idle gives it back late; once it is given back, it may grow so far again. */
const YOUNG = 16 * 2 ** 20;

/** Bounds the room for young objects. */
function keepYoungSmall(): void {
  new PerformanceObserver(() => {
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    const isFull = (young?.space_size ?? 0) >= YOUNG;
    setFlagsFromString(`--semi-space-growth-factor=${isFull ? 1 : 2}`);
  }).observe({ entryTypes: ['gc'] });
}
