// Runs as the panels and the command line see them.
import type { InputOf, ResponseOf } from '../contract/operation.ts';
import type * as operations from '../contract/tracking.ts';
import type { CellExecution, RunDetail, RunSummary } from '../contract/tracking.ts';
import type { ArtifactPlaces } from '../artifacts/artifact-places.ts';
import { problem } from '../contract/problem.ts';
import type { Database } from '../database/open.ts';
import type { Clock } from '../events/clock.ts';
import type { Workspace } from '../workspace.ts';
import { listRecursively } from './artifacts.ts';
import * as experiments from './experiment-store.ts';
import { parseFilter } from './filter.ts';
import { modelIdsOfRuns } from './logged-model-store.ts';
import { findSeries, readPoints } from './metric-store.ts';
import * as runs from './run-store.ts';
import { statusByName } from './run-wire.ts';
import { bucketSeries } from './series-buckets.ts';
import * as cells from './session-store.ts';
import { type Spark, sparkValues } from './spark.ts';
import { asMetricValue, fromStored, toMetricValue } from './stored-number.ts';

export interface PanelParts {
  database: Database;
  artifacts: ArtifactPlaces;
  workspace: Workspace;
  clock: Clock;
}

const POINTS_READ = 50_000;

export function createRunPanels({ database, artifacts, workspace, clock }: PanelParts) {
  const { read } = database;

  async function summarise(found: runs.WholeRun[]): Promise<RunSummary[]> {
    const ids = [...new Set(found.map(run => run.experiment_id))];
    const names = new Map(
      (await experiments.readExperiments(read, ids)).map(one => [one.experiment_id, one.name])
    );
    const models = await modelIdsOfRuns(
      read,
      found.map(run => run.run_id)
    );
    return found.map(run => ({
      runId: run.run_id,
      name: run.name,
      experimentId: String(run.experiment_id),
      experiment: names.get(run.experiment_id) ?? '',
      state: run.state,
      startTime: run.start_time,
      endTime: run.end_time ?? undefined,
      notebook: run.notebook ?? undefined,
      sessionId: run.session_id ?? undefined,
      metrics: run.series.map(({ key, step, points, spark, ...last }) => ({
        key,
        last: toMetricValue(last),
        step,
        count: points,
        spark: sparkValues(JSON.parse(spark) as Spark, fromStored(last))
      })),
      params: Object.fromEntries(run.params.map(({ key, value }) => [key, value])),
      models: models
        .filter(({ runId }) => runId === run.run_id)
        .map(({ modelId, name }) => ({ modelId, name }))
    }));
  }

  async function requireWhole(runId: string): Promise<runs.WholeRun> {
    const [run] = await runs.readRuns(read, [runId]);
    if (run) return run;
    throw problem('run_not_found', `There is no run "${runId}"`);
  }

  /** The cells of the session's own run; for a client's run those that ran while it did. */
  async function cellsOf(run: runs.Run): Promise<CellExecution[]> {
    let found = await cells.cellsOfRun(read, run.run_id);
    if (found.length === 0 && run.session_id !== null) {
      found = await cells.cellsBetween(
        read,
        run.session_id,
        run.start_time,
        run.end_time ?? clock()
      );
    }
    const keys = await cells.metricsOfCells(read, [...new Set(found.map(cell => cell.session_id))]);
    return found.map(cell => ({
      executionId: cell.execution_id,
      cellId: cell.cell_id ?? undefined,
      step: cell.step ?? undefined,
      count: cell.count ?? undefined,
      source: cell.source,
      // Of a run that was given up for dead nothing goes on.
      state: cell.state === 'running' && run.state === 'killed' ? 'aborted' : cell.state,
      startTime: cell.start_time,
      endTime: cell.end_time ?? undefined,
      error:
        cell.error_name === null
          ? undefined
          : { name: cell.error_name, value: cell.error_value ?? '' },
      changes: JSON.parse(cell.changes) as CellExecution['changes'],
      metrics: keys.get(`${cell.session_id} ${cell.execution_id}`) ?? []
    }));
  }

  return {
    async listRuns(
      input: InputOf<typeof operations.listRuns>
    ): Promise<ResponseOf<typeof operations.listRuns>> {
      const { ids, next } = await runs.searchRunIds(read, {
        clauses: parseFilter(input.filter).map(statusByName),
        orders: [],
        lifecycles: ['active'],
        notebook: input.notebook === undefined ? undefined : workspace.identify(input.notebook),
        limit: input.limit,
        token: input.cursor
      });
      const items = await summarise(await runs.readRuns(read, ids));
      return next === undefined ? { items } : { items, next };
    },

    async getRun({ runId }: { runId: string }): Promise<RunDetail> {
      const run = await requireWhole(runId);
      const [summary] = await summarise([run]);
      const place = artifacts.find(run.artifact_uri);
      return {
        ...summary!,
        tags: Object.fromEntries(run.tags.map(({ key, value }) => [key, value])),
        artifacts: place ? await listRecursively(place) : [],
        cells: await cellsOf(run)
      };
    },

    async getSeries({
      runId,
      key,
      points: limit
    }: InputOf<typeof operations.getSeries>): Promise<ResponseOf<typeof operations.getSeries>> {
      const series = await findSeries(read, runId, key);
      if (!series) {
        await requireWhole(runId);
        return { key, points: [] };
      }
      const all: { step: number; time: number; value: number }[] = [];
      for (let after: Parameters<typeof readPoints>[3]; ;) {
        const rows = await readPoints(read, series.series_id, POINTS_READ, after);
        for (const row of rows)
          all.push({ step: row.step, time: row.time, value: fromStored(row) });
        after = rows.at(-1);
        if (rows.length < POINTS_READ) break;
      }
      all.sort((a, b) => a.step - b.step || a.time - b.time);
      const shown = bucketSeries(all, limit);
      return { key, points: shown.map(point => ({ ...point, value: asMetricValue(point.value) })) };
    }
  };
}
