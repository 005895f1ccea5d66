// A server of this process: builds the application, listens, tells the data folder where it is.
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { buildApp } from '../app.ts';
import type { Config } from '../config.ts';
import { problem } from '../contract/problem.ts';
import { type DataLock, lockData, type RunningServer } from './data-folder.ts';

export interface OwnServer extends RunningServer {
  close(): Promise<void>;
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
  const port = app.addresses()[0]!.port;
  const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
  connect({ url, token });
  const server: RunningServer = {
    url,
    token: config.auth === 'none' ? undefined : token,
    pid: process.pid
  };
  lock.announce(server);
  return {
    ...server,
    async close() {
      await app.close();
      lock.release();
      log.end();
    }
  };
}
