// NOTIFY between the servers on one database, over a connection that only listens.
import { randomUUID } from 'node:crypto';
import { Client, type Pool } from 'pg';
import type { Channel } from './open.ts';

const NAME = 'stepladder';
/** What one notification can hold, the sender's id apart. */
const WORD_BYTES = 7900;
const RECONNECT = 1000;

export function openChannel(url: string, pool: Pool): Channel & { close(): Promise<void> } {
  const self = randomUUID();
  let hear: ((word: string) => void) | undefined;
  let listener: Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;

  async function connect(): Promise<void> {
    const client = new Client({
      connectionString: url,
      application_name: 'stepladder (listens)',
      keepAlive: true
    });
    listener = client;
    client.on('notification', ({ payload = '' }) => {
      if (!payload.startsWith(self)) hear?.(payload.slice(self.length));
    });
    // Said of a lost connection, once or more often; 'end' follows.
    client.on('error', () => {});
    client.on('end', reconnectLater);
    try {
      await client.connect();
      await client.query(`listen ${NAME}`);
    } catch {
      reconnectLater();
    }
  }
  function reconnectLater(): void {
    if (closed || retry) return;
    retry = setTimeout(() => {
      retry = undefined;
      void connect();
    }, RECONNECT).unref();
  }

  return {
    async send(words) {
      const fitting = words.filter(word => Buffer.byteLength(word) <= WORD_BYTES);
      if (closed || fitting.length === 0) return;
      await pool
        .query('select pg_notify($1, $2 || word) from unnest($3::text[]) as word', [
          NAME,
          self,
          fitting
        ])
        .catch(() => {});
    },
    listen(listenerOfWords) {
      hear = listenerOfWords;
      void connect();
    },
    async close() {
      closed = true;
      clearTimeout(retry);
      await listener?.end().catch(() => {});
    }
  };
}
