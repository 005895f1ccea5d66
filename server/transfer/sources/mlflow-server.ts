// A running tracker that speaks MLflow's REST API, this server's like included.
import type { Readable } from 'node:stream';
import { problem } from '../../contract/problem.ts';
import type { MetricValue } from '../../contract/tracking.ts';
import type { CarriedLoggedModel, CarriedRun, CarriedVersion } from '../../contract/transfer.ts';
import { asMetric, asRunState, stampOf } from '../mlflow-words.ts';
import type { Source, SourceFile, SourceRun } from '../source.ts';
import { filesBelow, findFolder, isLocal } from './local-files.ts';
import { number, text } from './loose-values.ts';
import { readVersion } from './registered-version.ts';

export interface ServerAccess {
  token?: string | undefined;
  username?: string | undefined;
  password?: string | undefined;
}

interface KeyValue {
  key: string;
  value: string;
}
interface WireMetric {
  key: string;
  value: number | string;
  timestamp: number | string;
  step?: number | string;
  run_id?: string;
  dataset_name?: string;
  dataset_digest?: string;
}
interface WireExperiment {
  experiment_id: string;
  name: string;
  artifact_location: string;
  lifecycle_stage: string;
  creation_time?: number;
  last_update_time?: number;
  tags?: KeyValue[];
}
interface WireRun {
  info: Record<string, string | number | undefined>;
  data?: { metrics?: WireMetric[]; params?: KeyValue[]; tags?: KeyValue[] };
  inputs?: {
    dataset_inputs?: { dataset: Record<string, string>; tags?: KeyValue[] }[];
    model_inputs?: { model_id: string }[];
  };
  outputs?: { model_outputs?: { model_id: string; step?: number | string }[] };
}
interface WireModel {
  info: Record<string, unknown> & { tags?: KeyValue[] };
  data?: { params?: KeyValue[]; metrics?: WireMetric[] };
}
interface WireVersion extends Record<string, unknown> {
  tags?: KeyValue[];
}
interface WireRegistered extends Record<string, unknown> {
  tags?: KeyValue[];
  aliases?: { alias: string; version: string }[];
}

const PAGE = 200;
const HISTORY_PAGE = 10_000;
const PIECE = 2000;
const API = '/api/2.0/mlflow';

export function openMlflowServer(address: string, access: ServerAccess): Source {
  const url = address.replace(/\/+$/, '');
  const { call, send } = mlflowCalls(url, access);
  const metricsOf = new Map<string, string[]>();
  const roots = new Map<string, string>();
  let experimentIds: string[] | undefined;

  async function* pages<Item>(
    method: 'GET' | 'POST',
    path: string,
    query: object,
    field: string
  ): AsyncGenerator<Item> {
    for (let token: string | undefined; ;) {
      const answer = await call(method, path, {
        ...query,
        ...(token ? { page_token: token } : {})
      });
      yield* (answer[field] ?? []) as Item[];
      token = answer['next_page_token'] as string | undefined;
      if (!token) return;
    }
  }

  const experiments = () =>
    pages<WireExperiment>(
      'POST',
      '/experiments/search',
      { max_results: PAGE, view_type: 'ALL' },
      'experiments'
    );

  async function allExperiments(): Promise<string[]> {
    if (!experimentIds) {
      experimentIds = [];
      for await (const { experiment_id } of experiments()) experimentIds.push(experiment_id);
    }
    return experimentIds;
  }

  function readRun({ info, data, inputs, outputs }: WireRun): SourceRun {
    const runId = text(info['run_id']);
    const tags = values(data?.tags);
    const run: CarriedRun = {
      runId,
      experiment: text(info['experiment_id']),
      name: text(info['run_name']) || tags['mlflow.runName'] || runId,
      userId: text(info['user_id']),
      state: asRunState(text(info['status'])),
      lifecycle: info['lifecycle_stage'] === 'deleted' ? 'deleted' : 'active',
      startTime: number(info['start_time'] ?? info['end_time']),
      ...(info['end_time'] ? { endTime: number(info['end_time']) } : {}),
      params: values(data?.params),
      tags,
      datasets: (inputs?.dataset_inputs ?? []).map(({ dataset, tags: own }) => ({
        name: text(dataset['name']),
        digest: text(dataset['digest']),
        sourceType: text(dataset['source_type']),
        source: text(dataset['source']),
        ...(dataset['schema'] ? { schema: dataset['schema'] } : {}),
        ...(dataset['profile'] ? { profile: dataset['profile'] } : {}),
        tags: values(own)
      })),
      models: [
        ...(outputs?.model_outputs ?? []).map(model => ({
          modelId: model.model_id,
          direction: 'output' as const,
          step: number(model.step)
        })),
        ...(inputs?.model_inputs ?? []).map(model => ({
          modelId: model.model_id,
          direction: 'input' as const,
          step: 0
        }))
      ]
    };
    metricsOf.set(
      runId,
      (data?.metrics ?? []).map(({ key }) => key)
    );
    roots.set(runId, text(info['artifact_uri']));
    return {
      run,
      artifactUri: text(info['artifact_uri']),
      stamp: stampOf({ run, newest: data?.metrics ?? [] }, data?.metrics?.length ?? 0)
    };
  }

  function readModel({ info, data }: WireModel): CarriedLoggedModel {
    return {
      modelId: text(info['model_id']),
      experiment: text(info['experiment_id']),
      name: text(info['name']),
      modelType: text(info['model_type']),
      ...(info['source_run_id'] ? { runId: text(info['source_run_id']) } : {}),
      status: text(info['status']),
      ...(info['status_message'] ? { statusMessage: text(info['status_message']) } : {}),
      lifecycle: 'active',
      createdAt: number(info['creation_timestamp_ms']),
      updatedAt: number(info['last_updated_timestamp_ms']),
      params: values(data?.params),
      tags: values(info.tags),
      metrics: (data?.metrics ?? []).map(metric => ({
        runId: text(metric.run_id),
        key: metric.key,
        value: valueOf(metric.value),
        time: number(metric.timestamp),
        step: number(metric.step),
        datasetName: text(metric.dataset_name),
        datasetDigest: text(metric.dataset_digest)
      }))
    };
  }

  async function versionOf(version: WireVersion): Promise<CarriedVersion> {
    const { artifact_uri } = await call('GET', '/model-versions/get-download-uri', {
      name: text(version['name']),
      version: String(number(version['version']))
    });
    return readVersion(version, {
      storageLocation: text(artifact_uri) || text(version['source']),
      rootOf: owner => roots.get('model' in owner ? owner.model : owner.run),
      tags: values(version.tags)
    });
  }

  async function* filesOf(root: string, folder = ''): AsyncGenerator<SourceFile> {
    const at = [root, folder].filter(Boolean).join('/');
    const listed = (await send(
      'GET',
      `/api/2.0/mlflow-artifacts/artifacts?path=${encodeURIComponent(at)}`
    ).then(response => response.json())) as {
      files?: { path: string; is_dir: boolean; file_size?: number | string }[];
    };
    for (const file of listed.files ?? []) {
      const path = [folder, file.path.split('/').at(-1)].filter(Boolean).join('/');
      if (file.is_dir) yield* filesOf(root, path);
      else {
        const address = `${root}/${path}`.split('/').map(encodeURIComponent).join('/');
        yield {
          path,
          bytes: number(file.file_size),
          open: async () =>
            (await send('GET', `/api/2.0/mlflow-artifacts/artifacts/${address}`))
              .body as unknown as Readable
        };
      }
    }
  }

  return {
    name: `server ${url}`,
    async *experiments() {
      const ids: string[] = [];
      for await (const experiment of experiments()) {
        ids.push(experiment.experiment_id);
        yield {
          sourceId: experiment.experiment_id,
          name: experiment.name,
          lifecycle: experiment.lifecycle_stage === 'deleted' ? 'deleted' : 'active',
          createdAt: number(experiment.creation_time),
          updatedAt: number(experiment.last_update_time ?? experiment.creation_time),
          tags: values(experiment.tags)
        };
      }
      experimentIds = ids;
    },
    async *runs() {
      for (const id of await allExperiments()) {
        const query = { experiment_ids: [id], run_view_type: 'ALL', max_results: PAGE };
        for await (const run of pages<WireRun>('POST', '/runs/search', query, 'runs'))
          yield readRun(run);
      }
    },
    async *points(runId) {
      for (const key of metricsOf.get(runId) ?? []) {
        const query = { run_id: runId, metric_key: key, max_results: String(HISTORY_PAGE) };
        let piece = {
          runId,
          key,
          times: [] as number[],
          steps: [] as number[],
          values: [] as MetricValue[]
        };
        for await (const metric of pages<WireMetric>(
          'GET',
          '/metrics/get-history',
          query,
          'metrics'
        )) {
          piece.times.push(number(metric.timestamp));
          piece.steps.push(number(metric.step));
          piece.values.push(valueOf(metric.value));
          if (piece.times.length === PIECE) {
            yield piece;
            piece = { runId, key, times: [], steps: [], values: [] };
          }
        }
        if (piece.times.length > 0) yield piece;
      }
      metricsOf.delete(runId);
    },
    async *models() {
      for (const id of await allExperiments()) {
        const query = { experiment_ids: [id], max_results: 50 };
        const found = pages<WireModel>('POST', '/logged-models/search', query, 'models');
        for await (const one of found) {
          const model = readModel(one);
          const artifactUri = text(one.info['artifact_uri']);
          roots.set(model.modelId, artifactUri);
          yield { model, artifactUri, stamp: stampOf(model, model.metrics.length) };
        }
      }
    },
    async *registeredModels() {
      const query = { max_results: '100' };
      for await (const model of pages<WireRegistered>(
        'GET',
        '/registered-models/search',
        query,
        'registered_models'
      )) {
        const name = text(model['name']);
        const versions: CarriedVersion[] = [];
        const asked = { filter: `name='${name.replaceAll("'", "\\'")}'`, max_results: '1000' };
        for await (const version of pages<WireVersion>(
          'GET',
          '/model-versions/search',
          asked,
          'model_versions'
        ))
          versions.push(await versionOf(version));
        yield {
          name,
          description: text(model['description']),
          createdAt: number(model['creation_timestamp']),
          updatedAt: number(model['last_updated_timestamp']),
          tags: values(model.tags),
          aliases: Object.fromEntries(
            (model.aliases ?? []).map(({ alias, version }) => [alias, number(version)])
          ),
          versions: versions.sort((a, b) => a.version - b.version)
        };
      }
    },
    async files(artifactUri) {
      const proxied = /^mlflow-artifacts:(?:\/\/[^/]*)?\/*(.*?)\/*$/i.exec(artifactUri)?.[1];
      if (proxied !== undefined) return filesOf(proxied);
      if (!isLocal(artifactUri)) return undefined;
      // The server stands on this machine and has no proxy: its folders are ours to read.
      const folder = findFolder(artifactUri, { base: '/', proxied: '/' });
      return folder === undefined ? undefined : filesBelow(folder);
    },
    close: () => undefined
  };
}

/** Calls of MLflow's REST API, with its own way of saying what is wrong turned into ours. */
export function mlflowCalls(url: string, { token, username, password }: ServerAccess) {
  const headers: Record<string, string> = {};
  if (token) headers['authorization'] = `Bearer ${token}`;
  else if (username) headers['authorization'] = `Basic ${btoa(`${username}:${password ?? ''}`)}`;

  async function send(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(url + path, {
        ...init,
        method,
        headers: { ...headers, ...(init.headers as Record<string, string> | undefined) }
      });
    } catch (error) {
      const cause = (error as Error).cause ?? error;
      throw problem('invalid_request', `The server at ${url} did not answer: ${String(cause)}`);
    }
    if (response.ok) return response;
    const said = (await response.text()).slice(0, 500);
    throw problem('invalid_request', `${url} answered ${response.status} to ${path}: ${said}`, {
      ...(response.status === 401
        ? { remedy: 'Set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and _PASSWORD' }
        : {})
    });
  }

  async function call(
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    input: object
  ): Promise<Record<string, unknown>> {
    const query = new URLSearchParams(input as Record<string, string>).toString();
    const response =
      method === 'GET'
        ? await send(method, `${API}${path}?${query}`)
        : await send(method, API + path, {
            body: JSON.stringify(input),
            headers: { 'content-type': 'application/json' }
          });
    return (await response.json()) as Record<string, unknown>;
  }
  return { call, send };
}

const valueOf = (value: number | string): MetricValue =>
  typeof value === 'string' && !Number.isFinite(Number(value))
    ? (value as MetricValue)
    : asMetric(Number(value));
const values = (pairs: KeyValue[] = []): Record<string, string> =>
  Object.fromEntries(pairs.map(({ key, value }) => [key, text(value)]));
