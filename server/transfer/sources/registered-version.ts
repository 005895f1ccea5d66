// A version of a registered model as MLflow's database, its file store and its server word it: they differ in little.
import type { CarriedVersion } from '../../contract/transfer.ts';
import { within } from '../mlflow-words.ts';
import { number, text } from './loose-values.ts';

interface Around {
  /** Where its files lie. */
  storageLocation: string;
  /** Where the files of a run or of a logged model lie. */
  rootOf(owner: { run: string } | { model: string }): unknown;
  tags: Record<string, string>;
}

export function readVersion(
  version: Record<string, unknown>,
  { storageLocation, rootOf, tags }: Around
): CarriedVersion {
  const source = text(version['source']);
  const run = text(version['run_id']);
  const model = text(version['model_id']) || /^models:\/(m-[\w-]+)/.exec(source)?.[1];
  const lies =
    (model ? within(storageLocation, rootOf({ model }), { model }) : undefined) ??
    (run ? within(storageLocation, rootOf({ run }), { run }) : undefined);
  return {
    version: number(version['version']),
    source,
    storageLocation,
    ...(lies ? { within: lies } : {}),
    ...(run ? { runId: run } : {}),
    runLink: text(version['run_link']),
    ...(model ? { loggedModelId: model } : {}),
    description: text(version['description']),
    stage: text(version['current_stage']) || 'None',
    // The database's columns have names of their own.
    createdAt: number(version['creation_timestamp'] ?? version['creation_time']),
    updatedAt: number(version['last_updated_timestamp'] ?? version['last_updated_time']),
    tags
  };
}
