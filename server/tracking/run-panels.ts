// Runs as the panels and the command line see them.
import type { InputOf, ResponseOf } from '../contract/operation.ts';
import type * as operations from '../contract/tracking.ts';
import type { RunDetail, RunSummary } from '../contract/tracking.ts';
import type { ArtifactPlaces } from '../artifacts/artifact-places.ts';
import { problem } from '../contract/problem.ts';
import type { Database } from '../database/open.ts';
import type { Clock } from '../events/clock.ts';
import type { Workspace } from '../workspace.ts';
import { listRecursively } from './artifacts.ts';
import * as experiments from './experiment-store.ts';
import { parseFilter } from './filter.ts';
import { modelIdsOfRuns } from './logged-model-store.ts';
import { readCurvePoints } from './curve-points.ts';
import { findSeries } from './metric-store.ts';
import { summariseMetric } from './metric-summary.ts';
import { NOTE_TAG } from './run-bin.ts';
import { readRunCells } from './run-cells.ts';
import { childrenOf } from './run-panel-store.ts';
import * as runs from './run-store.ts';
import { statusByName } from './run-wire.ts';
import { PARENT_RUN_TAG } from './runs.ts';
import { bucketSeries } from './series-buckets.ts';
import { asMetricValue } from './stored-number.ts';

export interface PanelParts {
  database: Database;
  artifacts: ArtifactPlaces;
  workspace: Workspace;
  clock: Clock;
}

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
      metrics: run.series.map(summariseMetric),
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

  return {
    async listRuns(
      input: InputOf<typeof operations.listRuns>
    ): Promise<ResponseOf<typeof operations.listRuns>> {
      const { ids, next } = await runs.searchRunIds(read, {
        clauses: parseFilter(input.filter).map(statusByName),
        orders: input.order?.split(',').filter(order => order.trim() !== '') ?? [],
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
      const tags = Object.fromEntries(run.tags.map(({ key, value }) => [key, value]));
      const [parent] = await runs.readRuns(
        read,
        tags[PARENT_RUN_TAG] ? [tags[PARENT_RUN_TAG]] : []
      );
      return {
        ...summary!,
        tags,
        note: tags[NOTE_TAG] ?? '',
        ...(parent ? { parent: { runId: parent.run_id, name: parent.name } } : {}),
        children: (await childrenOf(read, runId)).map(({ run_id, name, state }) => ({
          runId: run_id,
          name,
          state
        })),
        artifacts: place ? await listRecursively(place) : [],
        cells: await readRunCells(read, run, clock)
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
      const stretch = { by: 'step', from: -Infinity, to: Infinity, points: limit } as const;
      const { points } = await readCurvePoints(read, series, stretch);
      points.sort((a, b) => a.step - b.step || a.time - b.time);
      const shown = bucketSeries(points, limit);
      return {
        key,
        points: shown.map(({ step, time, value }) => ({ step, time, value: asMetricValue(value) }))
      };
    }
  };
}
