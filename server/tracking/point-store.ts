// Writes points of metrics: narrow rows under an integer series id, with the newest point and a sparkline kept beside them.
// It runs for every point that is logged, so its SQL is built once and its rows go in together.
import { type Selectable, sql } from 'kysely';
import type { Db } from '../database/open.ts';
import { createStatement, type Statement } from '../database/statement.ts';
import type { MetricPointRow, MetricSeriesRow, StoredNumber } from '../database/tables/tracking.ts';
import { type AddBlocks, createBlockInsert } from './block-store.ts';
import { type BlockTail, foldPoints } from './metric-blocks.ts';
import { readAllPoints } from './metric-store.ts';
import { addToSpark, emptySpark, type Spark } from './spark.ts';
import { fromStored } from './stored-number.ts';

export type Series = Selectable<MetricSeriesRow>;
export type NewPoint = StoredNumber & { key: string; time: number; step: number };

/** @returns the keys that got a new point: one already there is not written twice. */
export type WritePoints = (db: Db, runId: string, points: readonly NewPoint[]) => Promise<string[]>;

/** Rows of one insert: more gain nothing. */
const CHUNK = 200;

export function createPointWriter(): WritePoints {
  const insert = createPointInsert();
  const addBlocks = createBlockInsert();
  const { find, add, save } = createSeriesStatements();

  /** The series of the keys, made where there are none. */
  async function ensureSeries(
    db: Db,
    runId: string,
    byKey: ReadonlyMap<string, readonly NewPoint[]>
  ): Promise<Map<string, Series>> {
    const found = new Map<string, Series>();
    if (byKey.size === 1) {
      const [key] = byKey.keys();
      const [series] = (await find(db, [runId, key])).rows;
      if (series) return found.set(key!, series);
    } else {
      const known = db.selectFrom('metric_series').selectAll().where('run_id', '=', runId);
      for (const series of await known.where('key', 'in', [...byKey.keys()]).execute())
        found.set(series.key, series);
    }
    for (const [key, [first]] of byKey) {
      if (found.has(key)) continue;
      const { step, time, value, kind } = first!;
      const spark = JSON.stringify(emptySpark());
      const { rows } = await add(db, [runId, key, step, time, value, kind, 0, spark, '']);
      found.set(key, rows[0]!);
    }
    return found;
  }

  return async (db, runId, points) => {
    const byKey = Map.groupBy(points, ({ key }) => key);
    const series = await ensureSeries(db, runId, byKey);
    const rows = points.map(({ key, time, step, value, kind }) => ({
      series_id: series.get(key)!.series_id,
      time,
      step,
      value,
      kind
    }));
    const written = await insert(db, rows);
    const byId = Map.groupBy(written, row => row.series_id);
    const touched = [...series.values()].filter(({ series_id }) => byId.has(series_id));
    for (const one of touched) {
      const added = byId.get(one.series_id)!;
      const { step, time, value, kind, points, spark, series_id } = advance(one, added);
      const tail = await fold(db, one, added, addBlocks);
      await save(db, [step, time, value, kind, points, spark, tail, series_id]);
    }
    return touched.map(({ key }) => key);
  };
}

/** Shorter series are read as they are. */
const LONG = 2048;

/** Keeps the blocks of a long series. @returns its tail. */
async function fold(
  db: Db,
  series: Series,
  added: readonly MetricPointRow[],
  addBlocks: AddBlocks
): Promise<string> {
  if (series.points + added.length < LONG) return '';
  const tail = series.tail === '' ? [] : (JSON.parse(series.tail) as BlockTail);
  // Now that it is long: all that it has, once.
  const points = series.tail === '' ? await readAllPoints(db, series.series_id) : added;
  const full = foldPoints(tail, points);
  await addBlocks(db, series.series_id, full);
  return JSON.stringify(tail);
}

/** The newest point is the one of the highest step, then time, then value. */
function advance(series: Series, added: readonly MetricPointRow[]): Series {
  const spark = JSON.parse(series.spark) as Spark;
  let newest: Omit<MetricPointRow, 'series_id'> = series;
  for (const point of added) {
    addToSpark(spark, fromStored(point));
    const order =
      point.step - newest.step || point.time - newest.time || point.value - newest.value;
    if (order > 0) newest = point;
  }
  const { step, time, value, kind } = newest;
  const points = series.points + added.length;
  return { ...series, step, time, value, kind, points, spark: JSON.stringify(spark) };
}

/** @returns the rows that were not there. */
function createPointInsert() {
  const statements = new Map<number, Statement<never>>();

  /** @returns how many were not there. */
  async function insertRows(db: Db, rows: readonly MetricPointRow[]): Promise<number> {
    let statement = statements.get(rows.length);
    if (!statement) {
      statement = createStatement(any =>
        any
          .insertInto('metric_points')
          .columns(['series_id', 'time', 'step', 'value', 'kind'])
          .values(rows.map(row => ({ ...row })))
          .onConflict(conflict => conflict.doNothing())
      );
      statements.set(rows.length, statement);
    }
    const parameters: number[] = [];
    for (const { series_id, time, step, value, kind } of rows)
      parameters.push(series_id, time, step, value, kind);
    return Number((await statement(db, parameters)).numAffectedRows);
  }

  async function insertOneByOne(
    db: Db,
    rows: readonly MetricPointRow[]
  ): Promise<MetricPointRow[]> {
    const written: MetricPointRow[] = [];
    for (const row of rows) if ((await insertRows(db, [row])) === 1) written.push(row);
    return written;
  }

  return async (db: Db, rows: readonly MetricPointRow[]): Promise<readonly MetricPointRow[]> => {
    if (rows.length === 1) return insertOneByOne(db, rows);
    // Nearly always all are new. Which ones were not is only found out when some were.
    await sql`savepoint points`.execute(db);
    let count = 0;
    for (let from = 0; from < rows.length; from += CHUNK)
      count += await insertRows(db, rows.slice(from, from + CHUNK));
    const isAll = count === rows.length;
    if (!isAll) await sql`rollback to savepoint points`.execute(db);
    await sql`release savepoint points`.execute(db);
    return isAll ? rows : insertOneByOne(db, rows);
  };
}

function createSeriesStatements() {
  const state = { step: 0, time: 0, value: 0, kind: 0, points: 0, spark: '', tail: '' };
  const series = { run_id: '', key: '', ...state };
  return {
    find: createStatement<Series>(db =>
      db.selectFrom('metric_series').selectAll().where('run_id', '=', '').where('key', '=', '')
    ),
    add: createStatement<Series>(db =>
      db.insertInto('metric_series').values(series).returningAll()
    ),
    save: createStatement<never>(db =>
      db.updateTable('metric_series').set(state).where('series_id', '=', 0)
    )
  };
}
