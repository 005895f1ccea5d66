import type { Db } from '../database/open.ts';

export interface Deleted {
  runs: { run_id: string; artifact_uri: string }[];
  models: { model_id: string; location: string }[];
  experiments: { experiment_id: number; artifact_location: string }[];
}

export async function listDeleted(db: Db): Promise<Deleted> {
  const experiments = await db
    .selectFrom('experiments')
    .select(['experiment_id', 'artifact_location'])
    .where('lifecycle', '=', 'deleted')
    .execute();
  const runs = await db
    .selectFrom('runs')
    .select(['run_id', 'artifact_uri'])
    .where('lifecycle', '=', 'deleted')
    .execute();
  const gone = experiments.map(({ experiment_id }) => experiment_id);
  const models = await db
    .selectFrom('logged_models')
    .select(['model_id', 'location'])
    .where(({ eb, or }) =>
      or([
        eb('lifecycle', '=', 'deleted'),
        ...(gone.length > 0 ? [eb('experiment_id', 'in', gone)] : [])
      ])
    )
    .execute();
  return { runs, models, experiments };
}

/** Everything that hangs on the runs, then the runs. */
export async function removeRuns(db: Db, ids: readonly string[]): Promise<void> {
  const series = db.selectFrom('metric_series').select('series_id').where('run_id', 'in', ids);
  await db.deleteFrom('metric_points').where('series_id', 'in', series).execute();
  for (const table of [
    'metric_series',
    'params',
    'tags',
    'run_datasets',
    'run_models',
    'logged_model_metrics'
  ] as const)
    await db.deleteFrom(table).where('run_id', 'in', ids).execute();
  // What a kernel did stays its history; it only led nowhere.
  await db.updateTable('sessions').set({ run_id: null }).where('run_id', 'in', ids).execute();
  await db
    .updateTable('cell_executions')
    .set({ run_id: null })
    .where('run_id', 'in', ids)
    .execute();
  await db.deleteFrom('runs').where('run_id', 'in', ids).execute();
}

export async function removeModels(db: Db, ids: readonly string[]): Promise<void> {
  for (const table of [
    'logged_model_params',
    'logged_model_tags',
    'logged_model_metrics',
    'run_models',
    'logged_models'
  ] as const)
    await db.deleteFrom(table).where('model_id', 'in', ids).execute();
}

/** @returns whether it is gone: one that still holds a run or a model stays. */
export async function removeExperiment(db: Db, id: number): Promise<boolean> {
  const held =
    (await db
      .selectFrom('runs')
      .select('run_id')
      .where('experiment_id', '=', id)
      .limit(1)
      .executeTakeFirst()) ??
    (await db
      .selectFrom('logged_models')
      .select('model_id')
      .where('experiment_id', '=', id)
      .limit(1)
      .executeTakeFirst());
  if (held) return false;
  for (const table of ['datasets', 'experiment_tags', 'experiments'] as const)
    await db.deleteFrom(table).where('experiment_id', '=', id).execute();
  return true;
}
