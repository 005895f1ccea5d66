// Logged models (MLflow 3): a model is a thing of its own, made by a run, with params, tags and metrics.
import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import type { KeyValue } from '../contract/mlflow.ts';
import type * as wire from '../contract/mlflow-logged-models.ts';
import { problem } from '../contract/problem.ts';
import type { Database, Db } from '../database/open.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../events/clock.ts';
import {
  checkMaxResults,
  experimentNumbers,
  type Experiments,
  locationBelow
} from './experiments.ts';
import { parseFilter } from './filter.ts';
import * as store from './logged-model-store.ts';
import { createRunName } from './run-name.ts';
import { findRun } from './run-store.ts';
import { filterConditions, orderKeys, searchableModels } from './search-store.ts';
import type { SessionLinks } from './session-links.ts';
import { toWireNumber } from './stored-number.ts';

type Input<O extends { request: z.ZodType }> = z.output<O['request']>;

export interface LoggedModelParts {
  database: Database;
  bus: EventBus;
  clock: Clock;
  experiments: Experiments;
  sessions: Pick<SessionLinks, 'runOf'>;
}

export type LoggedModels = ReturnType<typeof createLoggedModels>;

export function createLoggedModels({
  database,
  bus,
  clock,
  experiments,
  sessions
}: LoggedModelParts) {
  const { read } = database;
  /** As of runs: whoever logs waits for every answer, and the disk has it some milliseconds later. */
  const save = <T>(work: (db: Db) => Promise<T>): Promise<T> => database.write(work, 'committed');

  async function find(modelId: string, db = read): Promise<store.LoggedModel | undefined> {
    return (await store.readModels(db, [modelId]))[0];
  }

  async function require(
    modelId: string,
    db = read,
    deletedToo = false
  ): Promise<store.LoggedModel> {
    const model = await find(modelId, db);
    if (model && (deletedToo || model.lifecycle === 'active')) return model;
    throw store.noLoggedModel(modelId);
  }

  /** Changes a model that must be there, and says that its run shows something new. */
  async function change(
    modelId: string,
    work: (db: typeof read) => Promise<unknown>
  ): Promise<store.LoggedModel> {
    const model = await save(async db => {
      await require(modelId, db);
      await work(db);
      await store.updateModel(db, modelId, { updated_at: clock() });
      return (await find(modelId, db))!;
    });
    await publish(model.source_run_id);
    return model;
  }

  async function publish(runId: string | null): Promise<void> {
    const run = runId ? await findRun(read, runId) : undefined;
    if (run)
      bus.publish({ type: 'run-changed', runId: run.run_id, notebook: run.notebook ?? undefined });
  }

  const setTags = (modelId: string, tags: readonly KeyValue[]) =>
    change(modelId, db => store.putModelValues(db, 'logged_model_tags', modelId, tags));

  return {
    find,
    require,
    setTags,

    /** A client without an active run says none; the session it speaks from has one. */
    async create(input: Input<typeof wire.createLoggedModel>, session?: string) {
      const name = input.name || createRunName();
      checkModelName(name);
      const model = await save(async db => {
        const experiment = await experiments.requireActive(input.experiment_id, db);
        const model_id = `m-${randomBytes(16).toString('hex')}`;
        const now = clock();
        const source_run_id = input.source_run_id || (await sessions.runOf(db, session)) || null;
        await store.insertModel(db, {
          model_id,
          experiment_id: experiment.experiment_id,
          name,
          model_type: input.model_type,
          source_run_id,
          status: 'LOGGED_MODEL_PENDING',
          status_message: null,
          location: locationBelow(experiment.artifact_location, `models/${model_id}/artifacts`),
          lifecycle: 'active',
          created_at: now,
          updated_at: now
        });
        await store.putModelValues(db, 'logged_model_params', model_id, input.params);
        await store.putModelValues(db, 'logged_model_tags', model_id, input.tags);
        return (await find(model_id, db))!;
      });
      await publish(model.source_run_id);
      return { model: toWire(model) };
    },

    get: async ({ model_id, allow_deleted }: Input<typeof wire.getLoggedModel>) => ({
      model: toWire(await require(model_id, read, allow_deleted))
    }),

    finalize: async ({ model_id, status }: Input<typeof wire.finalizeLoggedModel>) => ({
      model: toWire(await change(model_id, db => store.updateModel(db, model_id, { status })))
    }),

    async remove({ model_id }: Input<typeof wire.deleteLoggedModel>) {
      // Sent again, it is no mistake.
      if ((await find(model_id))?.lifecycle === 'deleted') return;
      await change(model_id, db => store.updateModel(db, model_id, { lifecycle: 'deleted' }));
    },

    async logParams({ model_id, params }: Input<typeof wire.logLoggedModelParams>) {
      await change(model_id, db =>
        store.putModelValues(db, 'logged_model_params', model_id, params)
      );
    },

    async removeTag({ model_id, tag_key }: Input<typeof wire.deleteLoggedModelTag>) {
      await change(model_id, async db => {
        if (await store.removeModelTag(db, model_id, tag_key)) return;
        throw problem(
          'not_found',
          `No tag with key '${tag_key}' found for model with ID '${model_id}'.`
        );
      });
    },

    async search(input: Input<typeof wire.searchLoggedModels>) {
      const limit = checkMaxResults(input.max_results || 50);
      const numbers = experimentNumbers(input.experiment_ids);
      if (numbers.length === 0) return {};
      const orders = input.order_by.map(
        ({ field_name, ascending }) => `${field_name} ${ascending ? 'ASC' : 'DESC'}`
      );
      const { ids, next } = await store.searchModelIds(read, {
        experiments: numbers,
        where: filterConditions(searchableModels, parseFilter(input.filter)),
        datasets: input.datasets.map(({ dataset_name, dataset_digest }) => ({
          name: dataset_name,
          digest: dataset_digest
        })),
        order: orderKeys(searchableModels, orders),
        limit,
        token: input.page_token || undefined
      });
      return { models: (await store.readModels(read, ids)).map(toWire), next_page_token: next };
    }
  };
}

function checkModelName(name: string): void {
  if (!/[/:.%"']/.test(name)) return;
  throw problem(
    'invalid_request',
    `Invalid model name ('${name}') provided. Model name must be a non-empty string and cannot contain the following characters: ('/', ':', '.', '%', '"', "'")`
  );
}

function toWire(model: store.LoggedModel) {
  return {
    info: {
      model_id: model.model_id,
      experiment_id: String(model.experiment_id),
      name: model.name,
      creation_timestamp_ms: model.created_at,
      last_updated_timestamp_ms: model.updated_at,
      artifact_uri: model.location,
      status: model.status,
      model_type: model.model_type,
      source_run_id: model.source_run_id ?? undefined,
      status_message: model.status_message ?? undefined,
      tags: model.tags
    },
    data: {
      params: model.params,
      metrics: model.metrics.map(
        ({ key, time, step, run_id, model_id, dataset_name, dataset_digest, ...stored }) => ({
          key,
          value: toWireNumber(stored),
          timestamp: time,
          step,
          run_id,
          model_id,
          dataset_name: dataset_name || undefined,
          dataset_digest: dataset_digest || undefined
        })
      )
    }
  };
}
