import type { Db } from '../database/open.ts';
import { type RawBuilder, sql } from 'kysely';
import type { KeyValue } from '../contract/mlflow.ts';
import { type OrderKey, readKeyPage } from '../database/keyset.ts';
import { createStatement } from '../database/statement.ts';
import type { ExperimentRow, Lifecycle } from '../database/tables/tracking.ts';
import type { Selectable } from 'kysely';
import type { FilterTerm } from './filter.ts';
import { filterConditions, orderKeys, searchableExperiments } from './search-store.ts';

export type ExperimentHead = Selectable<ExperimentRow>;
export type Experiment = ExperimentHead & { tags: KeyValue[] };

export async function insertExperiment(
  db: Db,
  name: string,
  locationOf: (experimentId: number) => string,
  now: number
): Promise<number> {
  const { experiment_id } = await db
    .insertInto('experiments')
    .values({
      name,
      artifact_location: '',
      lifecycle: 'active',
      created_at: now,
      updated_at: now
    })
    .returning('experiment_id')
    .executeTakeFirstOrThrow();
  await db
    .updateTable('experiments')
    .set({ artifact_location: locationOf(experiment_id) })
    .where('experiment_id', '=', experiment_id)
    .execute();
  return experiment_id;
}

/** Moves the place of an experiment's artifacts as long as nothing can be there. */
export async function placeUnused(db: Db, id: number, location: string): Promise<void> {
  await db
    .updateTable('experiments')
    .set({ artifact_location: location })
    .where('experiment_id', '=', id)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('runs').select('run_id').where('experiment_id', '=', id)))
    )
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('logged_models').select('model_id').where('experiment_id', '=', id)))
    )
    .execute();
}

const selectHead = createStatement<ExperimentHead>(db =>
  db.selectFrom('experiments').selectAll().where('experiment_id', '=', 0)
);

/** Without its tags: every run that is made asks for it. */
export const findExperiment = async (db: Db, id: number): Promise<ExperimentHead | undefined> =>
  (await selectHead(db, [id])).rows[0];

export async function readExperiments(db: Db, ids: readonly number[]): Promise<Experiment[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('experiments')
    .selectAll()
    .where('experiment_id', 'in', ids)
    .execute();
  const tags = await db
    .selectFrom('experiment_tags')
    .selectAll()
    .where('experiment_id', 'in', ids)
    .execute();
  const byId = new Map(rows.map(row => [row.experiment_id, { ...row, tags: [] as KeyValue[] }]));
  for (const { experiment_id, key, value } of tags)
    byId.get(experiment_id)!.tags.push({ key, value });
  return ids.flatMap(id => byId.get(id) ?? []);
}

export const findExperimentByName = (db: Db, name: string) =>
  db.selectFrom('experiments').selectAll().where('name', '=', name).executeTakeFirst();

export async function updateExperiment(
  db: Db,
  id: number,
  change: { name?: string; lifecycle?: Lifecycle; updated_at: number }
): Promise<void> {
  await db.updateTable('experiments').set(change).where('experiment_id', '=', id).execute();
}

export async function setLifecycleOfRuns(
  db: Db,
  experimentId: number,
  lifecycle: Lifecycle
): Promise<void> {
  await db
    .updateTable('runs')
    .set({ lifecycle })
    .where('experiment_id', '=', experimentId)
    .execute();
}

export async function putExperimentTag(
  db: Db,
  experimentId: number,
  { key, value }: KeyValue
): Promise<void> {
  await db
    .insertInto('experiment_tags')
    .values({ experiment_id: experimentId, key, value })
    .onConflict(conflict => conflict.columns(['experiment_id', 'key']).doUpdateSet({ value }))
    .execute();
}

/** @returns whether there was one. */
export async function removeExperimentTag(
  db: Db,
  experimentId: number,
  key: string
): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('experiment_tags')
    .where('experiment_id', '=', experimentId)
    .where('key', '=', key)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

export interface ExperimentSearch {
  clauses: readonly FilterTerm[];
  orders: readonly string[];
  lifecycles: readonly Lifecycle[];
  limit: number;
  token: string | undefined;
}

export function searchExperimentIds(
  db: Db,
  { clauses, orders, lifecycles, limit, token }: ExperimentSearch
) {
  const where: RawBuilder<unknown>[] = filterConditions(searchableExperiments, clauses);
  const newest: OrderKey[] = [{ expression: sql.ref('experiments.created_at'), descending: true }];
  return readKeyPage<number>(db, {
    table: 'experiments',
    where: [sql`experiments.lifecycle in (${sql.join(lifecycles)})`, ...where],
    order: orders.length > 0 ? orderKeys(searchableExperiments, orders) : newest,
    id: { expression: sql.ref('experiments.experiment_id'), descending: true },
    limit,
    token
  });
}
