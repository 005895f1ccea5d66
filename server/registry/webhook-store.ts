import type { Kysely } from 'kysely';
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

export const listDue = (db: Db, now: number, limit: number): Promise<Delivery[]> =>
  db
    .selectFrom('webhook_deliveries')
    .innerJoin('webhooks', 'webhooks.webhook_id', 'webhook_deliveries.webhook_id')
    .selectAll('webhook_deliveries')
    .select(['webhooks.url', 'webhooks.secret'])
    .where('state', '=', 'waiting')
    .where('due', '<=', now)
    .orderBy('due')
    .orderBy('delivery_id')
    .limit(limit)
    .execute();

/** When the next one is due. */
export const nextDue = async (db: Db): Promise<number | undefined> =>
  (
    await db
      .selectFrom('webhook_deliveries')
      .select('due')
      .where('state', '=', 'waiting')
      .orderBy('due')
      .limit(1)
      .executeTakeFirst()
  )?.due;

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
