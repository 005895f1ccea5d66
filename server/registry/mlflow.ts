// The registry in MLflow's messages.
import type { z } from 'zod';
import type * as operations from '../contract/mlflow-registry.ts';
import { problem } from '../contract/problem.ts';
import type { MlflowHandler } from '../http/mlflow-route.ts';
import type { Catalogue } from './catalogue.ts';
import { readStage, readVersion, STAGES } from './names.ts';
import {
  type Clause,
  compareBy,
  matches,
  parseFilter,
  parseOrder,
  readPage,
  type Searched,
  writePage
} from './search.ts';
import type { ModelRecord, VersionRecord } from './store.ts';

const ACTIVE_STAGES = ['Staging', 'Production'];

type Handlers<Names extends keyof typeof operations> = {
  [Name in Names]: MlflowHandler<(typeof operations)[Name]>;
};
export type RegistryWire = Handlers<keyof typeof operations>;

export interface WireParts {
  catalogue: Catalogue;
  /** Checks the source and makes the version. */
  createVersion(asked: AskedVersion): Promise<VersionRecord>;
}
export type AskedVersion = z.output<(typeof operations.createModelVersion)['request']>;

export function createRegistryWire({ catalogue, createVersion }: WireParts): RegistryWire {
  const modelAnswer = async (model: ModelRecord) => ({
    registered_model: modelMessage(model, await catalogue.listVersions({ model: model.id }))
  });
  const versionAnswer = (version: VersionRecord) => ({ model_version: versionMessage(version) });

  return {
    createRegisteredModel: async asked => modelAnswer(await catalogue.createModel(asked)),
    getRegisteredModel: async ({ name }) => modelAnswer(await catalogue.model(name)),
    updateRegisteredModel: async ({ name, description }) =>
      modelAnswer(await catalogue.describeModel(name, description)),
    renameRegisteredModel: async ({ name, new_name }) =>
      modelAnswer(await catalogue.renameModel(name, new_name)),
    deleteRegisteredModel: ({ name }) => catalogue.deleteModel(name),
    setRegisteredModelTag: ({ name, key, value }) => catalogue.setModelTag(name, key, value),
    deleteRegisteredModelTag: ({ name, key }) => catalogue.deleteModelTag(name, key),

    async getLatestVersions({ name, stages }) {
      const model = await catalogue.model(name);
      const asked = stages.length > 0 ? stages.map(readStage) : [...STAGES];
      const versions = newestOfStages(await catalogue.listVersions({ model: model.id }));
      return {
        model_versions: versions
          .filter(({ stage }) => asked.some(name => name === stage))
          .map(versionMessage)
      };
    },

    async setAlias({ name, alias, version }, { session }) {
      await catalogue.moveAlias({ name, alias, to: readVersion(version), by: mover(session) });
    },
    async deleteAlias({ name, alias }, { session }) {
      await catalogue.moveAlias({ name, alias, to: undefined, by: mover(session) });
    },
    getByAlias: async ({ name, alias }) => {
      if (alias.toLowerCase() !== 'latest')
        return versionAnswer(await aliased(catalogue, name, alias));
      const [newest] = await catalogue.listVersions({ model: (await catalogue.model(name)).id });
      if (newest) return versionAnswer(newest);
      throw problem('version_not_found', `Registered model ${name} has no version`);
    },

    async searchRegisteredModels({ filter, max_results, order_by, page_token }) {
      const clauses = parseFilter(filter, { name: 'text' });
      const keys = ['name', 'creation_timestamp', 'last_updated_timestamp'];
      const orders = parseOrder(order_by, keys, [{ key: 'name', descending: false }]);
      const found = (await catalogue.listModels())
        .map(record => ({ record, ...searchedModel(record) }))
        .filter(entry => matches(clauses, entry))
        .sort(compareBy(orders));
      const page = pageOf(found, max_results, page_token);
      const models = page.items.map(({ record }) => record);
      const versions = await Promise.all(
        models.map(({ id }) => catalogue.listVersions({ model: id }))
      );
      return {
        registered_models: models.map((model, index) => modelMessage(model, versions[index]!)),
        next_page_token: page.next
      };
    },

    createModelVersion: async asked => versionAnswer(await createVersion(asked)),
    getModelVersion: async ({ name, version }) =>
      versionAnswer(await catalogue.version(name, readVersion(version))),
    updateModelVersion: async ({ name, version, description }) =>
      versionAnswer(await catalogue.describeVersion(name, readVersion(version), description)),
    async transitionStage({ name, version, stage, archive_existing_versions }) {
      const wanted = readStage(stage);
      if (archive_existing_versions && !ACTIVE_STAGES.includes(wanted)) {
        throw problem(
          'invalid_request',
          `Model version transition cannot archive existing model versions because '${stage}' is not an Active stage. Valid stages are ${ACTIVE_STAGES.join(', ')}`
        );
      }
      return versionAnswer(
        await catalogue.moveStage(name, readVersion(version), wanted, archive_existing_versions)
      );
    },
    deleteModelVersion: ({ name, version }, { session }) =>
      catalogue.deleteVersion(name, readVersion(version), mover(session)),
    setModelVersionTag: ({ name, version, key, value }) =>
      catalogue.setVersionTag(name, readVersion(version), key, value),
    deleteModelVersionTag: ({ name, version, key }) =>
      catalogue.deleteVersionTag(name, readVersion(version), key),
    getDownloadUri: async ({ name, version }) => ({
      artifact_uri: (await catalogue.version(name, readVersion(version))).storage_location
    }),

    async searchModelVersions({ filter, max_results, order_by, page_token }) {
      const clauses = parseFilter(filter, {
        name: 'text',
        version_number: 'number',
        run_id: 'text',
        source_path: 'text'
      });
      const keys = ['name', 'version_number', 'creation_timestamp', 'last_updated_timestamp'];
      // The newest change leads only where no other order is asked for.
      const asked = order_by.length > 0 ? order_by : ['last_updated_timestamp DESC'];
      const orders = parseOrder(asked, keys, [
        { key: 'name', descending: false },
        { key: 'version_number', descending: true }
      ]);
      // The usual question names the model: only its versions are read then.
      const named = clauses.find(
        (term): term is Clause =>
          'kind' in term &&
          term.kind === 'attribute' &&
          term.key === 'name' &&
          term.comparator === '='
      );
      const model = named && (await catalogue.findModel(String(named.value)));
      const candidates =
        named && !model ? [] : await catalogue.listVersions(model ? { model: model.id } : {});
      const found = candidates
        .map(record => ({ record, ...searchedVersion(record) }))
        .filter(entry => matches(clauses, entry))
        .sort(compareBy(orders));
      const page = pageOf(found, max_results, page_token);
      return {
        model_versions: page.items.map(({ record }) => versionMessage(record)),
        next_page_token: page.next
      };
    }
  };
}

/** Over the wire an unknown alias is the request's fault, and clients look for these words. */
async function aliased(catalogue: Catalogue, name: string, alias: string): Promise<VersionRecord> {
  const version = (await catalogue.model(name)).aliases[alias];
  if (version !== undefined) return catalogue.version(name, version);
  throw problem('invalid_request', `Registered model alias ${alias} not found.`);
}

const mover = (session: string | undefined) => (session ? `kernel ${session}` : 'mlflow client');

function pageOf<Item>(
  items: Item[],
  size: number,
  token: string | undefined
): { items: Item[]; next?: string } {
  const start = readPage(token);
  const end = start + size;
  return { items: items.slice(start, end), ...(end < items.length && { next: writePage(end) }) };
}

function searchedModel(model: ModelRecord): Searched {
  const { name, created_time, updated_time, tags } = model;
  return {
    attributes: { name, creation_timestamp: created_time, last_updated_timestamp: updated_time },
    tags
  };
}

function searchedVersion(version: VersionRecord): Searched {
  return {
    attributes: {
      name: version.name,
      version_number: version.version,
      run_id: version.run_id ?? '',
      source_path: version.source,
      creation_timestamp: version.created_time,
      last_updated_timestamp: version.updated_time
    },
    tags: version.tags
  };
}

function modelMessage(model: ModelRecord, versions: VersionRecord[]) {
  return {
    name: model.name,
    creation_timestamp: model.created_time,
    last_updated_timestamp: model.updated_time,
    description: model.description || undefined,
    latest_versions: newestOfStages(versions).map(versionMessage),
    tags: tagMessages(model.tags),
    aliases: Object.entries(model.aliases).map(([alias, version]) => ({
      alias,
      version: String(version)
    }))
  };
}

function versionMessage(version: VersionRecord) {
  return {
    name: version.name,
    version: String(version.version),
    creation_timestamp: version.created_time,
    last_updated_timestamp: version.updated_time,
    description: version.description,
    current_stage: version.stage,
    source: version.source,
    run_id: version.run_id ?? '',
    run_link: version.run_link,
    model_id: version.logged_model_id ?? undefined,
    status: 'READY',
    tags: tagMessages(version.tags),
    aliases: version.aliases
  };
}

const tagMessages = (tags: Record<string, string>) =>
  Object.entries(tags).map(([key, value]) => ({ key, value }));

/** @param versions newest first. */
function newestOfStages(versions: VersionRecord[]): VersionRecord[] {
  return versions.filter(
    (version, index) => versions.findIndex(({ stage }) => stage === version.stage) === index
  );
}
