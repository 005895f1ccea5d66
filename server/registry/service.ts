// Registered models as the panels and the CLI see them, and promotion with its way back.
import { checkArtifactPath } from '../artifacts/artifact-path.ts';
import type { ArtifactPlace } from '../artifacts/artifact-places.ts';
import type { Seal } from '../auth/seal.ts';
import type { Database, Db } from '../database/open.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../events/clock.ts';
import type { TrackingService } from '../tracking/service.ts';
import type * as operations from '../contract/registry.ts';
import type { ModelDetail, ModelSummary, ModelVersion } from '../contract/registry.ts';
import type { OverrideBump } from '../contract/semantic-version.ts';
import type { Handler } from '../http/route.ts';
import type { CarriedRegisteredModel } from '../contract/transfer.ts';
import { carryInModel } from './carried-models.ts';
import { type Catalogue, createCatalogue } from './catalogue.ts';
import { chooseLoggedModel } from './logged-model.ts';
import { type AskedVersion, createRegistryWire, type RegistryWire } from './mlflow.ts';
import { readVersion } from './names.ts';
import { cellsOf, withRuns } from './model-runs.ts';
import { createPlaces } from './places.ts';
import { isPrompt, promptSource } from './prompt.ts';
import { compareCells, compareMetrics, compareParams } from './promotion.ts';
import { createModelSemantics, semanticKey } from './semantics.ts';
import { resolveSource } from './source.ts';
import type { ModelRecord, VersionRecord } from './store.ts';
import type { Reach } from './webhook-request.ts';
import { createWebhooks, type Webhooks } from './webhooks.ts';

/** What a prediction service has to know of a version. */
export interface ServableVersion {
  model: string;
  version: string;
  /** Where its files are: `mlflow-artifacts:/…` for those in our own store. */
  location: string;
}

/** Names of what follows an alias and will switch with it. Deployments are a floor above, so they tell us how to ask. */
export type AliasFollowers = (model: string, alias: string) => string[];

export interface RegistryService {
  listModels: Handler<typeof operations.listModels>;
  getModel: Handler<typeof operations.getModel>;
  registerModel: Handler<typeof operations.registerModel>;
  previewPromotion: Handler<typeof operations.previewPromotion>;
  promote: Handler<typeof operations.promote>;
  undoPromotion: Handler<typeof operations.undoPromotion>;
  setModelBump: Handler<typeof operations.setModelBump>;
  /** MLflow's own calls. */
  mlflow: RegistryWire;
  webhooks: Webhooks['mlflow'];
  /** Sends what the server before had left to send. */
  resume(): void;
  close(): Promise<void>;
  /** @throws model_not_found, version_not_found */
  findServable(
    model: string,
    which: { alias: string } | { version: string }
  ): Promise<ServableVersion>;
  /** Within a transaction of the caller's: a model as another tracker had it. @returns what stood in the way. */
  carryIn(
    db: Db,
    model: CarriedRegisteredModel,
    placeOf: (id: string) => Promise<string | undefined>
  ): Promise<string[]>;
  onAliasFollowers(provider: AliasFollowers): void;
  /** A file of a version, by its path below the version's root. */
  artifactOf(name: string, version: string, path: string): Promise<ArtifactPlace>;
}

export interface RegistryParts {
  database: Database;
  tracking: TrackingService;
  bus: EventBus;
  clock: Clock;
  /** For the secrets of webhooks. */
  seal: Seal;
  /** Where webhooks may lead. */
  reach?: Reach;
}

const BY = 'stepladder';

export function createRegistryService({
  database,
  tracking,
  bus,
  clock,
  seal,
  reach = { private: true }
}: RegistryParts): RegistryService {
  const webhooks = createWebhooks({ database, clock, seal, reach });
  // What another server of this database announced and did not send is looked for, too.
  const unsubscribe = bus.subscribe(({ type }) => {
    if (type === 'model-changed' || type === 'alias-moved') webhooks.deliver();
  });
  const catalogue = createCatalogue({ database, bus, clock, webhooks });
  const places = createPlaces(tracking, catalogue);
  const semantics = createModelSemantics({ database, tracking, clock });
  tracking.onHeld(async () => {
    const versions = await catalogue.listVersions();
    return {
      runs: new Set(versions.flatMap(({ run_id }) => run_id ?? [])),
      models: new Set(versions.flatMap(({ logged_model_id }) => logged_model_id ?? []))
    };
  });
  let followersOf: AliasFollowers = () => [];

  async function getModel(name: string): Promise<ModelDetail> {
    const model = await catalogue.model(name);
    const [moves, versions] = await Promise.all([
      catalogue.listMoves(name),
      catalogue.listVersions({ model: model.id })
    ]);
    const all = await described(versions, model.id);
    return {
      ...summarize(model, all),
      all,
      moves: moves.map(move => ({
        alias: move.alias,
        from: textOf(move.from_version),
        to: textOf(move.to_version),
        time: move.time,
        by: move.moved_by,
        undone: move.undone
      }))
    };
  }

  /** Versions as people see them. @param model of which these are all the versions */
  async function described(versions: VersionRecord[], model: number): Promise<ModelVersion[]> {
    const known = await semantics.read(versions, model);
    return (await withRuns(tracking, versions)).map((shown, at) => ({
      ...shown,
      semantic: known.get(semanticKey(versions[at]!))
    }));
  }

  async function describedOne(name: string, version: number): Promise<ModelVersion> {
    const { id } = await catalogue.model(name);
    const versions = await catalogue.listVersions({ model: id });
    return (await described(versions, id)).find(one => one.version === String(version))!;
  }

  async function setBump(name: string, version: number, bump?: OverrideBump): Promise<void> {
    const record = await catalogue.version(name, version);
    const versions = await catalogue.listVersions({ model: record.model });
    await semantics.override(versions, record, bump);
    bus.publish({ type: 'model-changed', model: name });
  }

  async function createVersion(asked: AskedVersion): Promise<VersionRecord> {
    const {
      name,
      source,
      run_id: runId,
      model_id: modelId,
      run_link: runLink,
      description,
      tags
    } = asked;
    if (isPrompt(tags))
      return catalogue.createVersion({ name, source: promptSource(source), description, tags });
    await catalogue.model(name);
    const resolved = await resolveSource({ source, runId, modelId }, places);
    const version = await catalogue.createVersion({
      name,
      source: resolved,
      runLink,
      description,
      tags
    });
    await markLoggedModel(tracking, version);
    return version;
  }

  return {
    async listModels() {
      const models = (await catalogue.listModels()).filter(model => !isPrompt(model.tags));
      const versions = await catalogue.listVersions();
      const shown = models.flatMap(model => shownVersions(model, versions));
      const semantic = await semantics.read(
        versions.filter(({ model }) => models.some(({ id }) => id === model))
      );
      const known = new Map(
        (await withRuns(tracking, shown)).map((version, at) => [
          `${version.model}/${version.version}`,
          { ...version, semantic: semantic.get(semanticKey(shown[at]!)) }
        ])
      );
      const items = models.map(model => {
        const own = versions.filter(version => version.model === model.id);
        const latest = own[0] && known.get(`${model.name}/${own[0].version}`);
        const champion = known.get(`${model.name}/${model.aliases['champion']}`);
        return {
          name: model.name,
          ...(champion && { champion }),
          ...(latest && { latest }),
          versions: own.length
        };
      });
      return { items };
    },

    getModel: ({ model }) => getModel(model),

    async registerModel({ model: name, runId, loggedModel, bump }) {
      const chosen = chooseLoggedModel(await tracking.getRun({ runId }), loggedModel);
      if (!(await catalogue.findModel(name))) await catalogue.createModel({ name });
      const version = await createVersion({
        name,
        source: `models:/${chosen.modelId}`,
        model_id: chosen.modelId,
        run_id: runId,
        tags: []
      });
      if (bump) await setBump(name, version.version, bump);
      return describedOne(name, version.version);
    },

    async setModelBump({ model: name, version, bump }) {
      await setBump(name, readVersion(version), bump);
      return describedOne(name, readVersion(version));
    },

    async previewPromotion({ model: name, version, alias }) {
      const { candidate, current } = await candidates(catalogue, name, version, alias);
      const wanted = await describedOne(name, candidate.version);
      const held = current && (await describedOne(name, current.version));
      const [before, after] = await Promise.all([
        cellsOf(tracking, current),
        cellsOf(tracking, candidate)
      ]);
      return {
        model: name,
        alias,
        candidate: wanted,
        ...(held && { current: held }),
        metrics: compareMetrics(held, wanted),
        params: compareParams(held, wanted),
        cells: held ? compareCells(before, after) : [],
        endpoints: followersOf(name, alias)
      };
    },

    async promote({ model: name, version, alias }) {
      await catalogue.moveAlias({ name, alias, to: readVersion(version), by: BY });
      return getModel(name);
    },
    async undoPromotion({ model: name, alias }) {
      await catalogue.undoMove(name, alias, BY);
      return getModel(name);
    },

    mlflow: createRegistryWire({ catalogue, createVersion }),
    webhooks: webhooks.mlflow,
    resume: webhooks.resume,
    async close() {
      unsubscribe();
      await webhooks.close();
    },

    async artifactOf(name, version, path) {
      const checked = checkArtifactPath(path);
      const { storage_location } = await catalogue.version(name, readVersion(version));
      return tracking.mlflow.artifacts.at(storage_location, checked);
    },

    async findServable(name, which) {
      const found =
        'alias' in which
          ? await catalogue.aliased(name, which.alias)
          : await catalogue.version(name, readVersion(which.version));
      return { model: name, version: String(found.version), location: found.storage_location };
    },
    carryIn: carryInModel,
    onAliasFollowers(provider) {
      followersOf = provider;
    }
  };
}

async function candidates(catalogue: Catalogue, name: string, version: string, alias: string) {
  const candidate = await catalogue.version(name, readVersion(version));
  const held = (await catalogue.model(name)).aliases[alias];
  if (held === undefined) return { candidate };
  return { candidate, current: await catalogue.version(name, held) };
}

/** The logged model knows its versions, as MLflow's own pages expect. */
async function markLoggedModel(
  tracking: TrackingService,
  { name, version, logged_model_id }: VersionRecord
): Promise<void> {
  if (!logged_model_id) return;
  const known = await tracking.findLoggedModel(logged_model_id);
  const versions = JSON.parse(known?.tags['mlflow.modelVersions'] ?? '[]') as object[];
  // Letter by letter as MLflow's own server writes it: some compare it as text.
  const items = [...versions, { name, version }].map(item =>
    JSON.stringify(item, null, 1).replace(/\n\s*/g, ' ').replace(/^\{ /, '{').replace(/ \}$/, '}')
  );
  const value = `[${items.join(', ')}]`;
  await tracking.setLoggedModelTags(logged_model_id, { 'mlflow.modelVersions': value });
}

function shownVersions(model: ModelRecord, versions: VersionRecord[]): VersionRecord[] {
  const own = versions.filter(version => version.model === model.id);
  return own.filter(
    (version, index) => index === 0 || version.version === model.aliases['champion']
  );
}

function summarize(model: ModelRecord, all: ModelVersion[]): ModelSummary {
  const champion = all.find(version => version.aliases.includes('champion'));
  const latest = all[0];
  return {
    name: model.name,
    ...(champion && { champion }),
    ...(latest && { latest }),
    versions: all.length
  };
}

const textOf = (version: number | null) => (version === null ? undefined : String(version));
