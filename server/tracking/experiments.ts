// Experiments as MLflow's clients know them: names are theirs for ever, deleting is soft and takes the runs along.
import { resolve } from 'node:path';
import type { z } from 'zod';
import type { ViewType } from '../contract/mlflow.ts';
import type * as wire from '../contract/mlflow-experiments.ts';
import { problem } from '../contract/problem.ts';
import type { Database, Db } from '../database/open.ts';
import type { Lifecycle } from '../database/tables/tracking.ts';
import type { Clock } from '../events/clock.ts';
import type { ArtifactPlaces } from '../artifacts/artifact-places.ts';
import type { Workspace } from '../workspace.ts';
import * as store from './experiment-store.ts';
import { parseFilter } from './filter.ts';
import { checkExperimentName, checkExperimentTag } from './limits.ts';

type Input<O extends { request: z.ZodType }> = z.output<O['request']>;

export const LIFECYCLES: Record<ViewType, readonly Lifecycle[]> = {
  ACTIVE_ONLY: ['active'],
  DELETED_ONLY: ['deleted'],
  ALL: ['active', 'deleted']
};

const DEFAULT_EXPERIMENT = 0;

/** Ids as they are kept. What is no number names no experiment of ours. */
export const experimentNumbers = (ids: readonly string[]): number[] =>
  ids.filter(id => /^\d{1,15}$/.test(id)).map(Number);

export const PAGE_LIMIT = 50_000;

export function checkMaxResults(value: number, limit = PAGE_LIMIT): number {
  if (value >= 1 && value <= limit) return value;
  throw problem(
    'invalid_request',
    `Invalid value ${value} for parameter 'max_results' supplied: It must be a positive integer, at most ${limit}`
  );
}

function missing(id: string): never {
  throw problem('experiment_not_found', `No Experiment with id=${id} exists`);
}

export type Experiments = ReturnType<typeof createExperiments>;

export interface ExperimentParts {
  database: Database;
  clock: Clock;
  workspace: Workspace;
  artifacts: ArtifactPlaces;
}

export function createExperiments({ database, clock, workspace, artifacts }: ExperimentParts) {
  const { read } = database;

  async function require(id: string, db = read): Promise<store.Experiment> {
    const [experiment] = await store.readExperiments(db, experimentNumbers([id]));
    return experiment ?? missing(id);
  }

  async function requireHead(id: string, db: Db): Promise<store.ExperimentHead> {
    const [number] = experimentNumbers([id]);
    const experiment = number === undefined ? undefined : await store.findExperiment(db, number);
    return experiment ?? missing(id);
  }

  /** As MLflow has it, what is in the other state is not found. */
  async function requireIn(
    lifecycle: Lifecycle,
    id: string,
    db: Db
  ): Promise<store.ExperimentHead> {
    const experiment = await requireHead(id, db);
    if (experiment.lifecycle === lifecycle) return experiment;
    throw problem('experiment_not_found', `No ${lifecycle} Experiment with id=${id} exists`);
  }

  async function requireActive(id: string, db: Db): Promise<store.ExperimentHead> {
    const experiment = await requireHead(id, db);
    if (experiment.lifecycle === 'active') return experiment;
    throw problem(
      'invalid_request',
      `The experiment ${id} must be in the 'active' state. Current state is ${experiment.lifecycle}.`
    );
  }

  return {
    require,
    requireActive,

    create: ({ name, artifact_location, tags }: Input<typeof wire.createExperiment>) =>
      database.write(async db => {
        checkExperimentName(name);
        tags.forEach(checkExperimentTag);
        const location = artifact_location
          ? checkLocation(artifact_location, workspace.root)
          : undefined;
        const locationOf = location === undefined ? artifacts.locationOf : () => location;
        const namesake = await store.findExperimentByName(db, name);
        if (namesake) {
          const hint =
            namesake.lifecycle === 'deleted'
              ? ' It is deleted: restore it, or choose another name.'
              : '';
          throw problem('already_exists', `Experiment(name=${name}) already exists.${hint}`);
        }
        const id = await store.insertExperiment(db, name, locationOf, clock());
        for (const tag of tags) await store.putExperimentTag(db, id, tag);
        return { experiment_id: String(id) };
      }),

    get: async ({ experiment_id }: Input<typeof wire.getExperiment>) => ({
      experiment: toWire(await require(experiment_id))
    }),

    getByName: async ({ experiment_name }: Input<typeof wire.getExperimentByName>) => {
      const found = await store.findExperimentByName(read, experiment_name);
      if (!found)
        throw problem(
          'experiment_not_found',
          `Could not find experiment with name '${experiment_name}'`
        );
      return { experiment: toWire(await require(String(found.experiment_id))) };
    },

    search: async (input: Input<typeof wire.searchExperiments>) => {
      const { ids, next } = await store.searchExperimentIds(read, {
        clauses: parseFilter(input.filter),
        orders: input.order_by,
        lifecycles: LIFECYCLES[input.view_type],
        limit: checkMaxResults(input.max_results),
        token: input.page_token || undefined
      });
      const experiments = await store.readExperiments(read, ids);
      return { experiments: experiments.map(toWire), next_page_token: next };
    },

    remove: ({ experiment_id }: Input<typeof wire.deleteExperiment>) =>
      database.write(async db => {
        const { experiment_id: id } = await requireIn('active', experiment_id, db);
        await store.updateExperiment(db, id, { lifecycle: 'deleted', updated_at: clock() });
        await store.setLifecycleOfRuns(db, id, 'deleted');
      }),

    restore: ({ experiment_id }: Input<typeof wire.restoreExperiment>) =>
      database.write(async db => {
        const { experiment_id: id } = await requireIn('deleted', experiment_id, db);
        await store.updateExperiment(db, id, { lifecycle: 'active', updated_at: clock() });
        await store.setLifecycleOfRuns(db, id, 'active');
      }),

    update: ({ experiment_id, new_name: name }: Input<typeof wire.updateExperiment>) =>
      database.write(async db => {
        const experiment = await requireActive(experiment_id, db);
        if (name === undefined) return;
        checkExperimentName(name);
        const namesake = await store.findExperimentByName(db, name);
        if (namesake && namesake.experiment_id !== experiment.experiment_id) {
          throw problem('already_exists', `Experiment(name=${name}) already exists.`);
        }
        await store.updateExperiment(db, experiment.experiment_id, { name, updated_at: clock() });
      }),

    setTag: ({ experiment_id, key, value }: Input<typeof wire.setExperimentTag>) =>
      database.write(async db => {
        checkExperimentTag({ key, value });
        const { experiment_id: id } = await requireActive(experiment_id, db);
        await store.putExperimentTag(db, id, { key, value });
        await store.updateExperiment(db, id, { updated_at: clock() });
      }),

    removeTag: ({ experiment_id, key }: Input<typeof wire.deleteExperimentTag>) =>
      database.write(async db => {
        const { experiment_id: id } = await requireActive(experiment_id, db);
        if (!(await store.removeExperimentTag(db, id, key))) {
          throw problem(
            'not_found',
            `No tag with name: ${key} in experiment with id ${experiment_id}`
          );
        }
      }),

    /** The experiment that is there from the start keeps its artifacts where new ones do. */
    placeDefault: () =>
      database.write(db =>
        store.placeUnused(db, DEFAULT_EXPERIMENT, artifacts.locationOf(DEFAULT_EXPERIMENT))
      ),

    /** The experiment of that name, made when there is none; a deleted namesake comes back. For automatic runs. */
    async ensure(db: Db, name: string): Promise<store.Experiment> {
      const found = await store.findExperimentByName(db, name);
      const id =
        found?.experiment_id ??
        (await store.insertExperiment(db, name, artifacts.locationOf, clock()));
      if (found?.lifecycle === 'deleted') {
        await store.updateExperiment(db, id, { lifecycle: 'active', updated_at: clock() });
      }
      return require(String(id), db);
    }
  };
}

/** A place below an address: what stands behind `?` stays at the end. */
export function locationBelow(location: string, path: string): string {
  const [place, query] = location.split(/(?=\?)/, 2);
  return `${place!.replace(/\/+$/, '')}/${path}${query ?? ''}`;
}

/** A folder or a remote address: clients write there themselves, this server never opens it. */
function checkLocation(location: string, workspace: string): string {
  const isAddress = /^[a-z][a-z0-9+.-]+:/i.test(location);
  if (location.length > 2048 || (isAddress ? /[#;\0]/ : /[#?;\0]/).test(location)) {
    throw problem(
      'invalid_request',
      `Invalid value ${JSON.stringify(location)} for parameter 'artifact_location' supplied`,
      {
        remedy:
          'Leave it out (artifacts are then kept by this server), or give an address without a fragment'
      }
    );
  }
  return isAddress ? location : resolve(workspace, location);
}

function toWire(experiment: store.Experiment) {
  return {
    experiment_id: String(experiment.experiment_id),
    name: experiment.name,
    artifact_location: experiment.artifact_location,
    lifecycle_stage: experiment.lifecycle,
    creation_time: experiment.created_at,
    last_update_time: experiment.updated_at,
    tags: experiment.tags,
    workspace: 'default'
  };
}
