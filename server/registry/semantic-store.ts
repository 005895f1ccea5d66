// SQL of the models' semantic versions.
import type { ModelSemanticRow } from '../database/tables/registry.ts';
import type { Connection } from './store.ts';

/** Of one model or of all, in the order of the versions. */
export async function listSemantics(
  db: Connection,
  model: number | undefined
): Promise<ModelSemanticRow[]> {
  const query = db.selectFrom('model_semantics').selectAll().orderBy('model').orderBy('version');
  return (model === undefined ? query : query.where('model', '=', model)).execute();
}

export async function addSemantics(
  db: Connection,
  rows: readonly ModelSemanticRow[]
): Promise<void> {
  for (const row of rows)
    await db
      .insertInto('model_semantics')
      .values(row)
      .onConflict(conflict => conflict.doNothing())
      .execute();
}

export async function setOverride(
  db: Connection,
  { model, version }: { model: number; version: number },
  override: string | null
): Promise<void> {
  await db
    .updateTable('model_semantics')
    .set({ override })
    .where('model', '=', model)
    .where('version', '=', version)
    .execute();
}
