// Models, versions and aliases with their rules: one transaction a change, then the facts are published.
// Our own operations and MLflow's wire both stand on it, so that an alias moved by either leaves the same trace.
import { problem } from '../contract/problem.ts';
import type { Database } from '../database/open.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../events/clock.ts';
import {
  aliasMoved,
  type Announcement,
  modelCreated,
  modelTagged,
  versionCreated,
  versionTagged
} from './announcements.ts';
import { checkAlias, checkModelName, checkTag, noModel, noVersion, type Stage } from './names.ts';
import type { Source } from './source.ts';
import * as store from './store.ts';
import type { Connection, ModelRecord, VersionRecord } from './store.ts';
import type { Webhooks } from './webhooks.ts';

export interface NewModel {
  name: string;
  description?: string | undefined;
  tags?: readonly { key: string; value: string }[];
}

export interface NewVersion extends NewModel {
  source: Source;
  runLink?: string | undefined;
}

export interface AliasChange {
  name: string;
  alias: string;
  /** Takes the alias away when there is none. */
  to: number | undefined;
  by: string;
}

export type Catalogue = ReturnType<typeof createCatalogue>;

export interface CatalogueParts {
  database: Database;
  bus: EventBus;
  clock: Clock;
  webhooks?: Pick<Webhooks, 'announce' | 'deliver'>;
}

export function createCatalogue({ database, bus, clock, webhooks }: CatalogueParts) {
  function changed(name: string): void {
    bus.publish({ type: 'model-changed', model: name });
    webhooks?.deliver();
  }

  async function tell(db: Connection, ...told: Announcement[]): Promise<void> {
    for (const { event, data } of told) await webhooks?.announce(db, event, data);
  }

  /** One transaction on one model; the panels hear of it when it is on the disk. */
  async function change<T>(
    name: string,
    work: (db: Connection, model: ModelRecord) => Promise<T>
  ): Promise<T> {
    const result = await database.write(async db => {
      const model = await modelIn(db, name);
      return work(db, model);
    });
    changed(name);
    return result;
  }

  const changeVersion = <T>(
    name: string,
    version: number,
    work: (db: Connection, found: VersionRecord) => Promise<T>
  ) => change(name, async (db, model) => work(db, await versionIn(db, model, version)));

  async function createModel({
    name,
    description = '',
    tags = []
  }: NewModel): Promise<ModelRecord> {
    checkModelName(name);
    for (const { key, value } of tags) checkTag(key, value);
    const made = await database.write(async db => {
      if (await store.findModel(db, name)) {
        throw problem('already_exists', `Registered Model (name=${name}) already exists.`);
      }
      const id = await store.insertModel(db, name, description, clock());
      for (const { key, value } of tags) await store.setModelTag(db, id, key, value);
      const model = await modelIn(db, name);
      await tell(db, modelCreated(model));
      return model;
    });
    changed(name);
    return made;
  }

  async function createVersion(asked: NewVersion): Promise<VersionRecord> {
    const { name, description = '', tags = [], source, runLink = '' } = asked;
    for (const { key, value } of tags) checkTag(key, value);
    return change(name, async (db, model) => {
      const time = clock();
      const version = await store.nextVersion(db, model.id);
      await store.insertVersion(db, {
        model: model.id,
        version,
        source: source.source,
        storage_location: source.location,
        run_id: source.runId ?? null,
        run_link: runLink,
        logged_model_id: source.modelId ?? null,
        description,
        stage: 'None',
        created_time: time,
        updated_time: time
      });
      for (const { key, value } of tags)
        await store.setVersionTag(db, { model: model.id, version }, key, value);
      await store.updateModel(db, model.id, { updated_time: time });
      const made = await versionIn(db, model, version);
      await tell(db, versionCreated(made));
      return made;
    });
  }

  /** @returns false when the alias stands there already. */
  async function moveAlias({ name, alias, to, by }: AliasChange): Promise<boolean> {
    checkAlias(alias);
    const moved = await database.write(async db => {
      const model = await modelIn(db, name);
      if (to !== undefined) await versionIn(db, model, to);
      const from = model.aliases[alias];
      if (from === to) return undefined;
      await store.writeAlias(db, moveRow(model, alias, to, by, null));
      await tell(db, aliasMoved(model, alias, to));
      return { from };
    });
    if (moved) publishMove(name, alias, moved.from, to);
    return moved !== undefined;
  }

  /** Moves the alias back to where its newest move that still stands took it from. */
  async function undoMove(name: string, alias: string, by: string): Promise<void> {
    const { from, to } = await database.write(async db => {
      const model = await modelIn(db, name);
      const moves = await store.listMoves(db, model.id);
      const last = moves.find(move => move.alias === alias && !move.undone && move.undoes === null);
      if (!last) {
        throw problem(
          'nothing_to_undo',
          `The alias "${alias}" of "${name}" was not moved yet, or every move is undone`
        );
      }
      const target = last.from_version ?? undefined;
      if (target !== undefined && !(await store.findVersion(db, model.id, target))) {
        throw problem(
          'nothing_to_undo',
          `"${alias}" stood on version ${target} of "${name}" before, which was deleted`,
          {
            remedy: 'Promote one of the versions that are left'
          }
        );
      }
      const current = model.aliases[alias];
      await store.writeAlias(db, moveRow(model, alias, target, by, last.id));
      await tell(db, aliasMoved(model, alias, target));
      return { from: current, to: target };
    });
    publishMove(name, alias, from, to);
  }

  function moveRow(
    model: ModelRecord,
    alias: string,
    to: number | undefined,
    by: string,
    undoes: number | null
  ) {
    const from_version = model.aliases[alias] ?? null;
    return {
      model: model.id,
      alias,
      from_version,
      to_version: to ?? null,
      moved_by: by,
      time: clock(),
      undoes
    };
  }

  function publishMove(name: string, alias: string, from?: number, to?: number): void {
    bus.publish({
      type: 'alias-moved',
      model: name,
      alias,
      ...(from !== undefined && { from: String(from) }),
      ...(to !== undefined && { to: String(to) })
    });
    changed(name);
  }

  return {
    createModel,
    createVersion,
    moveAlias,
    undoMove,
    listModels: () => store.listModels(database.read),
    model: (name: string) => modelIn(database.read, name),
    findModel: (name: string) => store.findModel(database.read, name),
    async version(name: string, version: number): Promise<VersionRecord> {
      return versionIn(database.read, await modelIn(database.read, name), version);
    },
    async aliased(name: string, alias: string): Promise<VersionRecord> {
      const model = await modelIn(database.read, name);
      const version = model.aliases[alias];
      if (version !== undefined) return versionIn(database.read, model, version);
      throw problem('version_not_found', `Registered model alias ${alias} not found.`, {
        remedy: `Promote a version of "${name}" to it first`
      });
    },
    listVersions: (asked: store.VersionsAsked = {}) => store.listVersions(database.read, asked),
    listMoves: async (name: string) =>
      store.listMoves(database.read, (await modelIn(database.read, name)).id),

    async renameModel(name: string, next: string): Promise<ModelRecord> {
      checkModelName(next);
      await change(name, async (db, model) => {
        if (next !== name && (await store.findModel(db, next))) {
          throw problem('already_exists', `Registered Model (name=${next}) already exists.`);
        }
        await store.updateModel(db, model.id, { name: next, updated_time: clock() });
      });
      changed(next);
      return modelIn(database.read, next);
    },
    describeModel: (name: string, description: string) =>
      change(name, async (db, model) => {
        await store.updateModel(db, model.id, { description, updated_time: clock() });
        return modelIn(db, name);
      }),
    async deleteModel(name: string): Promise<void> {
      const { aliases } = await change(name, async (db, model) => {
        await store.deleteModel(db, model.id);
        return model;
      });
      for (const [alias, version] of Object.entries(aliases)) publishMove(name, alias, version);
    },
    async setModelTag(name: string, key: string, value: string): Promise<void> {
      checkTag(key, value);
      return change(name, async (db, model) => {
        await store.setModelTag(db, model.id, key, value);
        await tell(db, ...modelTagged(model, key, value));
      });
    },
    deleteModelTag: (name: string, key: string) =>
      change(name, async (db, model) => {
        await store.deleteModelTag(db, model.id, key);
        await tell(db, ...modelTagged(model, key, undefined));
      }),
    describeVersion: (name: string, version: number, description: string) =>
      changeVersion(name, version, async (db, found) => {
        const change = { description, updated_time: clock() };
        await store.updateVersion(db, found.model, version, change);
        return { ...found, ...change };
      }),
    moveStage: (name: string, version: number, stage: Stage, archiveOthers: boolean) =>
      changeVersion(name, version, async (db, found) => {
        const time = clock();
        const others = archiveOthers ? await store.listVersions(db, { model: found.model }) : [];
        for (const other of others.filter(({ stage: held }) => held === stage)) {
          await store.updateVersion(db, other.model, other.version, {
            stage: 'Archived',
            updated_time: time
          });
        }
        await store.updateVersion(db, found.model, version, { stage, updated_time: time });
        await store.updateModel(db, found.model, { updated_time: time });
        return { ...found, stage, updated_time: time };
      }),
    async deleteVersion(name: string, version: number, by: string): Promise<void> {
      const { aliases } = await changeVersion(name, version, async (db, found) => {
        const model = await modelIn(db, name);
        for (const alias of found.aliases) {
          await store.writeAlias(db, moveRow(model, alias, undefined, by, null));
          await tell(db, aliasMoved(model, alias, undefined));
        }
        await store.deleteVersion(db, found.model, version, clock());
        await store.updateModel(db, found.model, { updated_time: clock() });
        return found;
      });
      for (const alias of aliases) publishMove(name, alias, version);
    },
    async setVersionTag(name: string, version: number, key: string, value: string): Promise<void> {
      checkTag(key, value);
      return change(name, async (db, model) => {
        await store.setVersionTag(db, await versionIn(db, model, version), key, value);
        await tell(db, versionTagged(model, version, key, value));
      });
    },
    deleteVersionTag: (name: string, version: number, key: string) =>
      change(name, async (db, model) => {
        await store.deleteVersionTag(db, await versionIn(db, model, version), key);
        await tell(db, versionTagged(model, version, key, undefined));
      })
  };
}

async function modelIn(db: Connection, name: string): Promise<ModelRecord> {
  const model = await store.findModel(db, name);
  if (!model) throw noModel(name);
  return model;
}

async function versionIn(
  db: Connection,
  model: ModelRecord,
  version: number
): Promise<VersionRecord> {
  const found = await store.findVersion(db, model.id, version);
  if (!found) throw noVersion(model.name, version);
  return found;
}
