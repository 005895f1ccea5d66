import type { Kysely } from 'kysely';
import { SEALED } from '../auth/seal.ts';
import type { Tables } from '../database/tables.ts';
import type { WebhookDeliveryRow, WebhookRow } from '../database/tables/webhooks.ts';

type Db = Kysely<Tables>;

export const insertWebhook = (db: Db, row: WebhookRow) =>
  db.insertInto('webhooks').values(row).execute();

export const findWebhook = (db: Db, id: string): Promise<WebhookRow | undefined> =>
  db.selectFrom('webhooks').selectAll().where('webhook_id', '=', id).executeTakeFirst();

/** Newest first; `before` is the last one of the page before. */
export function listWebhooks(
  db: Db,
  limit: number,
  before?: { created_at: number; webhook_id: string }
): Promise<WebhookRow[]> {
  let query = db.selectFrom('webhooks').selectAll();
  if (before) {
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('created_at', 'webhook_id'), '<', tuple(before.created_at, before.webhook_id))
    );
  }
  return query.orderBy('created_at', 'desc').orderBy('webhook_id', 'desc').limit(limit).execute();
}

export const listActive = (db: Db): Promise<Pick<WebhookRow, 'webhook_id' | 'events'>[]> =>
  db
    .selectFrom('webhooks')
    .select(['webhook_id', 'events'])
    .where('status', '=', 'ACTIVE')
    .execute();

export const updateWebhook = (db: Db, id: string, change: Partial<WebhookRow>) =>
  db.updateTable('webhooks').set(change).where('webhook_id', '=', id).execute();

/** Those that a version before ours wrote as they are. */
export const listUnsealed = (db: Db): Promise<Pick<WebhookRow, 'webhook_id' | 'secret'>[]> =>
  db
    .selectFrom('webhooks')
    .select(['webhook_id', 'secret'])
    .where('secret', 'is not', null)
    .where('secret', 'not like', `${SEALED}%`)
    .execute();

/** Unless it was changed meanwhile. */
export const sealSecret = (db: Db, id: string, open: string, sealed: string) =>
  db
    .updateTable('webhooks')
    .set({ secret: sealed })
    .where('webhook_id', '=', id)
    .where('secret', '=', open)
    .execute();

export async function deleteWebhook(db: Db, id: string): Promise<void> {
  await db.deleteFrom('webhook_deliveries').where('webhook_id', '=', id).execute();
  await db.deleteFrom('webhooks').where('webhook_id', '=', id).execute();
}

export const insertDeliveries = (db: Db, rows: readonly WebhookDeliveryRow[]) =>
  db
    .insertInto('webhook_deliveries')
    .values([...rows])
    .execute();

export type Delivery = WebhookDeliveryRow & Pick<WebhookRow, 'url' | 'secret'>;

/** Whose secret a server can open: it begins with the mark of its key. Those announced before are anybody's. */
export interface Openable {
  mark: string;
  before: number;
}

const waiting = (db: Db, { mark, before }: Openable) =>
  db
    .selectFrom('webhook_deliveries')
    .innerJoin('webhooks', 'webhooks.webhook_id', 'webhook_deliveries.webhook_id')
    .where('state', '=', 'waiting')
    .where(({ eb, or }) =>
      or([
        eb('webhooks.secret', 'is', null),
        eb('webhooks.secret', 'not like', `${SEALED}%`),
        eb('webhooks.secret', 'like', `${mark}%`),
        eb('webhook_deliveries.created_at', '<', before)
      ])
    );

export const listDue = (
  db: Db,
  openable: Openable,
  now: number,
  limit: number
): Promise<Delivery[]> =>
  waiting(db, openable)
    .selectAll('webhook_deliveries')
    .select(['webhooks.url', 'webhooks.secret'])
    .where('due', '<=', now)
    .orderBy('due')
    .orderBy('delivery_id')
    .limit(limit)
    .execute();

/** When the next one is due. */
export const nextDue = async (db: Db, openable: Openable): Promise<number | undefined> =>
  (await waiting(db, openable).select('due').orderBy('due').limit(1).executeTakeFirst())?.due;

/** Takes a delivery for an attempt. @returns false when another server was first. */
export async function claim(
  db: Db,
  { delivery_id, due, attempts }: Delivery,
  until: number
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('webhook_deliveries')
    .set({ due: until, attempts: attempts + 1 })
    .where('delivery_id', '=', delivery_id)
    .where('due', '=', due)
    .where('state', '=', 'waiting')
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export const updateDelivery = (db: Db, id: string, change: Partial<WebhookDeliveryRow>) =>
  db.updateTable('webhook_deliveries').set(change).where('delivery_id', '=', id).execute();

export const hasOld = async (db: Db, before: number): Promise<boolean> =>
  (await db
    .selectFrom('webhook_deliveries')
    .select('delivery_id')
    .where('state', '!=', 'waiting')
    .where('created_at', '<', before)
    .limit(1)
    .executeTakeFirst()) !== undefined;

export const forgetDeliveries = (db: Db, before: number) =>
  db
    .deleteFrom('webhook_deliveries')
    .where('state', '!=', 'waiting')
    .where('created_at', '<', before)
    .execute();
