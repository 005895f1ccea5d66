// Removes for good what was deleted. Files go first: what is interrupted is still marked as deleted, and goes the next time.
import type { ArtifactPlaces } from '../artifacts/artifact-places.ts';
import type { InputOf, ResponseOf } from '../contract/operation.ts';
import type { purge } from '../contract/purge.ts';
import type { Database } from '../database/open.ts';
import { listRecursively } from './artifacts.ts';
import * as store from './purge-store.ts';

/** One transaction holds up everybody behind it. */
const CHUNK = 50;

/** What a registered version needs, by the run or logged model that it came from. */
export interface Held {
  runs: ReadonlySet<string>;
  models: ReadonlySet<string>;
}

export interface PurgeParts {
  database: Database;
  artifacts: ArtifactPlaces;
  held(): Promise<Held>;
}

export function createPurge({ database, artifacts, held }: PurgeParts) {
  /** @returns how much it was; files at an address that is not ours to open are left alone. */
  async function removeFiles(
    uri: string,
    dryRun: boolean
  ): Promise<{ files: number; bytes: number }> {
    const place = artifacts.find(uri);
    // Never a whole store, whatever an address may say.
    if (!place || place.path === '') return { files: 0, bytes: 0 };
    const found = await listRecursively(place);
    if (!dryRun) await place.store.delete(place.path.replace(/\/artifacts$/, ''));
    return { files: found.length, bytes: found.reduce((sum, { bytes }) => sum + bytes, 0) };
  }

  return async ({ dryRun }: InputOf<typeof purge>): Promise<ResponseOf<typeof purge>> => {
    const deleted = await store.listDeleted(database.read);
    const needed = await held();
    const runs = deleted.runs.filter(({ run_id }) => !needed.runs.has(run_id));
    const models = deleted.models.filter(({ model_id }) => !needed.models.has(model_id));
    const done = {
      runs: runs.length,
      models: models.length,
      experiments: 0,
      files: 0,
      bytes: 0,
      held: deleted.runs.length - runs.length + deleted.models.length - models.length
    };
    const count = ({ files, bytes }: { files: number; bytes: number }) => {
      done.files += files;
      done.bytes += bytes;
    };

    for (const { location } of models) count(await removeFiles(location, dryRun));
    for (const { artifact_uri } of runs) count(await removeFiles(artifact_uri, dryRun));
    if (dryRun) return { ...done, experiments: deleted.experiments.length };

    for (const ids of chunksOf(models.map(({ model_id }) => model_id)))
      await database.write(db => store.removeModels(db, ids));
    for (const ids of chunksOf(runs.map(({ run_id }) => run_id)))
      await database.write(db => store.removeRuns(db, ids));
    for (const { experiment_id, artifact_location } of deleted.experiments) {
      if (!(await database.write(db => store.removeExperiment(db, experiment_id)))) continue;
      count(await removeFiles(artifact_location, false));
      done.experiments += 1;
    }
    return done;
  };
}

function chunksOf<Item>(items: readonly Item[]): Item[][] {
  const chunks: Item[][] = [];
  for (let at = 0; at < items.length; at += CHUNK) chunks.push(items.slice(at, at + CHUNK));
  return chunks;
}
