// Writes an `mlruns` folder as MLflow's file store reads it.
import { createWriteStream } from 'node:fs';
import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { problem } from '../../contract/problem.ts';
import type { MetricValue } from '../../contract/tracking.ts';
import type {
  CarriedExperiment,
  CarriedLoggedModel,
  CarriedPoints,
  CarriedRegisteredModel,
  CarriedRun
} from '../../contract/transfer.ts';
import { writeYaml } from '../../text/lazy-yaml.ts';
import type { Receiver } from '../carry-over.ts';
import { datasetId, LOGGED_MODEL_STATUS, statusNumber } from '../mlflow-words.ts';

export function createMlruns(root: string): Receiver {
  const folderOfExperiment = new Map<string, string>();
  const folderOfRun = new Map<string, string>();
  const places = new Map<string, string>();

  const place = (id: string, folder: string, kept: string | undefined): string => {
    const uri = kept ?? pathToFileURL(join(folder, 'artifacts')).href;
    places.set(id, uri);
    return uri;
  };
  const requireFolder = (experiment: string): string => {
    const folder = folderOfExperiment.get(experiment);
    if (folder === undefined)
      throw problem('invalid_request', `The experiment "${experiment}" was not written first`);
    return folder;
  };

  async function writeExperiment(experiment: CarriedExperiment): Promise<void> {
    const { sourceId, lifecycle } = experiment;
    const [live, trash] = [join(root, sourceId), join(root, '.trash', sourceId)];
    const folder = lifecycle === 'deleted' ? trash : live;
    await rm(lifecycle === 'deleted' ? live : trash, { recursive: true, force: true });
    folderOfExperiment.set(sourceId, folder);
    await writeMeta(folder, {
      artifact_location: pathToFileURL(live).href,
      creation_time: experiment.createdAt,
      experiment_id: sourceId,
      last_update_time: experiment.updatedAt,
      lifecycle_stage: lifecycle,
      name: experiment.name
    });
    await writeValues(join(folder, 'tags'), experiment.tags);
  }

  async function writeRun(run: CarriedRun): Promise<string> {
    const experiment = requireFolder(run.experiment);
    const folder = join(experiment, run.runId);
    folderOfRun.set(run.runId, folder);
    // Histories are appended to: what an earlier export wrote goes first.
    for (const part of ['metrics', 'params', 'tags', 'inputs', 'outputs'])
      await rm(join(folder, part), { recursive: true, force: true });
    const uri = place(run.runId, folder, run.artifactUri);
    // MLflow takes a folder without these for something else than a run.
    for (const part of ['artifacts', 'metrics', 'params', 'tags'])
      await mkdir(join(folder, part), { recursive: true });
    await writeMeta(folder, {
      artifact_uri: uri,
      ...(run.lifecycle === 'deleted' ? { deleted_time: run.endTime ?? run.startTime } : {}),
      end_time: run.endTime ?? null,
      entry_point_name: '',
      experiment_id: run.experiment,
      lifecycle_stage: run.lifecycle,
      run_id: run.runId,
      run_name: run.name,
      run_uuid: run.runId,
      source_name: '',
      source_type: 4,
      source_version: '',
      start_time: run.startTime,
      status: statusNumber(run.state),
      tags: [],
      user_id: run.userId
    });
    await writeValues(join(folder, 'params'), run.params);
    await writeValues(join(folder, 'tags'), { 'mlflow.runName': run.name, ...run.tags });
    for (const { tags, ...dataset } of run.datasets) {
      const id = datasetId(dataset);
      await writeMeta(join(experiment, 'datasets', id), {
        digest: dataset.digest,
        name: dataset.name,
        profile: dataset.profile ?? null,
        schema: dataset.schema ?? null,
        source: dataset.source,
        source_type: dataset.sourceType
      });
      await writeMeta(join(folder, 'inputs', id), {
        destination_id: run.runId,
        destination_type: 'RUN',
        source_id: id,
        source_type: 'DATASET',
        tags
      });
    }
    for (const { modelId, direction, step } of run.models) {
      const way = direction.toUpperCase();
      await writeMeta(join(folder, `${direction}s`, modelId), {
        destination_id: modelId,
        destination_type: `MODEL_${way}`,
        source_id: modelId,
        source_type: `RUN_${way}`,
        step,
        tags: {}
      });
    }
    return uri;
  }

  async function writePoints({ runId, key, times, steps, values }: CarriedPoints): Promise<void> {
    const file = inside(join(folderOfRun.get(runId)!, 'metrics'), key);
    await mkdir(dirname(file), { recursive: true });
    const lines = times.map((time, at) => `${time} ${asPython(values[at]!)} ${steps[at]}\n`);
    await appendFile(file, lines.join(''));
  }

  async function writeModel(model: CarriedLoggedModel): Promise<string> {
    const folder = join(requireFolder(model.experiment), 'models', model.modelId);
    for (const part of ['metrics', 'params', 'tags'])
      await rm(join(folder, part), { recursive: true, force: true });
    const uri = place(model.modelId, folder, model.artifactUri);
    await mkdir(join(folder, 'artifacts'), { recursive: true });
    await writeMeta(folder, {
      artifact_location: uri,
      creation_timestamp: model.createdAt,
      experiment_id: model.experiment,
      last_updated_timestamp: model.updatedAt,
      lifecycle_stage: model.lifecycle,
      model_id: model.modelId,
      model_type: model.modelType || null,
      name: model.name,
      source_run_id: model.runId ?? null,
      status: Math.max(1, LOGGED_MODEL_STATUS.indexOf(model.status)),
      status_message: model.statusMessage ?? null
    });
    await writeValues(join(folder, 'params'), model.params);
    await writeValues(join(folder, 'tags'), model.tags);
    for (const metric of model.metrics) {
      const file = inside(join(folder, 'metrics'), metric.key);
      await mkdir(dirname(file), { recursive: true });
      const dataset = metric.datasetName ? ` ${metric.datasetName} ${metric.datasetDigest}` : '';
      await appendFile(
        file,
        `${metric.time} ${asPython(metric.value)} ${metric.step} ${metric.runId}${dataset}\n`
      );
    }
    return uri;
  }

  async function writeRegistered(model: CarriedRegisteredModel): Promise<void> {
    const folder = join(root, 'models', model.name);
    await rm(folder, { recursive: true, force: true });
    await writeMeta(folder, {
      creation_timestamp: model.createdAt,
      description: model.description || null,
      last_updated_timestamp: model.updatedAt,
      name: model.name
    });
    await writeValues(join(folder, 'tags'), model.tags);
    await writeValues(
      join(folder, 'aliases'),
      Object.fromEntries(
        Object.entries(model.aliases).map(([alias, version]) => [alias, String(version)])
      )
    );
    for (const version of model.versions) {
      const { within } = version;
      const owner = within && places.get(within.model ?? within.run ?? '');
      const location = owner
        ? [owner, within.path].filter(Boolean).join('/')
        : version.storageLocation;
      const at = join(folder, `version-${version.version}`);
      await writeMeta(at, {
        creation_timestamp: version.createdAt,
        current_stage: version.stage,
        description: version.description || null,
        last_updated_timestamp: version.updatedAt,
        model_id: version.loggedModelId ?? null,
        name: model.name,
        run_id: version.runId ?? null,
        run_link: version.runLink || null,
        source: /^(models|runs):/.test(version.source) ? version.source : location,
        status: 'READY',
        status_message: null,
        storage_location: location,
        user_id: null,
        version: version.version
      });
      await writeValues(join(at, 'tags'), version.tags);
    }
  }

  return {
    async importBatch(batch) {
      const placed: Record<string, string> = {};
      for (const experiment of batch.experiments ?? []) await writeExperiment(experiment);
      for (const run of batch.runs ?? []) placed[run.runId] = await writeRun(run);
      for (const piece of batch.points ?? []) await writePoints(piece);
      for (const model of batch.loggedModels ?? []) placed[model.modelId] = await writeModel(model);
      for (const model of batch.registeredModels ?? []) await writeRegistered(model);
      return { places: placed, notes: [] };
    },
    // A second export writes everything anew.
    importState: async () => ({ done: {} }),
    async putFile(uri, file) {
      if (!uri.startsWith('file:')) return false;
      await writeFileStream(inside(new URL(uri), file.path), await file.open());
      return true;
    }
  };
}

export async function writeFileStream(
  target: string,
  content: Readable | ReadableStream<Uint8Array>
): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await pipeline(
    content instanceof Readable ? content : Readable.fromWeb(content as never),
    createWriteStream(target)
  );
}

/** A key or path that would lead out of its folder is not followed. */
export function inside(folder: string | URL, path: string): string {
  const base = typeof folder === 'string' ? folder : decodeURIComponent(folder.pathname);
  if (path.split('/').includes('..') || path.startsWith('/'))
    throw problem('invalid_request', `"${path}" leads out of its folder and cannot be written`);
  return join(base, path);
}

async function writeMeta(folder: string, meta: object): Promise<void> {
  await mkdir(folder, { recursive: true });
  // What MLflow reads it with takes a bare 1e5 or yes for something else than text.
  await writeFile(
    join(folder, 'meta.yaml'),
    writeYaml(meta, { version: '1.1', defaultStringType: 'QUOTE_SINGLE', defaultKeyType: 'PLAIN' })
  );
}

async function writeValues(folder: string, values: Record<string, string>): Promise<void> {
  for (const [key, value] of Object.entries(values)) {
    const file = inside(folder, key);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, value);
  }
}

const PYTHON: Record<string, string> = { NaN: 'nan', Infinity: 'inf', '-Infinity': '-inf' };
const asPython = (value: MetricValue): string => PYTHON[String(value)] ?? String(value);
