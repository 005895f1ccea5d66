// Runs as MLflow's clients drive them: created, logged to, ended, searched.
import type { z } from 'zod';
import type * as wire from '../contract/mlflow-runs.ts';
import type { WireMetric } from '../contract/mlflow-runs.ts';
import type { Exact } from '../contract/int64.ts';
import type { KeyValue } from '../contract/mlflow.ts';
import { problem } from '../contract/problem.ts';
import type { Database, Db } from '../database/open.ts';
import type { LoggedModelMetricRow } from '../database/tables/tracking.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../events/clock.ts';
import { createId } from '../events/ids.ts';
import {
  checkMaxResults,
  experimentNumbers,
  type Experiments,
  LIFECYCLES,
  locationBelow
} from './experiments.ts';
import { parseFilter } from './filter.ts';
import { type Batch, checkBatch, checkMetric, checkParam, checkTag } from './limits.ts';
import { requireModels } from './logged-model-store.ts';
import { insertModelMetrics } from './metric-store.ts';
import { type NewPoint, writePoints } from './point-store.ts';
import { createRunName } from './run-name.ts';
import * as store from './run-store.ts';
import { fromWireStatus, statusByName, toRunInfo, toWireRun } from './run-wire.ts';
import type { SessionLinks } from './session-links.ts';
import { toStored } from './stored-number.ts';

type Input<O extends { request: z.ZodType }> = z.output<O['request']>;

export const RUN_NAME_TAG = 'mlflow.runName';
export const PARENT_RUN_TAG = 'mlflow.parentRunId';
const HISTORY_TAG = 'mlflow.log-model.history';

export interface RunParts {
  database: Database;
  bus: EventBus;
  clock: Clock;
  experiments: Experiments;
  sessions: SessionLinks;
}

/** What a write has changed, said to whoever listens once it is on the disk. */
interface Written {
  run: Exact<store.Run>;
  keys?: string[];
  executionId?: string | undefined;
}

export type Runs = ReturnType<typeof createRuns>;

export function createRuns({ database, bus, clock, experiments, sessions }: RunParts) {
  const { read } = database;

  async function require(runId: string, db: Db = read): Promise<Exact<store.Run>> {
    const run = await store.findExactRun(db, runId);
    if (run) return run;
    throw missing(runId);
  }

  async function requireActive(runId: string, db: Db): Promise<Exact<store.Run>> {
    const run = await require(runId, db);
    if (run.lifecycle === 'active') return run;
    throw problem(
      'invalid_request',
      `The run ${runId} must be in the 'active' state. Current state is ${run.lifecycle}.`
    );
  }

  /** Whoever logs waits for every answer: the disk has it some milliseconds later. */
  const save = <T>(work: (db: Db) => Promise<T>): Promise<T> => database.write(work, 'committed');

  /** @returns the run as it is then. */
  async function writeRun(work: (db: Db) => Promise<Written>): Promise<Exact<store.Run>> {
    const { run, keys = [], executionId } = await save(work);
    const notebook = run.notebook ?? undefined;
    if (keys.length > 0)
      bus.publish({ type: 'metrics-logged', runId: run.run_id, notebook, executionId, keys });
    else bus.publish({ type: 'run-changed', runId: run.run_id, notebook });
    return run;
  }

  const write = async (work: (db: Db) => Promise<Written>): Promise<void> => {
    await writeRun(work);
  };

  async function renameWithTags(
    db: Db,
    run: Exact<store.Run>,
    tags: readonly KeyValue[]
  ): Promise<void> {
    const name = tags.findLast(({ key }) => key === RUN_NAME_TAG)?.value;
    if (name !== undefined && name !== run.name) await store.updateRun(db, run.run_id, { name });
  }

  /** @throws invalid_request when a param already has another value. */
  async function writeParams(db: Db, runId: string, params: readonly KeyValue[]): Promise<void> {
    if (params.length === 0) return;
    const known = await store.readParams(
      db,
      runId,
      params.map(({ key }) => key)
    );
    const held = new Map(known.map(({ key, value }) => [key, value]));
    for (const { key, value } of params) {
      const before = held.get(key);
      if (before === undefined || before === value) continue;
      throw problem(
        'invalid_request',
        `Changing param values is not allowed. Param with key='${key}' was already logged with value='${before}' for run ID='${runId}'. Attempted logging new value '${value}'.`
      );
    }
    await store.putParams(
      db,
      runId,
      params.filter(({ key }) => !held.has(key))
    );
  }

  /** @returns the keys that got a new point. */
  async function writeMetrics(
    db: Db,
    runId: string,
    metrics: readonly WireMetric[]
  ): Promise<string[]> {
    if (metrics.length === 0) return [];
    const points: NewPoint[] = [];
    const ofModels: Exact<LoggedModelMetricRow>[] = [];
    for (const metric of metrics) {
      const { key, timestamp: time, step, model_id } = metric;
      const { value, kind } = toStored(metric.value);
      const point = { key, time, step, value, kind };
      points.push(point);
      if (!model_id) continue;
      const { dataset_name = '', dataset_digest = '' } = metric;
      ofModels.push({ ...point, model_id, run_id: runId, dataset_name, dataset_digest });
    }
    await requireModels(db, [...new Set(ofModels.map(({ model_id }) => model_id))]);
    await insertModelMetrics(db, ofModels);
    return writePoints(db, runId, points);
  }

  async function writeBatch(
    db: Db,
    run: Exact<store.Run>,
    batch: Batch,
    session: string | undefined
  ): Promise<Written> {
    await writeParams(db, run.run_id, batch.params);
    await store.putTags(db, run.run_id, batch.tags);
    await renameWithTags(db, run, batch.tags);
    const keys = await writeMetrics(db, run.run_id, batch.metrics);
    const executionId = keys.length > 0 ? await sessions.noteMetrics(db, session, keys) : undefined;
    return { run, keys, executionId };
  }

  return {
    require,
    requireActive,

    async create(input: Input<typeof wire.createRun>, session: string | undefined) {
      const tagged = input.tags.findLast(({ key }) => key === RUN_NAME_TAG)?.value;
      if (input.run_name && tagged && input.run_name !== tagged) {
        throw problem(
          'invalid_request',
          `Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='${input.run_name}', mlflow.runName='${tagged}').`
        );
      }
      const tags = input.tags.map(tag => checkTag(tag));
      const given = input.run_name || tagged;
      const run = await save(async db => {
        const experiment = await experiments.requireActive(input.experiment_id, db);
        const isChild = tags.some(({ key }) => key === PARENT_RUN_TAG);
        const adopted = isChild ? undefined : await sessions.adopt(db, session);
        const runId = adopted?.run_id ?? createId(clock);
        const name = given ?? adopted?.name ?? createRunName();
        const wanted = {
          experiment_id: experiment.experiment_id,
          name,
          user_id: input.user_id,
          artifact_uri:
            adopted?.artifact_uri ??
            locationBelow(experiment.artifact_location, `${runId}/artifacts`)
        };
        if (adopted) await store.updateRun(db, runId, wanted);
        else {
          const place = await sessions.placeOf(db, session);
          const start_time = input.start_time ?? clock();
          await store.insertRun(db, {
            run_id: runId,
            state: 'running',
            start_time,
            ...wanted,
            ...place?.columns
          });
          await store.putTags(db, runId, place?.tags ?? []);
          if (!isChild) await sessions.lend(db, session, runId);
        }
        await store.putTags(db, runId, [...tags, { key: RUN_NAME_TAG, value: name }]);
        return (await store.readExactRun(db, runId))!;
      });
      bus.publish({ type: 'run-changed', runId: run.run_id, notebook: run.notebook ?? undefined });
      // A run that has just begun has made nothing yet; MLflow says that by saying nothing.
      return { run: { ...toWireRun(run), outputs: undefined } };
    },

    async get({ run_id }: Input<typeof wire.getRun>) {
      const run = await store.readExactRun(read, run_id);
      if (!run) throw missing(run_id);
      return { run: toWireRun(run) };
    },

    async update({ run_id, status, end_time, run_name }: Input<typeof wire.updateRun>) {
      const changed = await writeRun(async db => {
        const run = await requireActive(run_id, db);
        const state = status && fromWireStatus(status);
        const isOver = state !== undefined && state !== 'running' && state !== 'scheduled';
        const ended = isOver
          ? (end_time ?? run.end_time ?? clock())
          : (end_time ?? (state ? null : run.end_time));
        const change = {
          state: state ?? run.state,
          end_time: ended,
          name: run_name || run.name
        };
        await store.saveProgress(db, run_id, change);
        if (run_name) await store.putTags(db, run_id, [{ key: RUN_NAME_TAG, value: run_name }]);
        if (state) await sessions.noteClientState(db, run_id, isOver);
        return { run: { ...run, ...change } };
      });
      return { run_info: toRunInfo(changed) };
    },

    remove: ({ run_id }: Input<typeof wire.deleteRun>) =>
      write(async db => {
        // Sent again, it is no mistake.
        const run = await require(run_id, db);
        await store.updateRun(db, run_id, { lifecycle: 'deleted' });
        return { run };
      }),

    restore: ({ run_id }: Input<typeof wire.restoreRun>) =>
      write(async db => {
        const run = await require(run_id, db);
        await store.updateRun(db, run_id, { lifecycle: 'active' });
        return { run };
      }),

    async search(input: Input<typeof wire.searchRuns>) {
      const limit = checkMaxResults(input.max_results);
      const clauses = parseFilter(input.filter).map(statusByName);
      const numbers = experimentNumbers(input.experiment_ids);
      if (numbers.length === 0) return {};
      const { ids, next } = await store.searchRunIds(read, {
        clauses,
        orders: input.order_by,
        lifecycles: LIFECYCLES[input.run_view_type],
        experiments: numbers,
        limit,
        token: input.page_token || undefined
      });
      return {
        runs: (await store.readExactRuns(read, ids)).map(toWireRun),
        next_page_token: next
      };
    },

    logMetric({ run_id, ...metric }: Input<typeof wire.logMetric>, session: string | undefined) {
      checkMetric(metric);
      return write(async db =>
        writeBatch(
          db,
          await requireActive(run_id, db),
          { metrics: [metric], params: [], tags: [] },
          session
        )
      );
    },

    logParameter({ run_id, ...param }: Input<typeof wire.logParameter>) {
      const checked = checkParam(param);
      return write(async db => {
        const run = await requireActive(run_id, db);
        await writeParams(db, run_id, [checked]);
        return { run };
      });
    },

    setTag({ run_id, ...tag }: Input<typeof wire.setTag>) {
      const checked = checkTag(tag);
      return write(async db => {
        const run = await requireActive(run_id, db);
        await store.putTags(db, run_id, [checked]);
        await renameWithTags(db, run, [checked]);
        return { run };
      });
    },

    removeTag: ({ run_id, key }: Input<typeof wire.deleteTag>) =>
      write(async db => {
        const run = await requireActive(run_id, db);
        if (!(await store.removeTag(db, run_id, key))) {
          throw problem('not_found', `No tag with name: ${key} in run with id ${run_id}`);
        }
        return { run };
      }),

    logBatch({ run_id, ...batch }: Input<typeof wire.logBatch>, session: string | undefined) {
      const checked = checkBatch(batch);
      return write(async db => writeBatch(db, await requireActive(run_id, db), checked, session));
    },

    logInputs: ({ run_id, datasets, models }: Input<typeof wire.logInputs>) =>
      write(async db => {
        const run = await requireActive(run_id, db);
        for (const { dataset, tags } of datasets) {
          const { schema = null, profile = null, ...known } = dataset;
          const id = await store.putDataset(db, {
            ...known,
            schema,
            profile,
            experiment_id: run.experiment_id
          });
          await store.linkDataset(db, run_id, id, tags);
        }
        for (const { model_id } of models) await store.linkModel(db, run_id, model_id, 'input', 0);
        return { run };
      }),

    logOutputs: ({ run_id, models }: Input<typeof wire.logOutputs>) =>
      write(async db => {
        const run = await requireActive(run_id, db);
        for (const { model_id, step } of models)
          await store.linkModel(db, run_id, model_id, 'output', step);
        return { run };
      }),

    logModel: ({ run_id, model_json }: Input<typeof wire.logModel>) =>
      write(async db => {
        const model = parseModel(model_json);
        const run = await requireActive(run_id, db);
        const history = JSON.parse(
          (await store.readTag(db, run_id, HISTORY_TAG)) ?? '[]'
        ) as unknown[];
        await store.putTags(db, run_id, [
          { key: HISTORY_TAG, value: JSON.stringify([...history, model]) }
        ]);
        return { run };
      })
  };
}

const missing = (runId: string) => problem('run_not_found', `Run with id=${runId} not found`);

function parseModel(json: string): Record<string, unknown> {
  let model: unknown;
  try {
    model = JSON.parse(json);
  } catch {
    throw problem('invalid_request', `Malformed model info. \n ${json} \n is not a valid JSON.`);
  }
  const given = typeof model === 'object' && model !== null ? model : {};
  const missing = ['artifact_path', 'flavors', 'utc_time_created', 'run_id'].filter(
    field => !(field in given)
  );
  if (missing.length === 0) return given as Record<string, unknown>;
  throw problem('invalid_request', `Model json is missing mandatory fields: ${missing.join(', ')}`);
}
