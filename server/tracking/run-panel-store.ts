// Columns of values of many runs: what tables and charts of runs are read from.
import { type RawBuilder, sql } from 'kysely';
import { problem } from '../contract/problem.ts';
import type { Db } from '../database/open.ts';
import type { MetricSeriesRow } from '../database/tables/tracking.ts';
import type { RunSelection } from '../contract/tracking-runs.ts';
import { parseFilter } from './filter.ts';
import { PARENT_RUN_TAG } from './runs.ts';
import { statusByName } from './run-wire.ts';
import { joinsOf } from '../database/keyset.ts';
import { filterConditions, orderKeys, searchableRuns } from './search-store.ts';
import type { Selectable } from 'kysely';

/** A condition on `runs`. */
export type RunCondition = RawBuilder<unknown>;

export function selectedRuns({ filter, deleted }: RunSelection): RunCondition {
  const lifecycle = sql`runs.lifecycle = ${deleted ? 'deleted' : 'active'}`;
  const clauses = filterConditions(searchableRuns, parseFilter(filter).map(statusByName));
  return sql`(${sql.join([lifecycle, ...clauses], sql` and `)})`;
}

const parentTag = sql`select 1 from tags as parent where parent.run_id = runs.run_id and parent.key = ${PARENT_RUN_TAG}`;

/** `roots`: those that are nested in no other run. */
export function nestedIn(where: RunCondition, parent: string): RunCondition {
  return parent === 'roots'
    ? sql`(${where} and not exists (${parentTag}))`
    : sql`(${where} and exists (${parentTag} and parent.value = ${parent}))`;
}

export async function countRuns(db: Db, where: RunCondition): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from runs where ${where}`.execute(
    db
  );
  return Number(rows[0]!.n);
}

/** The given order, then the newest first. */
export async function readIdsAt(
  db: Db,
  where: RunCondition,
  orders: readonly string[],
  offset: number,
  limit: number
): Promise<string[]> {
  const given = orderKeys(searchableRuns, orders);
  const keys = given.map(
    ({ expression, descending }) => sql`${expression} ${sql.raw(descending ? 'desc' : 'asc')}`
  );
  const order = [...keys, sql`runs.start_time desc`, sql`runs.run_id`];
  const { rows } = await sql<{ run_id: string }>`
    select runs.run_id from runs ${joinsOf(given)} where ${where}
    order by ${sql.join(order)} limit ${limit} offset ${offset}`.execute(db);
  return rows.map(({ run_id }) => run_id);
}

export interface RunHead {
  run_id: string;
  name: string;
  start_time: number;
}

/** All that fit, newest first, or only so many of them. */
export async function readHeads(db: Db, where: RunCondition, limit?: number): Promise<RunHead[]> {
  const most = limit === undefined ? sql`` : sql`limit ${limit}`;
  const { rows } = await sql<RunHead>`
    select runs.run_id, runs.name, runs.start_time from runs where ${where}
    order by runs.start_time desc, runs.run_id ${most}`.execute(db);
  return rows;
}

const newest = (where: RunCondition, limit: number) => sql`
  select runs.run_id from runs where ${where} order by runs.start_time desc, runs.run_id limit ${limit}`;

export interface KeyUse {
  key: string;
  value: string;
  n: number;
}

/** How often each value of each key stands among the newest runs that fit. */
export async function countValues(
  db: Db,
  table: 'params' | 'tags',
  where: RunCondition,
  limit: number
): Promise<KeyUse[]> {
  const { rows } = await sql<KeyUse>`
    select f.key, f.value, count(*) as n from ${sql.table(table)} as f
    where f.run_id in (${newest(where, limit)}) group by f.key, f.value`.execute(db);
  return rows;
}

export async function countMetrics(
  db: Db,
  where: RunCondition,
  limit: number
): Promise<{ key: string; n: number; most: number }[]> {
  const { rows } = await sql<{ key: string; n: number; most: number }>`
    select f.key, count(*) as n, max(f.points) as most from metric_series as f
    where f.run_id in (${newest(where, limit)}) group by f.key`.execute(db);
  return rows;
}

export interface FieldValue {
  run_id: string;
  value: string | number | null;
}

const ATTRIBUTES: Record<string, RawBuilder<unknown>> = {
  experiment: sql`(select e.name from experiments as e where e.experiment_id = runs.experiment_id)`,
  notebook: sql`runs.notebook`,
  state: sql`runs.state`,
  start_time: sql`runs.start_time`,
  // Of any two times of 64 bits.
  duration: sql`cast(runs.end_time as double precision) - cast(runs.start_time as double precision)`
};

/** The value of one field in each run that fits and has one. @throws invalid_request for an attribute that is none. */
export async function readField(db: Db, where: RunCondition, field: string): Promise<FieldValue[]> {
  const [, kind, key] = /^(\w+)\.([^]*)$/.exec(field) as unknown as [string, string, string];
  if (kind === 'attributes') {
    const expression = ATTRIBUTES[key];
    if (!expression) {
      throw problem(
        'invalid_request',
        `"${field}" is no attribute of runs: there are ${Object.keys(ATTRIBUTES).join(', ')}`
      );
    }
    const { rows } = await sql<FieldValue>`
      select runs.run_id, ${expression} as value from runs where ${where}`.execute(db);
    return rows;
  }
  const table = kind === 'metrics' ? 'metric_series' : kind;
  const number = kind === 'metrics' ? sql` and f.kind = 0` : sql``;
  const { rows } = await sql<FieldValue>`
    select runs.run_id, f.value from runs join ${sql.table(table)} as f on f.run_id = runs.run_id
    where f.key = ${key}${number} and ${where}`.execute(db);
  return rows;
}

/** Numbers of nested runs by the run they are in. */
export async function countChildren(db: Db, ids: readonly string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('tags')
    .innerJoin('runs', 'runs.run_id', 'tags.run_id')
    .select(({ fn }) => ['tags.value', fn.countAll<number>().as('n')])
    .where('tags.key', '=', PARENT_RUN_TAG)
    .where('tags.value', 'in', ids)
    .where('runs.lifecycle', '=', 'active')
    .groupBy('tags.value')
    .execute();
  return new Map(rows.map(({ value, n }) => [value, Number(n)]));
}

/** Runs nested directly in it, oldest first. */
export const childrenOf = (db: Db, runId: string) =>
  db
    .selectFrom('tags')
    .innerJoin('runs', 'runs.run_id', 'tags.run_id')
    .select(['runs.run_id', 'runs.name', 'runs.state'])
    .where('tags.key', '=', PARENT_RUN_TAG)
    .where('tags.value', '=', runId)
    .where('runs.lifecycle', '=', 'active')
    .orderBy('runs.start_time')
    .orderBy('runs.run_id')
    .limit(500)
    .execute();

export const readChosen = (
  db: Db,
  table: 'params' | 'tags',
  ids: readonly string[],
  keys: readonly string[]
) =>
  ids.length === 0 || keys.length === 0
    ? Promise.resolve([])
    : db
        .selectFrom(table)
        .selectAll()
        .where('run_id', 'in', ids)
        .where('key', 'in', keys)
        .execute();

export const readChosenSeries = (
  db: Db,
  ids: readonly string[],
  keys: readonly string[]
): Promise<Selectable<MetricSeriesRow>[]> =>
  ids.length === 0 || keys.length === 0
    ? Promise.resolve([])
    : db
        .selectFrom('metric_series')
        .selectAll()
        .where('run_id', 'in', ids)
        .where('key', 'in', keys)
        .execute();

export const readRunRows = (db: Db, ids: readonly string[]) =>
  ids.length === 0
    ? Promise.resolve([])
    : db
        .selectFrom('runs')
        .innerJoin('experiments', 'experiments.experiment_id', 'runs.experiment_id')
        .selectAll('runs')
        .select('experiments.name as experiment')
        .where('run_id', 'in', ids)
        .execute();

/** Executions of one cell, newest first, with the run that each was part of. */
export const readCellExecutions = (
  db: Db,
  cellId: string,
  notebook: string | undefined,
  limit: number
) => {
  let query = db
    .selectFrom('cell_executions')
    .innerJoin('runs', 'runs.run_id', 'cell_executions.run_id')
    .select([
      'runs.run_id',
      'runs.name',
      'runs.state',
      'cell_executions.session_id',
      'cell_executions.execution_id',
      'cell_executions.start_time',
      'cell_executions.end_time',
      'cell_executions.source'
    ])
    .where('cell_executions.cell_id', '=', cellId)
    .where('runs.lifecycle', '=', 'active');
  if (notebook !== undefined) query = query.where('runs.notebook', '=', notebook);
  return query
    .orderBy('cell_executions.start_time', 'desc')
    .orderBy('cell_executions.execution_id')
    .limit(limit)
    .execute();
};
