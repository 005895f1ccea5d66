// The table of runs: which columns there are, and a window of its rows.
import type { InputOf, ResponseOf } from '../contract/operation.ts';
import type * as operations from '../contract/tracking-runs.ts';
import type { RunRow } from '../contract/tracking-runs.ts';
import type { Db } from '../database/open.ts';
import { directionOf } from '../text/metric-direction.ts';
import { summariseMetric } from './metric-summary.ts';
import { NOTE_TAG } from './run-bin.ts';
import * as store from './run-panel-store.ts';
import { PARENT_RUN_TAG } from './runs.ts';

/** Columns are looked for in so many of the newest runs: keys of long ago can still be asked for by name. */
const LOOKED = 1000;
/** What clients and we mark runs with for ourselves is no column by default. */
const INNER_TAG = /^(mlflow|stepladder)\./;

export function createRunTable(read: Db) {
  return {
    async getRunColumns(
      selection: InputOf<typeof operations.getRunColumns>
    ): Promise<ResponseOf<typeof operations.getRunColumns>> {
      const where = store.selectedRuns(selection);
      const total = await store.countRuns(read, where);
      const params = uses(await store.countValues(read, 'params', where, LOOKED));
      const tags = uses(await store.countValues(read, 'tags', where, LOOKED));
      const metrics = await store.countMetrics(read, where, LOOKED);
      return {
        total,
        looked: Math.min(total, LOOKED),
        params,
        tags: tags
          .filter(({ key }) => !INNER_TAG.test(key))
          .map(({ key, runs, values }) => ({ key, runs, values })),
        metrics: metrics
          .map(({ key, n, most }) => ({
            key,
            runs: Number(n),
            direction: directionOf(key),
            curve: Number(most) > 1
          }))
          .sort(byUse)
      };
    },

    async getRunTable(
      input: InputOf<typeof operations.getRunTable>
    ): Promise<ResponseOf<typeof operations.getRunTable>> {
      const { parent, order, offset, limit, columns } = input;
      const selected = store.selectedRuns(input);
      const where = parent === undefined ? selected : store.nestedIn(selected, parent);
      const total = await store.countRuns(read, where);
      const ids = await store.readIdsAt(read, where, order, offset, limit);
      return { total, items: await readRows(read, ids, columns) };
    }
  };
}

async function readRows(
  read: Db,
  ids: readonly string[],
  columns: readonly string[]
): Promise<RunRow[]> {
  const keysOf = (kind: string) =>
    columns.flatMap(column =>
      column.startsWith(`${kind}.`) ? [column.slice(kind.length + 1)] : []
    );
  const runs = new Map((await store.readRunRows(read, ids)).map(run => [run.run_id, run]));
  const params = await store.readChosen(read, 'params', ids, keysOf('params'));
  const tagKeys = keysOf('tags');
  const tags = await store.readChosen(read, 'tags', ids, [...tagKeys, PARENT_RUN_TAG, NOTE_TAG]);
  const series = await store.readChosenSeries(read, ids, keysOf('metrics'));
  const children = await store.countChildren(read, ids);
  const ofRun = <Row extends { run_id: string }>(rows: readonly Row[]) =>
    Map.groupBy(rows, ({ run_id }) => run_id);
  const [paramsOf, tagsOf, seriesOf] = [ofRun(params), ofRun(tags), ofRun(series)];

  return ids.flatMap(runId => {
    const run = runs.get(runId);
    if (!run) return [];
    const own = tagsOf.get(runId) ?? [];
    const marked = new Map(own.map(({ key, value }) => [key, value]));
    const parent = marked.get(PARENT_RUN_TAG);
    return {
      runId,
      name: run.name,
      experiment: run.experiment,
      state: run.state,
      startTime: run.start_time,
      ...(run.end_time === null ? {} : { endTime: run.end_time }),
      ...(run.notebook === null ? {} : { notebook: run.notebook }),
      ...(parent === undefined ? {} : { parentRunId: parent }),
      children: children.get(runId) ?? 0,
      note: (marked.get(NOTE_TAG) ?? '') !== '',
      params: Object.fromEntries((paramsOf.get(runId) ?? []).map(({ key, value }) => [key, value])),
      tags: Object.fromEntries(
        own.filter(({ key }) => tagKeys.includes(key)).map(({ key, value }) => [key, value])
      ),
      metrics: Object.fromEntries(
        (seriesOf.get(runId) ?? []).map(one => {
          const { last, best, count, spark } = summariseMetric(one);
          return [one.key, { last, ...(best === undefined ? {} : { best }), count, spark }];
        })
      )
    };
  });
}

const byUse = (a: { key: string; runs: number }, b: { key: string; runs: number }) =>
  b.runs - a.runs || (a.key < b.key ? -1 : 1);

/** Those that differ first, then those that most runs have. */
function uses(rows: readonly store.KeyUse[]) {
  return [...Map.groupBy(rows, ({ key }) => key)]
    .map(([key, found]) => ({
      key,
      runs: found.reduce((sum, { n }) => sum + Number(n), 0),
      values: found.length,
      numeric: found.every(({ value }) => isNumeric(value))
    }))
    .sort((a, b) => Number(b.values > 1) - Number(a.values > 1) || byUse(a, b));
}

export const isNumeric = (text: string): boolean =>
  text.trim() !== '' && Number.isFinite(Number(text));
