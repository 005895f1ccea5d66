import type { Db } from '../database/open.ts';
import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Exact } from '../contract/int64.ts';
import type { KeyValue } from '../contract/mlflow.ts';
import { problem } from '../contract/problem.ts';
import { type OrderKey, readKeyPage } from '../database/keyset.ts';
import type { LoggedModelMetricRow, LoggedModelRow } from '../database/tables/tracking.ts';

export interface LoggedModel extends LoggedModelRow {
  params: KeyValue[];
  tags: KeyValue[];
  metrics: Exact<Selectable<LoggedModelMetricRow>>[];
}

export const insertModel = (db: Db, model: LoggedModelRow) =>
  db.insertInto('logged_models').values(model).execute();

export const updateModel = (db: Db, modelId: string, change: Partial<LoggedModelRow>) =>
  db.updateTable('logged_models').set(change).where('model_id', '=', modelId).execute();

export async function putModelValues(
  db: Db,
  table: 'logged_model_params' | 'logged_model_tags',
  modelId: string,
  values: readonly KeyValue[]
): Promise<void> {
  const last = [...new Map(values.map(({ key, value }) => [key, value]))];
  if (last.length === 0) return;
  await db
    .insertInto(table)
    .values(last.map(([key, value]) => ({ model_id: modelId, key, value })))
    .onConflict(conflict =>
      conflict.columns(['model_id', 'key']).doUpdateSet({ value: sql.ref('excluded.value') })
    )
    .execute();
}

/** @returns whether there was one. */
export async function removeModelTag(db: Db, modelId: string, key: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('logged_model_tags')
    .where('model_id', '=', modelId)
    .where('key', '=', key)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

export const noLoggedModel = (modelId: string) =>
  problem('logged_model_not_found', `Logged model with ID '${modelId}' not found.`);

/** @throws logged_model_not_found for the first that names none */
export async function requireModels(db: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const found = await db
    .selectFrom('logged_models')
    .select('model_id')
    .where('model_id', 'in', ids)
    .execute();
  const missing = ids.find(id => !found.some(({ model_id }) => model_id === id));
  if (missing !== undefined) throw noLoggedModel(missing);
}

export async function readModels(db: Db, ids: readonly string[]): Promise<LoggedModel[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('logged_models')
    .selectAll()
    .where('model_id', 'in', ids)
    .execute();
  const byId = new Map<string, LoggedModel>(
    rows.map(row => [row.model_id, { ...row, params: [], tags: [], metrics: [] }])
  );
  for (const [field, table] of [
    ['params', 'logged_model_params'],
    ['tags', 'logged_model_tags']
  ] as const) {
    const values = await db.selectFrom(table).selectAll().where('model_id', 'in', ids).execute();
    for (const { model_id, key, value } of values) byId.get(model_id)![field].push({ key, value });
  }
  const metrics = await db.exact
    .selectFrom('logged_model_metrics')
    .selectAll()
    .where('model_id', 'in', ids)
    .execute();
  for (const metric of metrics) byId.get(metric.model_id)!.metrics.push(metric);
  return ids.flatMap(id => byId.get(id) ?? []);
}

/** Active models that the run made, oldest first. */
export async function modelIdsOfRuns(
  db: Db,
  runIds: readonly string[]
): Promise<{ runId: string; modelId: string; name: string }[]> {
  if (runIds.length === 0) return [];
  const rows = await db
    .selectFrom('logged_models')
    .select(['source_run_id', 'model_id', 'name'])
    .where('source_run_id', 'in', runIds)
    .where('lifecycle', '=', 'active')
    .orderBy('created_at')
    .orderBy('model_id')
    .execute();
  return rows.map(({ source_run_id, model_id, name }) => ({
    runId: source_run_id!,
    modelId: model_id,
    name
  }));
}

export interface ModelSearch {
  experiments: readonly number[];
  where: readonly RawBuilder<unknown>[];
  datasets: readonly { name: string; digest: string | undefined }[];
  order: readonly OrderKey[];
  limit: number;
  token: string | undefined;
}

export function searchModelIds(
  db: Db,
  { experiments, where, datasets, order, limit, token }: ModelSearch
) {
  const evaluated = datasets.map(
    ({ name, digest }) => sql`exists (select 1 from logged_model_metrics as m
      where m.model_id = logged_models.model_id and m.dataset_name = ${name}${digest ? sql` and m.dataset_digest = ${digest}` : sql``})`
  );
  return readKeyPage<string>(db, {
    table: 'logged_models',
    where: [
      sql`logged_models.lifecycle = 'active'`,
      sql`logged_models.experiment_id in (${sql.join(experiments)})`,
      ...where,
      ...(evaluated.length > 0 ? [sql`(${sql.join(evaluated, sql` or `)})`] : [])
    ],
    order: [...order, { expression: sql.ref('logged_models.created_at'), descending: true }],
    id: { expression: sql.ref('logged_models.model_id'), descending: true },
    limit,
    token
  });
}
