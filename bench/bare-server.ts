// A yardstick in a process of its own: a server that does next to nothing.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface BareServer {
  url: string;
  stop(): Promise<void>;
}

/** @param script beside this file; it prints its port when it listens. */
export async function startBareServer(script: string, ...args: string[]): Promise<BareServer> {
  const child = spawn(process.execPath, [join(import.meta.dirname, script), ...args], {
    stdio: ['ignore', 'pipe', 'inherit']
  });
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    url: `http://127.0.0.1:${String(port).trim()}`,
    async stop() {
      child.kill();
      await once(child, 'exit');
    }
  };
}
