// An `mlruns` folder: MLflow's file store, one file a param, tag and metric; deleted experiments in `.trash`.
import { createReadStream, existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { problem } from '../../contract/problem.ts';
import type { MetricValue } from '../../contract/tracking.ts';
import type { CarriedLoggedModel, CarriedPoints, CarriedRun } from '../../contract/transfer.ts';
import { parseYaml } from '../../text/lazy-yaml.ts';
import { asMetric, asRunState, LOGGED_MODEL_STATUS, stampOf } from '../mlflow-words.ts';
import type { Source, SourceRun } from '../source.ts';
import { filesBelow, findFolder, missingProxy } from './local-files.ts';
import { number, text } from './loose-values.ts';
import { readVersion } from './registered-version.ts';

type Meta = Record<string, unknown>;

const PIECE = 2000;
const NOT_EXPERIMENTS = new Set(['.trash', 'models']);
const NOT_RUNS = new Set(['tags', 'datasets', 'models', 'traces', 'jobs', 'assessments']);

export function openMlruns(root: string, artifacts?: string): Source {
  if (!isStore(root)) {
    throw problem('invalid_request', `"${root}" is no mlruns folder: no experiment lies in it`);
  }
  const roots = { base: root, proxied: artifacts ?? join(dirname(root), 'mlartifacts') };

  async function* experimentFolders(): AsyncGenerator<{ folder: string; meta: Meta }> {
    for (const place of [root, join(root, '.trash')]) {
      for (const name of await folders(place)) {
        if (NOT_EXPERIMENTS.has(name)) continue;
        const folder = join(place, name);
        const meta = await readMeta(folder);
        if (meta?.['experiment_id'] !== undefined) yield { folder, meta };
      }
    }
  }

  async function* runFolders(): AsyncGenerator<{ folder: string; meta: Meta; experiment: string }> {
    for await (const { folder: place, meta: experiment } of experimentFolders()) {
      for (const name of await folders(place)) {
        if (NOT_RUNS.has(name)) continue;
        const folder = join(place, name);
        const meta = await readMeta(folder);
        if (meta?.['run_id'] ?? meta?.['run_uuid'])
          yield { folder, meta: meta!, experiment: text(experiment['experiment_id']) };
      }
    }
  }

  /** Where each run's folder is: its points are asked for by its id. */
  const placeOfRun = new Map<string, string>();
  const rootOfRun = new Map<string, string>();

  async function readRun(folder: string, meta: Meta, experiment: string): Promise<SourceRun> {
    const runId = text(meta['run_id'] ?? meta['run_uuid']);
    const tags = await readValues(join(folder, 'tags'));
    const run: CarriedRun = {
      runId,
      experiment,
      name: text(meta['run_name']) || text(meta['name']) || tags['mlflow.runName'] || runId,
      userId: text(meta['user_id']),
      state: asRunState(text(meta['status'])),
      lifecycle: meta['lifecycle_stage'] === 'deleted' ? 'deleted' : 'active',
      startTime: number(meta['start_time'] ?? meta['end_time']),
      ...(meta['end_time'] === null || meta['end_time'] === undefined
        ? {}
        : { endTime: number(meta['end_time']) }),
      params: await readValues(join(folder, 'params')),
      tags,
      datasets: await datasetsOf(folder),
      models: [
        ...(await modelsOf(join(folder, 'outputs'), 'output')),
        ...(await modelsOf(join(folder, 'inputs'), 'input'))
      ]
    };
    placeOfRun.set(runId, folder);
    rootOfRun.set(runId, text(meta['artifact_uri']));
    return {
      run,
      artifactUri: text(meta['artifact_uri']),
      stamp: stampOf(run, await sizeOf(join(folder, 'metrics')))
    };
  }

  async function datasetsOf(folder: string): Promise<CarriedRun['datasets']> {
    const found: CarriedRun['datasets'] = [];
    for (const name of await folders(join(folder, 'inputs'))) {
      const input = await readMeta(join(folder, 'inputs', name));
      if (input?.['source_type'] !== 'DATASET') continue;
      const id = text(input['source_id']);
      const dataset = await readMeta(join(dirname(folder), 'datasets', id));
      if (!dataset) continue;
      found.push({
        name: text(dataset['name']),
        digest: text(dataset['digest']),
        sourceType: text(dataset['source_type']),
        source: text(dataset['source']),
        ...(dataset['schema'] ? { schema: text(dataset['schema']) } : {}),
        ...(dataset['profile'] ? { profile: text(dataset['profile']) } : {}),
        tags: texts(input['tags'])
      });
    }
    return found;
  }

  async function modelsOf(
    place: string,
    direction: 'input' | 'output'
  ): Promise<CarriedRun['models']> {
    const found: CarriedRun['models'] = [];
    for (const name of await folders(place)) {
      const link = await readMeta(join(place, name));
      if (text(link?.['destination_type']) !== `MODEL_${direction.toUpperCase()}`) continue;
      const modelId = text(direction === 'output' ? link!['destination_id'] : link!['source_id']);
      found.push({ modelId, direction, step: number(link!['step']) });
    }
    return found;
  }

  async function readModel(folder: string, meta: Meta): Promise<CarriedLoggedModel> {
    const metrics: CarriedLoggedModel['metrics'] = [];
    for await (const { path } of filesIn(join(folder, 'metrics'))) {
      for await (const line of linesOf(join(folder, 'metrics', path))) {
        const [time, value, step = '0', runId = '', datasetName = '', datasetDigest = ''] =
          line.split(' ');
        metrics.push({
          runId,
          key: path,
          value: parseValue(value!),
          time: number(time),
          step: number(step),
          datasetName,
          datasetDigest
        });
      }
    }
    return {
      modelId: text(meta['model_id']),
      experiment: text(meta['experiment_id']),
      name: text(meta['name']),
      modelType: text(meta['model_type']),
      ...(meta['source_run_id'] ? { runId: text(meta['source_run_id']) } : {}),
      status: LOGGED_MODEL_STATUS[number(meta['status'])] ?? 'LOGGED_MODEL_PENDING',
      ...(meta['status_message'] ? { statusMessage: text(meta['status_message']) } : {}),
      lifecycle: meta['lifecycle_stage'] === 'deleted' ? 'deleted' : 'active',
      createdAt: number(meta['creation_timestamp']),
      updatedAt: number(meta['last_updated_timestamp']),
      params: await readValues(join(folder, 'params')),
      tags: await readValues(join(folder, 'tags')),
      metrics
    };
  }

  return {
    name: `mlruns ${root}`,
    unproxied: missingProxy(roots),
    async *experiments() {
      for await (const { folder, meta } of experimentFolders()) {
        const made = number(meta['creation_time']) || Math.trunc((await stat(folder)).mtimeMs);
        yield {
          sourceId: text(meta['experiment_id']),
          name: text(meta['name']),
          lifecycle: meta['lifecycle_stage'] === 'deleted' ? 'deleted' : 'active',
          createdAt: made,
          updatedAt: number(meta['last_update_time']) || made,
          tags: await readValues(join(folder, 'tags'))
        };
      }
    },
    async *runs() {
      for await (const { folder, meta, experiment } of runFolders())
        yield await readRun(folder, meta, experiment);
    },
    async *points(runId) {
      const folder = join(placeOfRun.get(runId)!, 'metrics');
      for await (const { path } of filesIn(folder)) {
        let piece = emptyPiece(runId, path);
        for await (const line of linesOf(join(folder, path))) {
          const [time, value, step = '0'] = line.split(' ');
          piece.times.push(number(time));
          piece.steps.push(number(step));
          piece.values.push(parseValue(value!));
          if (piece.times.length === PIECE) {
            yield piece;
            piece = emptyPiece(runId, path);
          }
        }
        if (piece.times.length > 0) yield piece;
      }
    },
    async *models() {
      for await (const { folder: place } of experimentFolders()) {
        for (const name of await folders(join(place, 'models'))) {
          const folder = join(place, 'models', name);
          const meta = await readMeta(folder);
          if (!meta?.['model_id']) continue;
          const model = await readModel(folder, meta);
          const artifactUri = text(meta['artifact_location']);
          rootOfRun.set(model.modelId, artifactUri);
          yield { model, artifactUri, stamp: stampOf(model, model.metrics.length) };
        }
      }
    },
    async *registeredModels() {
      for (const name of await folders(join(root, 'models'))) {
        const folder = join(root, 'models', name);
        const meta = await readMeta(folder);
        if (!meta) continue;
        const versions = [];
        for (const one of await folders(folder)) {
          const version = one.startsWith('version-')
            ? await readMeta(join(folder, one))
            : undefined;
          if (!version || version['current_stage'] === 'Deleted_Internal') continue;
          versions.push(
            readVersion(version, {
              storageLocation: text(version['storage_location']) || text(version['source']),
              rootOf: owner => rootOfRun.get('model' in owner ? owner.model : owner.run),
              tags: await readValues(join(folder, one, 'tags'))
            })
          );
        }
        const aliases = await readValues(join(folder, 'aliases'));
        yield {
          name: text(meta['name']),
          description: text(meta['description']),
          createdAt: number(meta['creation_timestamp']),
          updatedAt: number(meta['last_updated_timestamp']),
          tags: await readValues(join(folder, 'tags')),
          aliases: Object.fromEntries(
            Object.entries(aliases).map(([alias, version]) => [alias, number(version)])
          ),
          versions: versions.sort((a, b) => a.version - b.version)
        };
      }
    },
    async files(artifactUri) {
      const folder = findFolder(artifactUri, roots);
      return folder === undefined ? undefined : filesBelow(folder);
    },
    close: () => undefined
  };
}

function isStore(root: string): boolean {
  return (
    existsSync(join(root, '0', 'meta.yaml')) ||
    existsSync(join(root, '.trash')) ||
    basename(root) === 'mlruns'
  );
}

async function folders(place: string): Promise<string[]> {
  const entries = await readdir(place, { withFileTypes: true }).catch(() => []);
  return entries
    .filter(entry => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

async function readMeta(folder: string): Promise<Meta | undefined> {
  const content = await readFile(join(folder, 'meta.yaml'), 'utf8').catch(() => undefined);
  if (content === undefined) return undefined;
  const meta: unknown = parseYaml(content, { version: '1.1' });
  return typeof meta === 'object' && meta !== null ? (meta as Meta) : undefined;
}

/** Files by their path below the folder: a key may hold `/`. */
async function* filesIn(folder: string): AsyncGenerator<{ path: string; bytes: number }> {
  if (!existsSync(folder)) return;
  for await (const file of filesBelow(folder)) yield file;
}

async function readValues(folder: string): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for await (const { path } of filesIn(folder))
    values[path] = (await readFile(join(folder, path), 'utf8')).replace(/\n$/, '');
  return values;
}

async function sizeOf(folder: string): Promise<number> {
  let sum = 0;
  for await (const { bytes } of filesIn(folder)) sum += bytes;
  return sum;
}

async function* linesOf(file: string): AsyncGenerator<string> {
  for await (const line of createInterface({ input: createReadStream(file, 'utf8') })) {
    if (line.trim() !== '') yield line.trim();
  }
}

function parseValue(value: string): MetricValue {
  const plain = value.toLowerCase();
  if (plain === 'nan') return 'NaN';
  if (/^[+-]?inf(inity)?$/.test(plain)) return plain.startsWith('-') ? '-Infinity' : 'Infinity';
  if (plain === 'true' || plain === 'false') return plain === 'true' ? 1 : 0;
  return asMetric(Number(value));
}

const emptyPiece = (runId: string, key: string): CarriedPoints => ({
  runId,
  key,
  times: [],
  steps: [],
  values: []
});
const texts = (values: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries((values ?? {}) as object).map(([key, value]) => [key, text(value)])
  );
