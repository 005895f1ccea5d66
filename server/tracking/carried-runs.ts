// Experiments, runs and logged models as another tracker had them: with their ids, times and whole histories.
import type { ArtifactPlaces } from '../artifacts/artifact-places.ts';
import type {
  CarriedExperiment,
  CarriedLoggedModel,
  CarriedPoints,
  CarriedRun
} from '../contract/transfer.ts';
import type { KeyValue } from '../contract/mlflow.ts';
import type { Db } from '../database/open.ts';
import * as experiments from './experiment-store.ts';
import * as models from './logged-model-store.ts';
import { locationBelow } from './experiments.ts';
import { insertModelMetrics } from './metric-store.ts';
import { writePoints } from './point-store.ts';
import * as runs from './run-store.ts';
import { parseMetricValue, toStored } from './stored-number.ts';

export type CarriedRuns = ReturnType<typeof createCarriedRuns>;

const DEFAULT_EXPERIMENT = '0';

export function createCarriedRuns(artifacts: ArtifactPlaces) {
  /** That of the mark, the default one, the namesake, or a new one. */
  async function findExperiment(db: Db, carried: CarriedExperiment, mark: string | undefined) {
    if (mark !== undefined) {
      const [marked] = await experiments.readExperiments(db, [Number(mark)]);
      if (marked) return marked;
    }
    if (carried.sourceId === DEFAULT_EXPERIMENT) {
      return (await experiments.readExperiments(db, [0]))[0];
    }
    return experiments.findExperimentByName(db, carried.name);
  }

  return {
    async experiment(db: Db, carried: CarriedExperiment, mark: string | undefined) {
      const found = await findExperiment(db, carried, mark);
      const id =
        found?.experiment_id ??
        (await experiments.insertExperiment(
          db,
          carried.name,
          artifacts.locationOf,
          carried.createdAt
        ));
      // A namesake of our own stays as it is, unless active runs come to a deleted one.
      const lifecycle = found && found.lifecycle === 'active' ? 'active' : carried.lifecycle;
      await experiments.updateExperiment(db, id, { lifecycle, updated_at: carried.updatedAt });
      for (const tag of pairs(carried.tags)) await experiments.putExperimentTag(db, id, tag);
      return id;
    },

    /** @returns where its artifacts belong. */
    async run(db: Db, carried: CarriedRun, experimentId: number): Promise<string> {
      const { runId, name, state, lifecycle } = carried;
      const known = await runs.findRun(db, runId);
      const [experiment] = known ? [] : await experiments.readExperiments(db, [experimentId]);
      const artifact_uri =
        known?.artifact_uri ??
        carried.artifactUri ??
        locationBelow(experiment!.artifact_location, `${runId}/artifacts`);
      const row = {
        name,
        user_id: carried.userId,
        state,
        lifecycle,
        start_time: carried.startTime,
        end_time: carried.endTime ?? null
      };
      if (known) await runs.updateRun(db, runId, row);
      else {
        await runs.insertRun(db, {
          run_id: runId,
          experiment_id: experimentId,
          artifact_uri,
          notebook: null,
          session_id: null,
          ...row
        });
      }
      await runs.putParams(db, runId, pairs(carried.params));
      await runs.putTags(db, runId, pairs({ 'mlflow.runName': name, ...carried.tags }));
      for (const {
        tags,
        sourceType,
        schema = null,
        profile = null,
        ...dataset
      } of carried.datasets) {
        const id = await runs.putDataset(db, {
          ...dataset,
          source_type: sourceType,
          schema,
          profile,
          experiment_id: known?.experiment_id ?? experimentId
        });
        await runs.linkDataset(db, runId, id, pairs(tags));
      }
      for (const { modelId, direction, step } of carried.models)
        await runs.linkModel(db, runId, modelId, direction, step);
      return artifact_uri;
    },

    async points(db: Db, pieces: readonly CarriedPoints[]): Promise<void> {
      for (const [runId, ofRun] of Map.groupBy(pieces, piece => piece.runId)) {
        await writePoints(
          db,
          runId,
          ofRun.flatMap(({ key, times, steps, values }) =>
            times.map((time, at) => ({
              key,
              time,
              step: steps[at]!,
              ...toStored(parseMetricValue(values[at]!))
            }))
          )
        );
      }
    },

    /** @returns where its artifacts belong. */
    async loggedModel(db: Db, carried: CarriedLoggedModel, experimentId: number): Promise<string> {
      const { modelId, name, status, lifecycle } = carried;
      const [known] = await models.readModels(db, [modelId]);
      const [experiment] = await experiments.readExperiments(db, [experimentId]);
      const location =
        known?.location ??
        carried.artifactUri ??
        locationBelow(experiment!.artifact_location, `models/${modelId}/artifacts`);
      const row = {
        name,
        model_type: carried.modelType,
        source_run_id: carried.runId ?? null,
        status,
        status_message: carried.statusMessage ?? null,
        lifecycle,
        created_at: carried.createdAt,
        updated_at: carried.updatedAt
      };
      if (known) await models.updateModel(db, modelId, row);
      else {
        await models.insertModel(db, {
          model_id: modelId,
          experiment_id: experimentId,
          location,
          ...row
        });
      }
      await models.putModelValues(db, 'logged_model_params', modelId, pairs(carried.params));
      await models.putModelValues(db, 'logged_model_tags', modelId, pairs(carried.tags));
      await insertModelMetrics(
        db,
        carried.metrics.map(metric => ({
          model_id: modelId,
          run_id: metric.runId,
          key: metric.key,
          time: metric.time,
          step: metric.step,
          dataset_name: metric.datasetName,
          dataset_digest: metric.datasetDigest,
          ...toStored(parseMetricValue(metric.value))
        }))
      );
      return location;
    },

    /** The root of a run's or a logged model's artifacts here. */
    async placeOf(db: Db, id: string): Promise<string | undefined> {
      const run = await runs.findRun(db, id);
      return run?.artifact_uri ?? (await models.readModels(db, [id]))[0]?.location;
    }
  };
}

const pairs = (values: Record<string, string>): KeyValue[] =>
  Object.entries(values).map(([key, value]) => ({ key, value }));
