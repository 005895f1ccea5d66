// SQL of the series of metrics: found, begun and saved many at once, since a batch may have a thousand keys.
import { type Selectable, sql } from 'kysely';
import type { Exact } from '../contract/int64.ts';
import type { Db } from '../database/open.ts';
import { createStatement, inChunks, padded } from '../database/statement.ts';
import type { MetricSeriesRow } from '../database/tables/tracking.ts';

export type Series = Selectable<MetricSeriesRow>;
export type ExactSeries = Exact<Series>;

const STATE = {
  step: 0,
  time: 0,
  value: 0,
  kind: 0,
  points: 0,
  low: 0,
  high: 0,
  spark: new Uint8Array(),
  packs: 0,
  packed: 0,
  last_time: 0,
  last_step: 0
};
const STATE_COLUMNS = Object.keys(STATE) as readonly (keyof typeof STATE)[];
const NEW_COLUMNS = ['run_id', 'key', ...STATE_COLUMNS] as const;
const COLUMNS = ['series_id', ...NEW_COLUMNS] as const;

/** As many as a batch may have; an import has more. */
const KEYS_AT_ONCE = 1024;
/** Rows of one statement. */
const CHUNKS = [50, 10, 1];

const selectSeries = createStatement<ExactSeries>((db, rows) =>
  db
    .selectFrom('metric_series')
    .selectAll()
    .where('run_id', '=', '')
    .where('key', 'in', Array<string>(rows).fill(''))
);

/** By key, as far as there are any. */
export async function findAllSeries(
  db: Db,
  runId: string,
  keys: readonly string[]
): Promise<Map<string, ExactSeries>> {
  const found = new Map<string, ExactSeries>();
  for (let from = 0; from < keys.length; from += KEYS_AT_ONCE) {
    const some = padded(keys.slice(from, from + KEYS_AT_ONCE));
    const { rows } = await selectSeries(db, [runId, ...some], some.length);
    for (const series of rows) found.set(series.key, series);
  }
  return found;
}

const insertSeries = createStatement<Pick<Series, 'series_id' | 'key'>>((db, rows) => {
  const row = { run_id: '', key: '', ...STATE };
  return db
    .insertInto('metric_series')
    .columns(NEW_COLUMNS)
    .values(Array.from({ length: rows }, () => row))
    .returning(['series_id', 'key']);
});

/** @returns their ids, by key. */
export async function addSeries(
  db: Db,
  series: readonly Omit<ExactSeries, 'series_id'>[]
): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  await inChunks(series, CHUNKS, async some => {
    const values = some.flatMap(one => NEW_COLUMNS.map(column => one[column]));
    const { rows } = await insertSeries(db, values, some.length);
    for (const { key, series_id } of rows) ids.set(key, series_id);
  });
  return ids;
}

const upsertSeries = createStatement<never>((db, rows) => {
  const row = { series_id: 0, run_id: '', key: '', ...STATE };
  const given = STATE_COLUMNS.map(column => [column, sql.ref(`excluded.${column}`)]);
  return db
    .insertInto('metric_series')
    .columns(COLUMNS)
    .values(Array.from({ length: rows }, () => row))
    .onConflict(conflict => conflict.column('series_id').doUpdateSet(Object.fromEntries(given)));
});

const updateSeries = createStatement<never>(db =>
  db.updateTable('metric_series').set(STATE).where('series_id', '=', 0)
);

/** What is known of them now: they are all there. */
export async function saveSeries(db: Db, series: readonly ExactSeries[]): Promise<void> {
  // Most writes are of one: an upsert of it takes longer.
  if (series.length === 1) {
    const [one] = series;
    await updateSeries(db, [...STATE_COLUMNS.map(column => one![column]), one!.series_id]);
    return;
  }
  await inChunks(series, CHUNKS, async some => {
    const values = some.flatMap(one => COLUMNS.map(column => one[column]));
    await upsertSeries(db, values, some.length);
  });
}
