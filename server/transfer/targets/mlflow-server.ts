// Writes to a running MLflow server over its REST API. It gives its own ids: what came from us is found again by a tag.
import { Readable } from 'node:stream';
import type {
  CarriedExperiment,
  CarriedLoggedModel,
  CarriedPoints,
  CarriedRegisteredModel,
  CarriedRun,
  CarriedVersion
} from '../../contract/transfer.ts';
import type { Receiver } from '../carry-over.ts';
import { mlflowCalls, type ServerAccess } from '../sources/mlflow-server.ts';

/** On runs and logged models over there: the id that they have here. */
const ORIGIN = 'stepladder.origin';
const BATCH = 1000;
const PARAMS = 100;

interface Found {
  id: string;
  place: string;
}

export function createMlflowServer(address: string, access: ServerAccess): Receiver {
  const url = address.replace(/\/+$/, '');
  const { call, send } = mlflowCalls(url, access);
  const experiments = new Map<string, string>();
  const runs = new Map<string, Found>();
  const models = new Map<string, Found>();
  const notes: string[] = [];
  const toDelete: string[] = [];
  const post = (path: string, input: object) => call('POST', path, input);
  const missing = () => undefined;

  async function writeExperiment(experiment: CarriedExperiment): Promise<void> {
    const { name, sourceId, lifecycle } = experiment;
    const found = (await call('GET', '/experiments/get-by-name', { experiment_name: name }).catch(
      missing
    )) as { experiment: { experiment_id: string; lifecycle_stage: string } } | undefined;
    const id =
      found?.experiment.experiment_id ??
      String(
        (await post('/experiments/create', { name, tags: pairs(experiment.tags) }))['experiment_id']
      );
    experiments.set(sourceId, id);
    if (found?.experiment.lifecycle_stage === 'deleted')
      await post('/experiments/restore', { experiment_id: id });
    if (found) {
      for (const tag of pairs(experiment.tags))
        await post('/experiments/set-experiment-tag', { experiment_id: id, ...tag });
    }
    // Nothing can be written to one that is deleted: that comes last.
    if (lifecycle === 'deleted') toDelete.push(id);
  }

  async function findRun(experiment_id: string, runId: string): Promise<Found | undefined> {
    const found = await post('/runs/search', {
      experiment_ids: [experiment_id],
      filter: `tags.\`${ORIGIN}\` = '${runId}'`,
      run_view_type: 'ALL',
      max_results: 1
    });
    const [run] = (found['runs'] ?? []) as { info: Record<string, string> }[];
    if (!run) return undefined;
    if (run.info['lifecycle_stage'] === 'deleted')
      await post('/runs/restore', { run_id: run.info['run_id'] });
    return { id: run.info['run_id']!, place: run.info['artifact_uri']! };
  }

  async function writeRun(run: CarriedRun): Promise<string> {
    const experiment_id = experiments.get(run.experiment)!;
    const parent = run.tags['mlflow.parentRunId'];
    const tags: Record<string, string> = {
      ...run.tags,
      [ORIGIN]: run.runId,
      ...(parent && runs.has(parent) ? { 'mlflow.parentRunId': runs.get(parent)!.id } : {})
    };
    let found = await findRun(experiment_id, run.runId);
    if (!found) {
      const made = (await post('/runs/create', {
        experiment_id,
        user_id: run.userId,
        run_name: run.name,
        start_time: run.startTime,
        tags: [{ key: ORIGIN, value: run.runId }]
      })) as { run: { info: Record<string, string> } };
      found = { id: made.run.info['run_id']!, place: made.run.info['artifact_uri']! };
    }
    runs.set(run.runId, found);
    const run_id = found.id;
    for (const params of chunks(pairs(run.params), PARAMS))
      await post('/runs/log-batch', { run_id, params });
    for (const some of chunks(pairs(tags), PARAMS))
      await post('/runs/log-batch', { run_id, tags: some });
    if (run.datasets.length > 0) {
      await post('/runs/log-inputs', {
        run_id,
        datasets: run.datasets.map(({ tags: own, sourceType: source_type, ...dataset }) => ({
          dataset: { ...dataset, source_type },
          tags: pairs(own)
        }))
      });
    }
    return found.place;
  }

  async function writePoints(pieces: readonly CarriedPoints[]): Promise<void> {
    for (const [runId, ofRun] of Map.groupBy(pieces, piece => piece.runId)) {
      const metrics = ofRun.flatMap(({ key, times, steps, values }) =>
        times.map((timestamp, at) => ({ key, timestamp, step: steps[at]!, value: values[at]! }))
      );
      for (const some of chunks(metrics, BATCH))
        await post('/runs/log-batch', { run_id: runs.get(runId)!.id, metrics: some });
    }
  }

  async function writeModel(model: CarriedLoggedModel): Promise<string> {
    const experiment_id = experiments.get(model.experiment)!;
    const found = await post('/logged-models/search', {
      experiment_ids: [experiment_id],
      filter: `tags.\`${ORIGIN}\` = '${model.modelId}'`,
      max_results: 1
    });
    let [known] = (found['models'] ?? []) as { info: Record<string, string> }[];
    const source = model.runId === undefined ? undefined : runs.get(model.runId)?.id;
    if (!known) {
      const made = await post('/logged-models', {
        experiment_id,
        name: model.name,
        model_type: model.modelType,
        ...(source ? { source_run_id: source } : {}),
        params: pairs(model.params),
        tags: pairs({ ...model.tags, [ORIGIN]: model.modelId })
      });
      known = made['model'] as { info: Record<string, string> };
    }
    const { model_id: id, artifact_uri: place } = known.info as {
      model_id: string;
      artifact_uri: string;
    };
    models.set(model.modelId, { id, place });
    for (const metric of model.metrics) {
      const run = runs.get(metric.runId);
      if (!run) continue;
      await post('/runs/log-metric', {
        run_id: run.id,
        key: metric.key,
        value: metric.value,
        timestamp: metric.time,
        step: metric.step,
        model_id: id,
        ...(metric.datasetName
          ? { dataset_name: metric.datasetName, dataset_digest: metric.datasetDigest }
          : {})
      });
    }
    if (source) {
      await post('/runs/outputs', { run_id: source, models: [{ model_id: id, step: 0 }] });
    }
    return place;
  }

  /** States and deletions, and models that are ready: once everything is there. */
  async function settleRun(run: CarriedRun): Promise<void> {
    const run_id = runs.get(run.runId)!.id;
    await post('/runs/update', {
      run_id,
      status: run.state.toUpperCase(),
      ...(run.endTime === undefined ? {} : { end_time: run.endTime }),
      run_name: run.name
    });
    if (run.lifecycle === 'deleted') await post('/runs/delete', { run_id });
  }

  async function writeRegistered(model: CarriedRegisteredModel): Promise<void> {
    const { name } = model;
    await post('/registered-models/create', {
      name,
      description: model.description,
      tags: pairs(model.tags)
    }).catch(missing);
    const there = await call('GET', '/model-versions/search', {
      filter: `name='${name.replaceAll("'", "\\'")}'`,
      max_results: '1000'
    });
    const numbers = ((there['model_versions'] ?? []) as { version: string }[]).map(({ version }) =>
      Number(version)
    );
    let next = Math.max(0, ...numbers) + 1;
    for (const version of model.versions) {
      if (numbers.includes(version.version)) continue;
      if (version.version < next) {
        notes.push(`Version ${version.version} of "${name}" could not keep its number`);
        continue;
      }
      // A number that was deleted here stays unused there.
      for (; next <= version.version; next += 1) {
        const made = await writeVersion(name, version);
        if (next < version.version) await remove('/model-versions/delete', { name, version: made });
      }
    }
    for (const [alias, version] of Object.entries(model.aliases))
      await post('/registered-models/alias', { name, alias, version: String(version) });
  }

  async function writeVersion(name: string, version: CarriedVersion): Promise<string> {
    const run = version.runId === undefined ? undefined : runs.get(version.runId);
    const { within } = version;
    const owner = within && (within.model ? models.get(within.model) : runs.get(within.run ?? ''));
    const model = within?.model === undefined ? undefined : models.get(within.model);
    const made = (await post('/model-versions/create', {
      name,
      source: owner ? [owner.place, within.path].filter(Boolean).join('/') : version.source,
      ...(run ? { run_id: run.id } : {}),
      ...(model ? { model_id: model.id } : {}),
      run_link: version.runLink,
      description: version.description,
      tags: pairs(version.tags)
    })) as { model_version: { version: string } };
    const made_ = made.model_version.version;
    if (!['', 'None'].includes(version.stage)) {
      await post('/model-versions/transition-stage', {
        name,
        version: made_,
        stage: version.stage,
        archive_existing_versions: false
      }).catch(missing);
    }
    return made_;
  }

  async function remove(path: string, input: object): Promise<void> {
    await send('DELETE', `/api/2.0/mlflow${path}`, {
      body: JSON.stringify(input),
      headers: { 'content-type': 'application/json' }
    });
  }

  async function finalise(model: CarriedLoggedModel): Promise<void> {
    const model_id = models.get(model.modelId)!.id;
    await call('PATCH', `/logged-models/${model_id}`, { model_id, status: model.status });
  }

  const written = new Map<string, CarriedRun | CarriedLoggedModel>();
  /** A run that is deleted takes no models and no metrics of theirs any more. */
  const later: CarriedRun[] = [];
  return {
    async importBatch(batch) {
      const places: Record<string, string> = {};
      for (const experiment of batch.experiments ?? []) await writeExperiment(experiment);
      for (const run of batch.runs ?? []) {
        places[run.runId] = await writeRun(run);
        written.set(run.runId, run);
      }
      await writePoints(batch.points ?? []);
      for (const model of batch.loggedModels ?? []) {
        places[model.modelId] = await writeModel(model);
        written.set(model.modelId, model);
      }
      for (const model of batch.registeredModels ?? []) await writeRegistered(model);
      for (const { id, kind } of batch.done ?? []) {
        const whole = written.get(id);
        written.delete(id);
        if (kind === 'run') later.push(whole as CarriedRun);
        else await finalise(whole as CarriedLoggedModel);
      }
      return { places, notes: notes.splice(0) };
    },
    importState: async () => ({ done: {} }),
    async putFile(place, file) {
      const root = /^mlflow-artifacts:(?:\/\/[^/]*)?\/*(.*?)\/*$/i.exec(place)?.[1];
      if (root === undefined) return false;
      const path = `${root}/${file.path}`.split('/').map(encodeURIComponent).join('/');
      const content = await file.open();
      await send('PUT', `/api/2.0/mlflow-artifacts/artifacts/${path}`, {
        body: content instanceof Readable ? Readable.toWeb(content) : content,
        duplex: 'half'
      } as RequestInit);
      return true;
    },
    async finish() {
      for (const run of later.splice(0)) await settleRun(run);
      for (const experiment_id of toDelete.splice(0))
        await post('/experiments/delete', { experiment_id });
    }
  };
}

const pairs = (values: Record<string, string>) =>
  Object.entries(values).map(([key, value]) => ({ key, value }));

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  const all: Item[][] = [];
  for (let start = 0; start < items.length; start += size)
    all.push(items.slice(start, start + size));
  return all;
}
