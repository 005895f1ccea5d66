// Webhooks in MLflow's messages, and the outbox that changes in the registry write to.
import type { z } from 'zod';
import { randomUUID } from 'node:crypto';
import type * as wire from '../contract/mlflow-webhooks.ts';
import { problem } from '../contract/problem.ts';
import { readToken, writeToken } from '../database/keyset.ts';
import type { Seal } from '../auth/seal.ts';
import type { Database } from '../database/open.ts';
import type { WebhookRow } from '../database/tables/webhooks.ts';
import type { Clock } from '../events/clock.ts';
import type { Connection } from './store.ts';
import { createWebhookDelivery, unsealed } from './webhook-delivery.ts';
import {
  exampleOf,
  messageOf,
  readEvent,
  toEventPair,
  type WebhookEvent
} from './webhook-events.ts';
import { checkWebhookUrl, type Reach, sendWebhook } from './webhook-request.ts';
import * as store from './webhook-store.ts';

type Input<O extends { request: z.ZodType }> = z.output<O['request']>;

const PAGE = { usual: 100, most: 1000 };

/** Tells of a change within its transaction. */
export type Announce = (
  db: Connection,
  event: WebhookEvent,
  data: Record<string, unknown>
) => Promise<void>;

export interface WebhookParts {
  database: Database;
  clock: Clock;
  seal: Seal;
  reach: Reach;
}

export type Webhooks = ReturnType<typeof createWebhooks>;

export function createWebhooks({ database, clock, seal, reach }: WebhookParts) {
  const { read } = database;
  const delivery = createWebhookDelivery({ database, clock, seal, reach });

  async function require(id: string, db: Connection = read): Promise<WebhookRow> {
    const found = await store.findWebhook(db, id);
    if (found) return found;
    throw problem('not_found', `Webhook with ID ${id} not found.`);
  }

  /** Empty text takes a secret away. */
  const sealed = (secret: string | undefined) => (secret ? seal.seal(secret) : null);

  const announce: Announce = async (db, event, data) => {
    const interested = (await store.listActive(db)).filter(({ events }) =>
      (JSON.parse(events) as string[]).includes(event)
    );
    if (interested.length === 0) return;
    const now = clock();
    const body = messageOf(event, data, now);
    const rows = interested.map(({ webhook_id }) => ({
      delivery_id: randomUUID(),
      webhook_id,
      event,
      body,
      state: 'waiting' as const,
      attempts: 0,
      due: now,
      created_at: now,
      response_status: null,
      error: null
    }));
    await store.insertDeliveries(db, rows);
  };

  return {
    announce,
    /** What was announced is on the disk. */
    deliver: delivery.wake,
    resume: delivery.resume,
    close: delivery.close,

    mlflow: {
      async create(input: Input<typeof wire.createWebhook>) {
        checkName(input.name);
        checkWebhookUrl(input.url, reach);
        const now = clock();
        const row: WebhookRow = {
          webhook_id: randomUUID(),
          name: input.name,
          description: input.description ?? '',
          url: input.url,
          events: JSON.stringify(input.events.map(readEvent)),
          secret: sealed(input.secret),
          status: input.status ?? 'ACTIVE',
          created_at: now,
          updated_at: now
        };
        await database.write(db => store.insertWebhook(db, row));
        return { webhook: toWire(row) };
      },

      get: async ({ webhook_id }: Input<typeof wire.getWebhook>) => ({
        webhook: toWire(await require(webhook_id))
      }),

      async list({ max_results, page_token }: Input<typeof wire.listWebhooks>) {
        const limit = max_results || PAGE.usual;
        if (limit < 1 || limit > PAGE.most)
          throw problem('invalid_request', `max_results must be between 1 and ${PAGE.most}.`);
        const [created_at, webhook_id] = page_token ? readToken(page_token, 2) : [];
        const before = page_token
          ? { created_at: Number(created_at), webhook_id: String(webhook_id) }
          : undefined;
        const rows = await store.listWebhooks(read, limit + 1, before);
        const last = rows.length > limit ? rows[limit - 1] : undefined;
        return {
          webhooks: rows.slice(0, limit).map(toWire),
          next_page_token: last && writeToken([last.created_at, last.webhook_id])
        };
      },

      async update({ webhook_id, ...input }: Input<typeof wire.updateWebhook>) {
        const changed = await database.write(async db => {
          const found = await require(webhook_id, db);
          if (input.name) checkName(input.name);
          if (input.url) checkWebhookUrl(input.url, reach);
          const events = input.events.map(readEvent);
          const next: WebhookRow = {
            ...found,
            name: input.name || found.name,
            url: input.url || found.url,
            description: input.description ?? found.description,
            events: events.length > 0 ? JSON.stringify(events) : found.events,
            secret: input.secret === undefined ? found.secret : sealed(input.secret),
            status: input.status ?? found.status,
            // Later than before, on a clock that stands still too.
            updated_at: Math.max(clock(), found.updated_at + 1)
          };
          await store.updateWebhook(db, webhook_id, next);
          return next;
        });
        return { webhook: toWire(changed) };
      },

      async remove({ webhook_id }: Input<typeof wire.deleteWebhook>) {
        await database.write(async db => {
          await require(webhook_id, db);
          await store.deleteWebhook(db, webhook_id);
        });
      },

      /** Sends an example at once, and says what came back. */
      async test({ webhook_id, event }: Input<typeof wire.testWebhook>) {
        const webhook = await require(webhook_id);
        const shown = event ? readEvent(event) : (JSON.parse(webhook.events) as WebhookEvent[])[0]!;
        const now = clock();
        const message = {
          id: randomUUID(),
          time: Math.floor(now / 1000),
          body: messageOf(shown, exampleOf(shown), now)
        };
        try {
          const { signal } = new AbortController();
          const answer = await sendWebhook(unsealed(webhook, seal), message, reach, signal);
          return {
            result: {
              success: answer.status < 400,
              response_status: answer.status,
              response_body: answer.body
            }
          };
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error);
          return { result: { success: false, error_message: `Failed to test webhook: ${reason}` } };
        }
      }
    }
  };
}

function checkName(name: string): void {
  if (/^[a-z0-9](?:[\w.-]{0,61}[a-z0-9])?$/i.test(name)) return;
  throw problem(
    'invalid_request',
    `Webhook name '${name}' is invalid. It must start and end with a letter or digit, be less than 63 characters long, and contain only letters, digits, dots (.), underscores (_), and hyphens (-).`
  );
}

function toWire(webhook: WebhookRow) {
  return {
    webhook_id: webhook.webhook_id,
    name: webhook.name,
    description: webhook.description || undefined,
    url: webhook.url,
    events: (JSON.parse(webhook.events) as WebhookEvent[]).map(toEventPair),
    status: webhook.status,
    creation_timestamp: webhook.created_at,
    last_updated_timestamp: webhook.updated_at
  };
}
