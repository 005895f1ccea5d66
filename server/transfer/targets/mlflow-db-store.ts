// Writes into an `mlflow.db`: one that some version of MLflow has made, with the columns it has, or a new one.
import { dirname, join } from 'node:path';
import type { SQLInputValue } from 'node:sqlite';
import type { MetricValue } from '../../contract/tracking.ts';
import type {
  CarriedExperiment,
  CarriedLoggedModel,
  CarriedPoints,
  CarriedRegisteredModel,
  CarriedRun
} from '../../contract/transfer.ts';
import type { Receiver } from '../carry-over.ts';
import { datasetId, LOGGED_MODEL_STATUS } from '../mlflow-words.ts';
import { openMlflowDatabase } from './mlflow-tables-store.ts';
import { inside, writeFileStream } from './mlruns.ts';

type Row = Record<string, SQLInputValue>;

export function createMlflowDatabase(file: string): Receiver & { close(): void } {
  const db = openMlflowDatabase(file);
  // Not `mlruns`: that may be a tracker of its own, which takes each folder in it for an experiment.
  const artifacts = join(dirname(file), 'mlartifacts');
  const columns = new Map<string, Set<string>>();
  const experimentIds = new Map<string, number>();
  const places = new Map<string, string>();

  /** Writes the columns that this version of MLflow has; a table that it lacks takes nothing. */
  function put(table: string, row: Row, how: 'replace' | 'ignore' = 'replace'): void {
    let known = columns.get(table);
    if (!known) {
      known = new Set(
        db
          .prepare(`select name from pragma_table_info('${table}')`)
          .all()
          .map(column => String(column['name']))
      );
      columns.set(table, known);
    }
    const names = Object.keys(row).filter(name => known.has(name));
    if (known.size === 0) return;
    const values = names.map(name => row[name] ?? null);
    db.prepare(
      `insert or ${how} into ${table} (${names.map(name => `"${name}"`).join(', ')})
       values (${names.map(() => '?').join(', ')})`
    ).run(...values);
  }
  const values = (
    table: string,
    id: Row,
    of: Record<string, string>,
    key = 'key',
    value = 'value'
  ) => {
    for (const [name, text] of Object.entries(of))
      put(table, { [key]: name, [value]: text, ...id });
  };
  const clear = (table: string, where: string, id: string) => {
    if (db.prepare(`select 1 from sqlite_master where name = ?`).get(table))
      db.prepare(`delete from ${table} where ${where} = ?`).run(id);
  };

  function writeExperiment(experiment: CarriedExperiment): void {
    const found = db
      .prepare('select experiment_id from experiments where name = ?')
      .get(experiment.name);
    const free = Number(
      db.prepare('select coalesce(max(experiment_id), 0) + 1 as id from experiments').get()!['id']
    );
    const id = experiment.sourceId === '0' ? 0 : Number(found?.['experiment_id'] ?? free);
    experimentIds.set(experiment.sourceId, id);
    if (!found) {
      put('experiments', {
        experiment_id: id,
        name: experiment.name,
        artifact_location: join(artifacts, String(id)),
        lifecycle_stage: experiment.lifecycle,
        creation_time: experiment.createdAt,
        last_update_time: experiment.updatedAt,
        workspace: 'default'
      });
    }
    values('experiment_tags', { experiment_id: id }, experiment.tags);
  }

  const experimentId = (sourceId: string): number => experimentIds.get(sourceId) ?? 0;

  function writeRun(run: CarriedRun): string {
    const { runId } = run;
    const experiment_id = experimentId(run.experiment);
    const uri = run.artifactUri ?? join(artifacts, String(experiment_id), runId, 'artifacts');
    places.set(runId, uri);
    for (const table of ['metrics', 'latest_metrics', 'params', 'tags'])
      clear(table, 'run_uuid', runId);
    put('runs', {
      run_uuid: runId,
      name: run.name,
      source_type: 'UNKNOWN',
      source_name: '',
      entry_point_name: '',
      user_id: run.userId,
      status: run.state.toUpperCase(),
      start_time: run.startTime,
      end_time: run.endTime ?? null,
      deleted_time: run.lifecycle === 'deleted' ? (run.endTime ?? run.startTime) : null,
      source_version: '',
      lifecycle_stage: run.lifecycle,
      artifact_uri: uri,
      experiment_id
    });
    values('params', { run_uuid: runId }, run.params);
    values('tags', { run_uuid: runId }, { 'mlflow.runName': run.name, ...run.tags });
    for (const dataset of run.datasets) {
      const id = datasetId(dataset);
      const known = db
        .prepare(
          'select dataset_uuid from datasets where experiment_id = ? and name = ? and digest = ?'
        )
        .get(experiment_id, dataset.name, dataset.digest);
      const dataset_uuid = String(known?.['dataset_uuid'] ?? id);
      put(
        'datasets',
        {
          dataset_uuid,
          experiment_id,
          name: dataset.name,
          digest: dataset.digest,
          dataset_source_type: dataset.sourceType,
          dataset_source: dataset.source,
          dataset_schema: dataset.schema ?? null,
          dataset_profile: dataset.profile ?? null
        },
        'ignore'
      );
      const input_uuid = datasetId({ name: runId, digest: dataset_uuid });
      put('inputs', {
        input_uuid,
        source_type: 'DATASET',
        source_id: dataset_uuid,
        destination_type: 'RUN',
        destination_id: runId
      });
      values('input_tags', { input_uuid }, dataset.tags, 'name');
    }
    for (const { modelId, direction, step } of run.models) {
      const way = direction.toUpperCase();
      put('inputs', {
        input_uuid: datasetId({ name: runId, digest: `${way} ${modelId}` }),
        source_type: `RUN_${way}`,
        source_id: runId,
        destination_type: `MODEL_${way}`,
        destination_id: modelId,
        step
      });
    }
    return uri;
  }

  function writePoints({ runId, key, times, steps, values: all }: CarriedPoints): void {
    times.forEach((timestamp, at) => {
      put(
        'metrics',
        { key, timestamp, run_uuid: runId, step: steps[at]!, ...stored(all[at]!) },
        'ignore'
      );
    });
    db.prepare(
      `insert or replace into latest_metrics (key, value, timestamp, step, is_nan, run_uuid)
       select key, value, timestamp, step, is_nan, run_uuid from metrics
       where run_uuid = ? and key = ? order by step desc, timestamp desc, value desc limit 1`
    ).run(runId, key);
  }

  function writeModel(model: CarriedLoggedModel): string {
    const { modelId } = model;
    const experiment_id = experimentId(model.experiment);
    const uri =
      model.artifactUri ?? join(artifacts, String(experiment_id), 'models', modelId, 'artifacts');
    places.set(modelId, uri);
    put('logged_models', {
      model_id: modelId,
      experiment_id,
      name: model.name,
      artifact_location: uri,
      creation_timestamp_ms: model.createdAt,
      last_updated_timestamp_ms: model.updatedAt,
      status: Math.max(1, LOGGED_MODEL_STATUS.indexOf(model.status)),
      lifecycle_stage: model.lifecycle,
      model_type: model.modelType || null,
      source_run_id: model.runId ?? null,
      status_message: model.statusMessage ?? null
    });
    const owner = { model_id: modelId, experiment_id };
    values('logged_model_params', owner, model.params, 'param_key', 'param_value');
    values('logged_model_tags', owner, model.tags, 'tag_key', 'tag_value');
    for (const metric of model.metrics) {
      put('logged_model_metrics', {
        ...owner,
        metric_name: metric.key,
        metric_timestamp_ms: metric.time,
        metric_step: metric.step,
        metric_value: stored(metric.value).value,
        run_id: metric.runId,
        dataset_name: metric.datasetName || null,
        dataset_digest: metric.datasetDigest || null
      });
    }
    return uri;
  }

  function writeRegistered(model: CarriedRegisteredModel): void {
    const owner = { name: model.name, workspace: 'default' };
    put(
      'registered_models',
      {
        ...owner,
        creation_time: model.createdAt,
        last_updated_time: model.updatedAt,
        description: model.description || null
      },
      'ignore'
    );
    values('registered_model_tags', owner, model.tags);
    for (const version of model.versions) {
      const { within } = version;
      const place = within && places.get(within.model ?? within.run ?? '');
      const location = place
        ? [place, within.path].filter(Boolean).join('/')
        : version.storageLocation;
      put(
        'model_versions',
        {
          ...owner,
          version: version.version,
          creation_time: version.createdAt,
          last_updated_time: version.updatedAt,
          description: version.description || null,
          current_stage: version.stage,
          source: /^(models|runs):/.test(version.source) ? version.source : location,
          run_id: version.runId ?? null,
          status: 'READY',
          run_link: version.runLink || null,
          storage_location: location
        },
        'ignore'
      );
      values('model_version_tags', { ...owner, version: version.version }, version.tags);
    }
    for (const [alias, version] of Object.entries(model.aliases))
      put('registered_model_aliases', { ...owner, alias, version });
  }

  return {
    async importBatch(batch) {
      const placed: Record<string, string> = {};
      db.exec('begin immediate');
      try {
        batch.experiments?.forEach(writeExperiment);
        for (const run of batch.runs ?? []) placed[run.runId] = writeRun(run);
        batch.points?.forEach(writePoints);
        for (const model of batch.loggedModels ?? []) placed[model.modelId] = writeModel(model);
        batch.registeredModels?.forEach(writeRegistered);
        db.exec('commit');
      } catch (error) {
        db.exec('rollback');
        throw error;
      }
      return { places: placed, notes: [] };
    },
    importState: async () => ({ done: {} }),
    async putFile(place, file) {
      if (!place.startsWith('/')) return false;
      await writeFileStream(inside(place, file.path), await file.open());
      return true;
    },
    close: () => db.close()
  };
}

function stored(value: MetricValue): { value: number; is_nan: number } {
  if (value === 'NaN') return { value: 0, is_nan: 1 };
  const number = Number(value);
  if (Number.isFinite(number)) return { value: number, is_nan: 0 };
  return { value: Math.sign(number) * Number.MAX_VALUE, is_nan: 0 };
}
