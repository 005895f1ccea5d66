// Datasets of experiments, as MLflow's pages list them.
import type { z } from 'zod';
import type * as wire from '../contract/mlflow-experiments.ts';
import { problem } from '../contract/problem.ts';
import type { Database } from '../database/open.ts';
import { readDatasetUses } from './dataset-store.ts';
import { experimentNumbers } from './experiments.ts';

const MOST_EXPERIMENTS = 20;
const MOST_SUMMARIES = 1000;
const CONTEXT_TAG = 'mlflow.data.context';

export function createDatasetSearch({ read }: Database) {
  return async ({ experiment_ids }: z.output<typeof wire.searchDatasets.request>) => {
    if (experiment_ids.length === 0) {
      throw problem(
        'invalid_request',
        'SearchDatasets request must specify at least one experiment_id.'
      );
    }
    if (experiment_ids.length > MOST_EXPERIMENTS) {
      throw problem(
        'invalid_request',
        `SearchDatasets request cannot specify more than ${MOST_EXPERIMENTS} experiment_ids. Received ${experiment_ids.length} experiment_ids.`
      );
    }
    const uses = await readDatasetUses(read, experimentNumbers(experiment_ids), MOST_SUMMARIES);
    const summaries = uses.map(({ experiment_id, name, digest, tags }) => ({
      experiment_id: String(experiment_id),
      name,
      digest,
      context: tags.find(({ key }) => key === CONTEXT_TAG)?.value
    }));
    // Uses that differ only in other tags are one summary.
    const distinct = new Map(summaries.map(summary => [JSON.stringify(summary), summary]));
    return { dataset_summaries: [...distinct.values()] };
  };
}
