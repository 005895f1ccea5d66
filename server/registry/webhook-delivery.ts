// Sends what waits: at once after the change, again after a fault, and after a restart what the server had left.
import { type Seal, SEALED } from '../auth/seal.ts';
import type { Database } from '../database/open.ts';
import type { Clock } from '../events/clock.ts';
import { type Reach, sendWebhook, type WebhookTarget } from './webhook-request.ts';
import * as store from './webhook-store.ts';

const SIDE_BY_SIDE = 10;
/** One attempt and three more, after 1, 2 and 4 seconds. */
const ATTEMPTS = 4;
const FIRST_PAUSE = 1000;
/** An attempt has ended by then; else its server has, and another takes over. */
const CLAIMED = 60_000;
const LEFT_TO_OTHERS = 3600 * 1000;
const KEPT = 30 * 24 * 3600 * 1000;
const RETRIED = [429, 500, 502, 503, 504];

export interface DeliveryParts {
  database: Database;
  clock: Clock;
  seal: Seal;
  reach: Reach;
}

/** As it is called. @throws when its secret was sealed with another key. */
export const unsealed = ({ url, secret }: WebhookTarget, seal: Seal): WebhookTarget => ({
  url,
  // Of a version before ours it stands there as it is, until the server's start has sealed it.
  secret: secret?.startsWith(SEALED) ? seal.open(secret) : secret
});

export type WebhookDelivery = ReturnType<typeof createWebhookDelivery>;

export function createWebhookDelivery({ database, clock, seal, reach }: DeliveryParts) {
  const ending = new AbortController();
  let draining: Promise<void> | undefined;
  let tidying: Promise<void> | undefined;
  let again = false;
  let alarm: NodeJS.Timeout | undefined;

  /** Those of another server's key are left to it, for a while: then somebody has to say that nobody can sign them. */
  const mine = (): store.Openable => ({ mark: seal.mark, before: clock() - LEFT_TO_OTHERS });

  async function attempt(delivery: store.Delivery): Promise<void> {
    const isMine = await database.write(db => store.claim(db, delivery, clock() + CLAIMED));
    if (!isMine) return;
    const { delivery_id: id, body } = delivery;
    const message = { id, time: Math.floor(clock() / 1000), body };
    let outcome: { response_status: number | null; error: string | null };
    try {
      const { status } = await sendWebhook(unsealed(delivery, seal), message, reach, ending.signal);
      outcome = { response_status: status, error: null };
    } catch (error) {
      // The server ends: another start takes it up where it stands.
      if (ending.signal.aborted) return;
      outcome = { response_status: null, error: String(error) };
    }
    const { response_status: status } = outcome;
    const isRetried = status === null || RETRIED.includes(status);
    const isLast = delivery.attempts + 1 >= ATTEMPTS;
    const isDelivered = status !== null && status < 400;
    const state = isDelivered ? 'delivered' : isRetried && !isLast ? 'waiting' : 'failed';
    const due = clock() + FIRST_PAUSE * 2 ** delivery.attempts;
    await database.write(db => store.updateDelivery(db, id, { ...outcome, state, due }));
  }

  async function drain(): Promise<void> {
    do {
      again = false;
      for (;;) {
        const due = await store.listDue(database.read, mine(), clock(), SIDE_BY_SIDE);
        if (due.length === 0 || ending.signal.aborted) break;
        await Promise.all(due.map(attempt));
      }
    } while (again && !ending.signal.aborted);
    const next = await store.nextDue(database.read, mine());
    clearTimeout(alarm);
    if (next === undefined || ending.signal.aborted) return;
    alarm = setTimeout(wake, Math.max(50, next - clock()));
    alarm.unref();
  }

  function wake(): void {
    if (ending.signal.aborted) return;
    if (draining) {
      again = true;
      return;
    }
    draining = drain()
      // A database that cannot be written to now: what waits is still there.
      .catch(() => {})
      .finally(() => (draining = undefined));
  }

  async function sealOld(): Promise<void> {
    for (const { webhook_id, secret } of await store.listUnsealed(database.read)) {
      await database.write(db => store.sealSecret(db, webhook_id, secret!, seal.seal(secret!)));
    }
  }

  async function forgetOld(): Promise<void> {
    if (await store.hasOld(database.read, clock() - KEPT))
      await database.write(db => store.forgetDeliveries(db, clock() - KEPT));
  }

  return {
    /** There is something new to send. */
    wake,
    /** For a server that starts: sends what is left, seals what stands open, forgets what is long over. */
    resume(): void {
      tidying = sealOld().then(forgetOld);
      tidying.catch(() => {});
      wake();
    },
    async close(): Promise<void> {
      clearTimeout(alarm);
      ending.abort();
      await Promise.allSettled([draining, tidying]);
    }
  };
}
