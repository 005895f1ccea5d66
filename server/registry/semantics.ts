// Semantic versions of registered models: the verdict on a version is found when the version is first looked at, since its files and
// its run may be written after it was registered, and kept from then on.
import type { ModelSemanticRow } from '../database/tables/registry.ts';
import type { Database } from '../database/open.ts';
import { problem } from '../contract/problem.ts';
import type { Bump, OverrideBump, SemanticVersion } from '../contract/semantic-version.ts';
import type { Clock } from '../events/clock.ts';
import { parseYaml } from '../text/lazy-yaml.ts';
import { readSignature } from '../text/model-signature.ts';
import { bumped, FIRST, type Verdict } from '../text/semantic-version.ts';
import type { TrackingService } from '../tracking/service.ts';
import { modelVerdict, type Surface } from './model-verdict.ts';
import { cellsOf, withRuns } from './model-runs.ts';
import { compareCells, compareParams } from './promotion.ts';
import { addSemantics, listSemantics, setOverride } from './semantic-store.ts';
import type { VersionRecord } from './store.ts';

/** By `model/version`, with the model's id. */
export type SemanticsOf = ReadonlyMap<string, SemanticVersion>;

export interface ModelSemantics {
  /** @param versions all versions of one model, or of all models */
  read(versions: readonly VersionRecord[], model?: number): Promise<SemanticsOf>;
  /** @param bump nothing: what the rule says. @throws invalid_request for a first version. */
  override(
    versions: readonly VersionRecord[],
    version: VersionRecord,
    bump?: OverrideBump
  ): Promise<void>;
}

interface SemanticsParts {
  database: Database;
  tracking: TrackingService;
  clock: Clock;
}

/** Files of a version may still be on their way for so long after it was registered. */
const ON_ITS_WAY = 10 * 60 * 1000;
/** Of a list of all models: those that were never looked at are looked at when their model is shown. */
const MOST_AT_ONCE = 100;
const LARGEST_MLMODEL = 4 * 1024 * 1024;

export const semanticKey = ({ model, version }: { model: number; version: number }) =>
  `${model}/${version}`;

export function createModelSemantics({
  database,
  tracking,
  clock
}: SemanticsParts): ModelSemantics {
  /** The rows of versions that have none yet, each against the one before it. */
  async function findMissing(
    versions: readonly VersionRecord[],
    known: ReadonlyMap<string, ModelSemanticRow>
  ): Promise<ModelSemanticRow[]> {
    const rows: ModelSemanticRow[] = [];
    for (const [model, own] of Map.groupBy(versions, version => version.model)) {
      const sorted = own.toSorted((a, b) => a.version - b.version);
      let last: { version: VersionRecord; surface: Surface } | undefined;
      for (const version of sorted) {
        const there = known.get(semanticKey(version));
        const surface = there
          ? (JSON.parse(there.surface) as Surface)
          : await readSurface(tracking, version);
        if (!there) {
          const { bump, reason } = last ? await judge(last, { version, surface }) : FIRST;
          const row = { model, version: version.version, bump, reason, override: null };
          rows.push({ ...row, surface: JSON.stringify(surface) });
        }
        last = { version, surface };
      }
    }
    return rows;
  }

  async function judge(
    before: { version: VersionRecord; surface: Surface },
    after: { version: VersionRecord; surface: Surface }
  ): Promise<Verdict> {
    const [was, is] = [before.version, after.version];
    const [current, candidate] = await withRuns(tracking, [was, is]);
    const isSameRun = was.run_id !== null && was.run_id === is.run_id;
    const cells = isSameRun
      ? []
      : compareCells(await cellsOf(tracking, was), await cellsOf(tracking, is));
    return modelVerdict(before.surface, after.surface, {
      isSameModel: was.storage_location === is.storage_location,
      isSameRun,
      params: compareParams(current, candidate!),
      cells: cells.map(({ cell }) => cell)
    });
  }

  async function rowsOf(
    versions: readonly VersionRecord[],
    model: number | undefined
  ): Promise<ModelSemanticRow[]> {
    const stored = await listSemantics(database.read, model);
    const known = new Map(stored.map(row => [semanticKey(row), row]));
    const missing = versions.filter(version => !known.has(semanticKey(version)));
    if (missing.length === 0 || (model === undefined && missing.length > MOST_AT_ONCE))
      return stored;
    const fresh = await findMissing(versions, known);
    const records = new Map(versions.map(version => [semanticKey(version), version]));
    const settled = fresh.filter(
      row =>
        (JSON.parse(row.surface) as Surface).flavors.length > 0 ||
        clock() - records.get(semanticKey(row))!.created_time > ON_ITS_WAY
    );
    if (settled.length > 0) await database.write(db => addSemantics(db, settled));
    return [...stored, ...fresh].sort((a, b) => a.model - b.model || a.version - b.version);
  }

  return {
    async read(versions, model) {
      const found = new Map<string, SemanticVersion>();
      let last: ModelSemanticRow | undefined;
      for (const row of await rowsOf(versions, model)) {
        const before = last?.model === row.model ? found.get(semanticKey(last)) : undefined;
        const verdict = { bump: row.bump as Exclude<Bump, 'first'>, reason: row.reason };
        const override = (row.override ?? undefined) as OverrideBump | undefined;
        found.set(semanticKey(row), bumped(before, verdict, override));
        last = row;
      }
      return found;
    },
    async override(versions, version, bump) {
      const row = (await rowsOf(versions, version.model)).find(
        one => one.version === version.version
      )!;
      if (row.bump === 'first') {
        throw problem(
          'invalid_request',
          `Version ${version.version} of "${version.name}" is the first one, so it is 1.0.0`,
          { remedy: 'Decide for one of the versions after it' }
        );
      }
      await database.write(async db => {
        // What is still only thought is written down with the decision.
        await addSemantics(db, [row]);
        await setOverride(db, version, bump ?? null);
      });
    }
  };
}

/** Read as text; nothing is unpickled to look. A version without readable files has no surface. */
async function readSurface(
  { mlflow }: Pick<TrackingService, 'mlflow'>,
  { storage_location: location }: VersionRecord
): Promise<Surface> {
  try {
    const { store, path } = mlflow.artifacts.at(location, 'MLmodel');
    const { content, bytes } = await store.get(path, { start: 0, end: LARGEST_MLMODEL });
    if (bytes > LARGEST_MLMODEL) {
      content.destroy();
      return { flavors: [] };
    }
    const text = Buffer.concat(await content.toArray()).toString('utf8');
    const model = parseYaml(text, { maxAliasCount: 0 }) as Record<string, unknown>;
    const { flavors, signature } = model;
    return {
      flavors: Object.keys((flavors ?? {}) as object).sort(),
      ...(signature ? { signature: readSignature(signature) } : {})
    };
  } catch {
    return { flavors: [] };
  }
}
