// SQL of the registry. Every function takes the connection, so that the same query serves reads and transactions.
import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';
import type {
  AliasMoveRow,
  ModelVersionRow,
  RegisteredModelRow
} from '../database/tables/registry.ts';

export type Connection = Kysely<Tables>;

export interface ModelRecord extends Omit<RegisteredModelRow, 'id'> {
  id: number;
  tags: Record<string, string>;
  /** alias -> version */
  aliases: Record<string, number>;
}

export interface VersionRecord extends Omit<ModelVersionRow, 'deleted'> {
  name: string;
  tags: Record<string, string>;
  aliases: string[];
}

export type AliasMoveRecord = Omit<AliasMoveRow, 'id'> & { id: number; undone: boolean };

/** Variables of one SQLite statement are limited; lists of keys go in pieces. */
const PIECE = 500;

export async function listModels(db: Connection, name?: string): Promise<ModelRecord[]> {
  let query = db.selectFrom('registered_models').selectAll().orderBy('name');
  if (name !== undefined) query = query.where('name', '=', name);
  const rows = await query.execute();
  const one = name === undefined ? undefined : (rows[0]?.id ?? -1);
  const tags = await ofModel(db.selectFrom('registered_model_tags').selectAll(), one).execute();
  const aliases = await ofModel(
    db.selectFrom('model_aliases').selectAll().orderBy('alias'),
    one
  ).execute();
  const tagsOf = groupBy(tags, tag => tag.model);
  const aliasesOf = groupBy(aliases, alias => alias.model);
  return rows.map(row => ({
    ...row,
    tags: Object.fromEntries((tagsOf.get(row.id) ?? []).map(tag => [tag.key, tag.value])),
    aliases: Object.fromEntries(
      (aliasesOf.get(row.id) ?? []).map(({ alias, version }) => [alias, version])
    )
  }));
}

export async function findModel(db: Connection, name: string): Promise<ModelRecord | undefined> {
  return (await listModels(db, name))[0];
}

export async function insertModel(
  db: Connection,
  name: string,
  description: string,
  time: number
): Promise<number> {
  const row = { name, description, created_time: time, updated_time: time };
  const { id } = await db
    .insertInto('registered_models')
    .values(row)
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

type ModelChange = Partial<Pick<RegisteredModelRow, 'name' | 'description' | 'updated_time'>>;

export async function updateModel(db: Connection, id: number, change: ModelChange): Promise<void> {
  await db.updateTable('registered_models').set(change).where('id', '=', id).execute();
}

export async function deleteModel(db: Connection, id: number): Promise<void> {
  await db.deleteFrom('registered_models').where('id', '=', id).execute();
}

export async function setModelTag(
  db: Connection,
  model: number,
  key: string,
  value: string
): Promise<void> {
  await db
    .insertInto('registered_model_tags')
    .values({ model, key, value })
    .onConflict(conflict => conflict.columns(['model', 'key']).doUpdateSet({ value }))
    .execute();
}

export async function deleteModelTag(db: Connection, model: number, key: string): Promise<void> {
  await db
    .deleteFrom('registered_model_tags')
    .where('model', '=', model)
    .where('key', '=', key)
    .execute();
}

export interface VersionsAsked {
  model?: number;
  version?: number;
  runId?: string;
}

/** Newest version first within a model. Deleted ones are not there. */
export async function listVersions(
  db: Connection,
  asked: VersionsAsked = {}
): Promise<VersionRecord[]> {
  let query = db
    .selectFrom('model_versions')
    .innerJoin('registered_models', 'registered_models.id', 'model_versions.model')
    .selectAll('model_versions')
    .select('registered_models.name as name')
    .where('deleted', '=', 0)
    .orderBy('name')
    .orderBy('version', 'desc');
  if (asked.model !== undefined) query = query.where('model_versions.model', '=', asked.model);
  if (asked.version !== undefined)
    query = query.where('model_versions.version', '=', asked.version);
  if (asked.runId !== undefined) query = query.where('model_versions.run_id', '=', asked.runId);
  const rows = await query.execute();
  const models = [...new Set(rows.map(row => row.model))];
  const tags = groupBy(await inPieces(models, piece => tagsOfVersions(db, piece)), keyOf);
  const aliases = groupBy(await inPieces(models, piece => aliasesOfVersions(db, piece)), keyOf);
  return rows.map(row => ({
    ...row,
    tags: Object.fromEntries((tags.get(keyOf(row)) ?? []).map(tag => [tag.key, tag.value])),
    aliases: (aliases.get(keyOf(row)) ?? []).map(({ alias }) => alias)
  }));
}

export async function findVersion(
  db: Connection,
  model: number,
  version: number
): Promise<VersionRecord | undefined> {
  return (await listVersions(db, { model, version }))[0];
}

/** One more than the highest ever given, deleted ones included. */
export async function nextVersion(db: Connection, model: number): Promise<number> {
  const highest = await db
    .selectFrom('model_versions')
    .select(({ fn }) => fn.max('version').as('version'))
    .where('model', '=', model)
    .executeTakeFirst();
  return Number(highest?.version ?? 0) + 1;
}

export async function insertVersion(
  db: Connection,
  row: Omit<ModelVersionRow, 'deleted'>
): Promise<void> {
  await db.insertInto('model_versions').values(row).execute();
}

type VersionChange = Partial<Pick<ModelVersionRow, 'description' | 'stage' | 'updated_time'>>;

export async function updateVersion(
  db: Connection,
  model: number,
  version: number,
  change: VersionChange
): Promise<void> {
  await db
    .updateTable('model_versions')
    .set(change)
    .where('model', '=', model)
    .where('version', '=', version)
    .execute();
}

/** Its number stays taken; what it pointed to is forgotten. */
export async function deleteVersion(
  db: Connection,
  model: number,
  version: number,
  time: number
): Promise<void> {
  const emptied = {
    deleted: 1,
    source: '',
    storage_location: '',
    run_id: null,
    logged_model_id: null,
    updated_time: time
  };
  await db
    .updateTable('model_versions')
    .set(emptied)
    .where('model', '=', model)
    .where('version', '=', version)
    .execute();
  await db
    .deleteFrom('model_version_tags')
    .where('model', '=', model)
    .where('version', '=', version)
    .execute();
}

export async function setVersionTag(
  db: Connection,
  { model, version }: { model: number; version: number },
  key: string,
  value: string
): Promise<void> {
  await db
    .insertInto('model_version_tags')
    .values({ model, version, key, value })
    .onConflict(conflict => conflict.columns(['model', 'version', 'key']).doUpdateSet({ value }))
    .execute();
}

export async function deleteVersionTag(
  db: Connection,
  { model, version }: { model: number; version: number },
  key: string
): Promise<void> {
  const tags = db
    .deleteFrom('model_version_tags')
    .where('model', '=', model)
    .where('version', '=', version);
  await tags.where('key', '=', key).execute();
}

/** Points the alias and writes the move down, which belong together. No `to_version` takes the alias away. */
export async function writeAlias(db: Connection, move: Omit<AliasMoveRow, 'id'>): Promise<void> {
  const { model, alias, to_version } = move;
  if (to_version === null) {
    await db
      .deleteFrom('model_aliases')
      .where('model', '=', model)
      .where('alias', '=', alias)
      .execute();
  } else {
    await db
      .insertInto('model_aliases')
      .values({ model, alias, version: to_version })
      .onConflict(conflict =>
        conflict.columns(['model', 'alias']).doUpdateSet({ version: to_version })
      )
      .execute();
  }
  await db.insertInto('alias_moves').values(move).execute();
}

/** Newest first. */
export async function listMoves(db: Connection, model: number): Promise<AliasMoveRecord[]> {
  const rows = await db
    .selectFrom('alias_moves')
    .selectAll()
    .where('model', '=', model)
    .orderBy('id', 'desc')
    .execute();
  const undone = new Set(rows.map(row => row.undoes));
  return rows.map(row => ({ ...row, undone: undone.has(row.id) }));
}

function tagsOfVersions(db: Connection, models: number[]) {
  return db.selectFrom('model_version_tags').selectAll().where('model', 'in', models).execute();
}

function aliasesOfVersions(db: Connection, models: number[]) {
  return db
    .selectFrom('model_aliases')
    .selectAll()
    .where('model', 'in', models)
    .orderBy('alias')
    .execute();
}

function ofModel<Query extends { where(column: 'model', operator: '=', value: number): Query }>(
  query: Query,
  model: number | undefined
): Query {
  return model === undefined ? query : query.where('model', '=', model);
}

const keyOf = (row: { model: number; version: number }) => `${row.model}/${row.version}`;

async function inPieces<Key, Row>(
  keys: Key[],
  read: (piece: Key[]) => Promise<Row[]>
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let start = 0; start < keys.length; start += PIECE)
    rows.push(...(await read(keys.slice(start, start + PIECE))));
  return rows;
}

function groupBy<Row, Key>(rows: Row[], keyOfRow: (row: Row) => Key): Map<Key, Row[]> {
  const groups = new Map<Key, Row[]>();
  for (const row of rows) {
    const key = keyOfRow(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}
