// An `mlflow.db`, read as it is: of MLflow 1.27 to 3.x. Columns and tables that a version does not have are taken as empty.
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { problem } from '../../contract/problem.ts';
import type { CarriedLoggedModel, CarriedRun, CarriedVersion } from '../../contract/transfer.ts';
import { asMetric, asRunState, LOGGED_MODEL_STATUS, stampOf } from '../mlflow-words.ts';
import type { Source } from '../source.ts';
import { filesBelow, findFolder, missingProxy } from './local-files.ts';
import { number, text } from './loose-values.ts';
import { readVersion } from './registered-version.ts';

type Row = Record<string, unknown>;
type Values = Record<string, string>;

const PAGE = 200;
const PIECE = 2000;

export function openMlflowDatabase(file: string, artifacts?: string): Source {
  const db = connect(file);
  const base = dirname(file);
  const roots = { base, proxied: artifacts ?? join(base, 'mlartifacts') };
  const tables = new Set(
    db
      .prepare("select name from sqlite_master where type = 'table'")
      .all()
      .map(row => row['name'])
  );
  if (!tables.has('experiments') || !tables.has('runs')) {
    db.close();
    throw problem('invalid_request', `"${file}" is no database of MLflow: it has no runs`);
  }
  /** Whole numbers as bigint: MLflow keeps 64 bits of them, a timestamp in nanoseconds, say. `number` takes the nearest double. */
  const prepare = (text: string) => {
    const statement = db.prepare(text);
    statement.setReadBigInts(true);
    return statement;
  };
  const all = (text: string, ...values: (string | number)[]): Row[] =>
    prepare(text).all(...values) as Row[];
  /** Rows of a table, none where it is not there. */
  const rows = (table: string, where = '', ...values: (string | number)[]): Row[] =>
    tables.has(table) ? all(`select * from ${table} ${where}`, ...values) : [];

  const values = (table: string, id: string, of: string | number, key = 'key', value = 'value') =>
    Object.fromEntries(
      rows(table, `where ${id} = ?`, of).map(row => [text(row[key]), text(row[value])])
    ) as Values;

  function runOf(row: Row): CarriedRun {
    const runId = text(row['run_uuid']);
    const tags = values('tags', 'run_uuid', runId);
    return {
      runId,
      experiment: text(row['experiment_id']),
      name: text(row['name']) || tags['mlflow.runName'] || runId,
      userId: text(row['user_id']),
      state: asRunState(text(row['status'])),
      lifecycle: row['lifecycle_stage'] === 'deleted' ? 'deleted' : 'active',
      startTime: number(row['start_time'] ?? row['end_time']),
      ...(row['end_time'] === null ? {} : { endTime: number(row['end_time']) }),
      params: values('params', 'run_uuid', runId),
      tags,
      datasets: datasetsOf(runId),
      models: modelsOf(runId)
    };
  }

  function datasetsOf(runId: string): CarriedRun['datasets'] {
    if (!tables.has('inputs') || !tables.has('datasets')) return [];
    return all(
      `select datasets.*, inputs.input_uuid from inputs join datasets on datasets.dataset_uuid = inputs.source_id
       where inputs.source_type = 'DATASET' and inputs.destination_type = 'RUN' and inputs.destination_id = ?`,
      runId
    ).map(row => ({
      name: text(row['name']),
      digest: text(row['digest']),
      sourceType: text(row['dataset_source_type']),
      source: text(row['dataset_source']),
      ...given('schema', row['dataset_schema']),
      ...given('profile', row['dataset_profile']),
      tags: values('input_tags', 'input_uuid', text(row['input_uuid']), 'name')
    }));
  }

  function modelsOf(runId: string): CarriedRun['models'] {
    const outputs = rows(
      'inputs',
      "where source_type = 'RUN_OUTPUT' and destination_type = 'MODEL_OUTPUT' and source_id = ?",
      runId
    ).map(row => ({
      modelId: text(row['destination_id']),
      direction: 'output' as const,
      step: number(row['step'])
    }));
    const inputs = rows(
      'inputs',
      "where source_type = 'RUN_INPUT' and destination_type = 'MODEL_INPUT' and source_id = ?",
      runId
    ).map(row => ({
      modelId: text(row['destination_id']),
      direction: 'input' as const,
      step: number(row['step'])
    }));
    return [...outputs, ...inputs];
  }

  function modelOf(row: Row): CarriedLoggedModel {
    const modelId = text(row['model_id']);
    return {
      modelId,
      experiment: text(row['experiment_id']),
      name: text(row['name']),
      modelType: text(row['model_type']),
      ...given('runId', row['source_run_id']),
      status: LOGGED_MODEL_STATUS[number(row['status'])] ?? 'LOGGED_MODEL_PENDING',
      ...given('statusMessage', row['status_message']),
      lifecycle: row['lifecycle_stage'] === 'deleted' ? 'deleted' : 'active',
      createdAt: number(row['creation_timestamp_ms']),
      updatedAt: number(row['last_updated_timestamp_ms']),
      params: values('logged_model_params', 'model_id', modelId, 'param_key', 'param_value'),
      tags: values('logged_model_tags', 'model_id', modelId, 'tag_key', 'tag_value'),
      metrics: rows('logged_model_metrics', 'where model_id = ?', modelId).map(metric => ({
        runId: text(metric['run_id']),
        key: text(metric['metric_name']),
        value: asMetric(metric['metric_value'] as number | null),
        time: number(metric['metric_timestamp_ms']),
        step: number(metric['metric_step']),
        datasetName: text(metric['dataset_name']),
        datasetDigest: text(metric['dataset_digest'])
      }))
    };
  }

  function versionOf(row: Row): CarriedVersion {
    const tags = rows(
      'model_version_tags',
      'where name = ? and version = ?',
      text(row['name']),
      number(row['version'])
    );
    return readVersion(row, {
      storageLocation: text(row['storage_location']) || text(row['source']),
      rootOf: owner =>
        'model' in owner
          ? rows('logged_models', 'where model_id = ?', owner.model)[0]?.['artifact_location']
          : rows('runs', 'where run_uuid = ?', owner.run)[0]?.['artifact_uri'],
      tags: Object.fromEntries(tags.map(tag => [text(tag['key']), text(tag['value'])]))
    });
  }

  return {
    name: `mlflow.db ${file}`,
    unproxied: missingProxy(roots),
    async *experiments() {
      for (const row of rows('experiments')) {
        yield {
          sourceId: text(row['experiment_id']),
          name: text(row['name']),
          lifecycle: row['lifecycle_stage'] === 'deleted' ? 'deleted' : 'active',
          createdAt: number(row['creation_time']),
          updatedAt: number(row['last_update_time'] ?? row['creation_time']),
          tags: values('experiment_tags', 'experiment_id', number(row['experiment_id']))
        };
      }
    },
    async *runs() {
      const page = prepare('select * from runs where run_uuid > ? order by run_uuid limit ?');
      const counted = prepare('select count(*) as n from metrics where run_uuid = ?');
      for (let after = ''; ;) {
        const found = page.all(after, PAGE) as Row[];
        for (const row of found) {
          const run = runOf(row);
          const points = number(counted.get(run.runId)!['n']);
          yield {
            run,
            artifactUri: text(row['artifact_uri']),
            stamp: stampOf(run, points)
          };
        }
        if (found.length < PAGE) return;
        after = text(found.at(-1)!['run_uuid']);
      }
    },
    async *points(runId) {
      let key: string | undefined;
      let piece = emptyPiece(runId, '');
      const found = prepare('select * from metrics where run_uuid = ? order by key');
      for (const row of found.iterate(runId) as Iterable<Row>) {
        if (row['key'] !== key || piece.times.length === PIECE) {
          if (piece.times.length > 0) yield piece;
          key = text(row['key']);
          piece = emptyPiece(runId, key);
        }
        piece.times.push(number(row['timestamp']));
        piece.steps.push(number(row['step']));
        piece.values.push(asMetric(row['is_nan'] ? NaN : (row['value'] as number)));
      }
      if (piece.times.length > 0) yield piece;
    },
    async *models() {
      for (const row of rows('logged_models', 'order by model_id')) {
        const model = modelOf(row);
        yield {
          model,
          artifactUri: text(row['artifact_location']),
          stamp: stampOf(model, model.metrics.length)
        };
      }
    },
    async *registeredModels() {
      for (const row of rows('registered_models', 'order by name')) {
        const name = text(row['name']);
        yield {
          name,
          description: text(row['description']),
          createdAt: number(row['creation_time']),
          updatedAt: number(row['last_updated_time']),
          tags: values('registered_model_tags', 'name', name),
          aliases: Object.fromEntries(
            rows('registered_model_aliases', 'where name = ?', name).map(alias => [
              text(alias['alias']),
              number(alias['version'])
            ])
          ),
          versions: rows('model_versions', 'where name = ? order by version', name)
            .filter(version => version['current_stage'] !== 'Deleted_Internal')
            .map(versionOf)
        };
      }
    },
    async files(artifactUri) {
      const folder = findFolder(artifactUri, roots);
      return folder === undefined ? undefined : filesBelow(folder);
    },
    close: () => db.close()
  };
}

function connect(file: string): DatabaseSync {
  try {
    const db = new DatabaseSync(file, { readOnly: true });
    db.prepare('select count(*) from sqlite_master').get();
    return db;
  } catch (error) {
    throw problem(
      'invalid_request',
      `"${file}" cannot be opened as an SQLite database: ${(error as Error).message}`
    );
  }
}

const emptyPiece = (runId: string, key: string) => ({
  runId,
  key,
  times: [] as number[],
  steps: [] as number[],
  values: [] as ReturnType<typeof asMetric>[]
});
const given = <Name extends string>(name: Name, value: unknown): { [Key in Name]?: string } =>
  value === null || value === undefined || value === ''
    ? {}
    : ({ [name]: String(value) } as { [Key in Name]: string });
