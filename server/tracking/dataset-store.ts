import type { Db } from '../database/open.ts';
import type { KeyValue } from '../contract/mlflow.ts';

export interface DatasetUse {
  experiment_id: number;
  name: string;
  digest: string;
  /** Tags of one use of it by a run. */
  tags: KeyValue[];
}

/** Every distinct use of a dataset by runs of these experiments. */
export async function readDatasetUses(
  db: Db,
  experiments: readonly number[],
  limit: number
): Promise<DatasetUse[]> {
  if (experiments.length === 0) return [];
  const rows = await db
    .selectFrom('run_datasets')
    .innerJoin('datasets', 'datasets.dataset_id', 'run_datasets.dataset_id')
    .select(['datasets.experiment_id', 'datasets.name', 'datasets.digest', 'run_datasets.tags'])
    .distinct()
    .where('datasets.experiment_id', 'in', experiments)
    .orderBy('datasets.experiment_id')
    .orderBy('datasets.name')
    .orderBy('datasets.digest')
    .orderBy('run_datasets.tags')
    .limit(limit)
    .execute();
  return rows.map(row => ({ ...row, tags: JSON.parse(row.tags) as KeyValue[] }));
}
