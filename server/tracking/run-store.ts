// Runs and what hangs on them.
import type { Db } from '../database/open.ts';
import {
  type Insertable,
  type Kysely,
  type RawBuilder,
  type Selectable,
  sql,
  type Updateable
} from 'kysely';
import type { Exact, Int64 } from '../contract/int64.ts';
import type { KeyValue } from '../contract/mlflow.ts';
import { readKeyPage } from '../database/keyset.ts';
import { createStatement, padded } from '../database/statement.ts';
import type { Tables } from '../database/tables.ts';
import type {
  DatasetRow,
  Lifecycle,
  MetricSeriesRow,
  RunRow
} from '../database/tables/tracking.ts';
import type { FilterTerm } from './filter.ts';
import { filterConditions, orderKeys, searchableRuns } from './search-store.ts';
import { fewHave, isValueClause } from './value-search-store.ts';

export type Run = Selectable<RunRow>;

export interface RunInput {
  dataset: Selectable<DatasetRow>;
  tags: KeyValue[];
}

type Series = Selectable<MetricSeriesRow>;
/** What MLflow's wire says of a metric. */
type LastPoint = Pick<Series, 'key' | 'step' | 'time' | 'value' | 'kind'>;

/** A run with what hangs on it. */
interface RunWith<Metric> extends Run {
  params: KeyValue[];
  tags: KeyValue[];
  series: Metric[];
  inputs: RunInput[];
  models: { model_id: string; direction: 'input' | 'output'; step: number }[];
}
export type LoggedRun = RunWith<LastPoint>;
export type WholeRun = RunWith<
  Omit<Series, 'run_id' | 'packs' | 'packed' | 'last_time' | 'last_step'>
>;

const NEW_RUN = {
  run_id: '',
  experiment_id: 0,
  name: '',
  user_id: '',
  state: 'running',
  lifecycle: 'active',
  start_time: 0,
  end_time: null,
  artifact_uri: '',
  notebook: null,
  session_id: null
} as const satisfies Run;
const RUN_COLUMNS = Object.keys(NEW_RUN) as (keyof Run)[];

const addRun = createStatement<never>(db => db.insertInto('runs').values(NEW_RUN));

export async function insertRun(db: Db, run: Exact<Insertable<RunRow>>): Promise<void> {
  await addRun(
    db,
    RUN_COLUMNS.map(column => run[column] ?? NEW_RUN[column])
  );
}

export const findRun = (db: Db, runId: string): Promise<Run | undefined> =>
  db.selectFrom('runs').selectAll().where('run_id', '=', runId).executeTakeFirst();

const selectRun = createStatement<Exact<Run>>(db =>
  db.selectFrom('runs').selectAll().where('run_id', '=', '')
);

export const findExactRun = async (db: Db, runId: string): Promise<Exact<Run> | undefined> =>
  (await selectRun(db, [runId])).rows[0];

export const updateRun = (db: Db, runId: string, change: Exact<Updateable<RunRow>>) =>
  db.exact.updateTable('runs').set(change).where('run_id', '=', runId).execute();

const updateProgress = createStatement<never>(db =>
  db.updateTable('runs').set({ state: 'running', end_time: 0, name: '' }).where('run_id', '=', '')
);

/** What clients say of a run in the end. */
export async function saveProgress(
  db: Db,
  runId: string,
  { state, end_time, name }: Exact<Pick<Run, 'state' | 'end_time' | 'name'>>
): Promise<void> {
  await updateProgress(db, [state, end_time, name, runId]);
}

/** @returns those that were not there already. */
export async function moveRuns(
  db: Db,
  runIds: readonly string[],
  to: Lifecycle
): Promise<string[]> {
  const moved = await db
    .updateTable('runs')
    .set({ lifecycle: to })
    .where('run_id', 'in', runIds)
    .where('lifecycle', '<>', to)
    .returning('run_id')
    .execute();
  return moved.map(({ run_id }) => run_id);
}

/** Params and tags of one statement: as many as a batch may have. */
const VALUES_AT_ONCE = 100;

/** @returns how to set values of runs; of a key that comes twice, the last one counts. */
function createValueWriter(table: 'tags' | 'params') {
  const put = createStatement<never>((db, rows) =>
    db
      .insertInto(table)
      .values(Array.from({ length: rows }, () => ({ run_id: '', key: '', value: '' })))
      .onConflict(conflict =>
        conflict.columns(['run_id', 'key']).doUpdateSet({ value: sql.ref('excluded.value') })
      )
  );
  return async (db: Db, runId: string, values: readonly KeyValue[]): Promise<void> => {
    const last = [...new Map(values.map(({ key, value }) => [key, value]))];
    for (let from = 0; from < last.length; from += VALUES_AT_ONCE) {
      const some = last.slice(from, from + VALUES_AT_ONCE);
      await put(
        db,
        some.flatMap(([key, value]) => [runId, key, value]),
        some.length
      );
    }
  };
}
export const putTags = createValueWriter('tags');
export const putParams = createValueWriter('params');

/** @returns whether there was one. */
export async function removeTag(db: Db, runId: string, key: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('tags')
    .where('run_id', '=', runId)
    .where('key', '=', key)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

export const readTag = async (db: Db, runId: string, key: string): Promise<string | undefined> =>
  (
    await db
      .selectFrom('tags')
      .select('value')
      .where('run_id', '=', runId)
      .where('key', '=', key)
      .executeTakeFirst()
  )?.value;

const selectParams = createStatement<KeyValue>((db, rows) =>
  db
    .selectFrom('params')
    .select(['key', 'value'])
    .where('run_id', '=', '')
    .where('key', 'in', Array<string>(rows).fill(''))
);

export async function readParams(
  db: Db,
  runId: string,
  keys: readonly string[]
): Promise<KeyValue[]> {
  const asked = padded(keys);
  return (await selectParams(db, [runId, ...asked], asked.length)).rows;
}

export async function putDataset(db: Db, dataset: Insertable<DatasetRow>): Promise<number> {
  const found = await db
    .selectFrom('datasets')
    .select('dataset_id')
    .where('experiment_id', '=', dataset.experiment_id)
    .where('name', '=', dataset.name)
    .where('digest', '=', dataset.digest)
    .executeTakeFirst();
  if (found) return found.dataset_id;
  const made = await db
    .insertInto('datasets')
    .values(dataset)
    .returning('dataset_id')
    .executeTakeFirstOrThrow();
  return made.dataset_id;
}

export const linkDataset = (db: Db, runId: string, datasetId: number, tags: readonly KeyValue[]) =>
  db
    .insertInto('run_datasets')
    .values({ run_id: runId, dataset_id: datasetId, tags: JSON.stringify(tags) })
    .onConflict(conflict => conflict.doNothing())
    .execute();

export const linkModel = (
  db: Db,
  runId: string,
  modelId: string,
  direction: 'input' | 'output',
  step: Int64
) =>
  db.exact
    .insertInto('run_models')
    .values({ run_id: runId, model_id: modelId, direction, step })
    .onConflict(conflict =>
      conflict.columns(['run_id', 'direction', 'model_id']).doUpdateSet({ step })
    )
    .execute();

/** Ids of one query: a statement takes only so many. */
const PIECE = 1000;

/** Whole runs for MLflow's wire, in the order of the ids; nobody looks at sparklines there. */
export const readExactRuns = (db: Db, ids: readonly string[]): Promise<Exact<LoggedRun>[]> =>
  // Rows are only put together: they are as exact as the tables they are read from.
  readInPieces(db.exact as unknown as Kysely<Tables>, ids, LAST_POINT);

/** Whole runs in the order of the ids. */
export const readRuns = (db: Kysely<Tables>, ids: readonly string[]): Promise<WholeRun[]> =>
  readInPieces(db, ids, [...LAST_POINT, 'series_id', 'points', 'low', 'high', 'spark']);

/** A page may have ten thousand metrics: no column is read that nobody looks at. */
const LAST_POINT = ['key', 'step', 'time', 'value', 'kind'] as const;

async function readInPieces<Column extends keyof Series>(
  db: Kysely<Tables>,
  ids: readonly string[],
  columns: readonly Column[]
): Promise<RunWith<Pick<Series, Column>>[]> {
  const runs: RunWith<Pick<Series, Column>>[] = [];
  for (let from = 0; from < ids.length; from += PIECE)
    runs.push(...(await readSomeRuns(db, ids.slice(from, from + PIECE), columns)));
  return runs;
}

/** A fixed number of queries, however many runs. */
async function readSomeRuns<Column extends keyof Series>(
  db: Kysely<Tables>,
  ids: readonly string[],
  columns: readonly Column[]
): Promise<RunWith<Pick<Series, Column>>[]> {
  const of = rowsOf(db);
  const series = (await seriesOf(db, columns)
    .where('run_id', 'in', ids)
    .execute()) as unknown as (Pick<Series, Column> & OfRun)[];
  const byId = putTogether({
    series,
    runs: await of.runs.where('run_id', 'in', ids).execute(),
    params: await of.params.where('run_id', 'in', ids).execute(),
    tags: await of.tags.where('run_id', 'in', ids).execute(),
    inputs: await of.inputs.where('run_id', 'in', ids).execute(),
    models: await of.models.where('run_id', 'in', ids).execute()
  });
  return ids.flatMap(id => byId.get(id) ?? []);
}

const SELECT_RUN = {
  runs: createStatement<Run>(db => rowsOf(db).runs.where('run_id', '=', '')),
  params: createStatement<Value>(db => rowsOf(db).params.where('run_id', '=', '')),
  tags: createStatement<Value>(db => rowsOf(db).tags.where('run_id', '=', '')),
  series: createStatement<LastPoint & OfRun>(db =>
    seriesOf(db, LAST_POINT).where('run_id', '=', '')
  ),
  inputs: createStatement<Input>(db => rowsOf(db).inputs.where('run_id', '=', '')),
  models: createStatement<Model>(db => rowsOf(db).models.where('run_id', '=', ''))
};

/** `readExactRuns` for one, which clients ask for again and again. */
export async function readExactRun(db: Db, id: string): Promise<Exact<LoggedRun> | undefined> {
  const rows = {
    runs: (await SELECT_RUN.runs(db, [id])).rows,
    params: (await SELECT_RUN.params(db, [id])).rows,
    tags: (await SELECT_RUN.tags(db, [id])).rows,
    series: (await SELECT_RUN.series(db, [id])).rows,
    inputs: (await SELECT_RUN.inputs(db, [id])).rows,
    models: (await SELECT_RUN.models(db, [id])).rows
  };
  return putTogether(rows).get(id);
}

type OfRun = { run_id: string };
type Value = OfRun & KeyValue;
type Input = Selectable<DatasetRow> & OfRun & { tags: string };
type Model = OfRun & LoggedRun['models'][number];

interface RunRows<Metric> {
  runs: Run[];
  params: Value[];
  tags: Value[];
  series: Metric[];
  inputs: Input[];
  models: Model[];
}

const rowsOf = (db: Kysely<Tables>) => ({
  runs: db.selectFrom('runs').selectAll(),
  params: db.selectFrom('params').selectAll().orderBy('run_id').orderBy('key'),
  tags: db.selectFrom('tags').selectAll().orderBy('run_id').orderBy('key'),
  inputs: db
    .selectFrom('run_datasets')
    .innerJoin('datasets', 'datasets.dataset_id', 'run_datasets.dataset_id')
    .selectAll('datasets')
    .select(['run_datasets.run_id', 'run_datasets.tags']),
  models: db.selectFrom('run_models').selectAll()
});

const seriesOf = <Column extends keyof Series>(db: Kysely<Tables>, columns: readonly Column[]) =>
  db
    .selectFrom('metric_series')
    .select(['run_id', ...columns])
    .orderBy('run_id')
    .orderBy('key');

function putTogether<Metric extends OfRun>(rows: RunRows<Metric>): Map<string, RunWith<Metric>> {
  const byId = new Map<string, RunWith<Metric>>(
    rows.runs.map(run => [
      run.run_id,
      { ...run, params: [], tags: [], series: [], inputs: [], models: [] }
    ])
  );
  for (const { run_id, key, value } of rows.params) byId.get(run_id)!.params.push({ key, value });
  for (const { run_id, key, value } of rows.tags) byId.get(run_id)!.tags.push({ key, value });
  for (const one of rows.series) byId.get(one.run_id)!.series.push(one);
  for (const { run_id, tags, ...dataset } of rows.inputs)
    byId.get(run_id)!.inputs.push({ dataset, tags: JSON.parse(tags) as KeyValue[] });
  for (const { run_id, ...model } of rows.models) byId.get(run_id)!.models.push(model);
  return byId;
}

export interface RunSearch {
  clauses: readonly FilterTerm[];
  orders: readonly string[];
  lifecycles: readonly Lifecycle[];
  /** All experiments when left out. */
  experiments?: readonly number[] | undefined;
  notebook?: string | undefined;
  limit: number;
  token: string | undefined;
}

/** So many runs are found sooner one by one than by going through an experiment. */
const FEW = 5000;
/** The same where the experiment's index has them in the order that is asked for, and a page is full soon. */
const FEW_IN_ORDER = 500;

/** Ids of a page: the given order, then the newest first. */
export async function searchRunIds(db: Db, search: RunSearch) {
  const where: RawBuilder<unknown>[] = [sql`runs.lifecycle in (${sql.join(search.lifecycles)})`];
  if (search.experiments) {
    const values = search.clauses.filter(clause => isValueClause(searchableRuns, clause));
    const most = search.orders.length > 0 ? FEW : FEW_IN_ORDER;
    // With a sign before it no index finds it, and the search begins at the values.
    const sign = (await fewHave(db, searchableRuns, values, most)) ? sql`+` : sql``;
    where.push(sql`${sign}runs.experiment_id in (${sql.join(search.experiments)})`);
  }
  if (search.notebook !== undefined) where.push(sql`runs.notebook = ${search.notebook}`);
  return readKeyPage<string>(db, {
    table: 'runs',
    where: [...where, ...filterConditions(searchableRuns, search.clauses)],
    order: [
      ...orderKeys(searchableRuns, search.orders),
      { expression: sql.ref('runs.start_time'), descending: true }
    ],
    id: { expression: sql.ref('runs.run_id'), descending: false },
    limit: search.limit,
    token: search.token
  });
}
