// How much is recorded, without reading it: for whoever asks often.
import type { Db } from '../database/open.ts';

export interface RecordedRuns {
  /** Made by cells of notebooks. */
  runs: number;
  notebooks: number;
  newest: { runId: string; notebook: string } | undefined;
  /** The newest run that has logged a model. */
  withModel: string | undefined;
}

export async function readRecorded(db: Db): Promise<RecordedRuns> {
  const recorded = db
    .selectFrom('runs')
    .where('lifecycle', '=', 'active')
    .where('session_id', 'is not', null)
    .where('notebook', 'is not', null);
  const { runs, notebooks } = await recorded
    .select(({ fn }) => [
      fn.countAll<number>().as('runs'),
      fn.count<number>('notebook').distinct().as('notebooks')
    ])
    .executeTakeFirstOrThrow();
  const newest = await recorded
    .select(['run_id', 'notebook'])
    .orderBy('start_time', 'desc')
    .orderBy('run_id')
    .limit(1)
    .executeTakeFirst();
  const withModel = await db
    .selectFrom('logged_models')
    .innerJoin('runs', 'runs.run_id', 'logged_models.source_run_id')
    .select('runs.run_id')
    .where('runs.lifecycle', '=', 'active')
    .where('logged_models.lifecycle', '=', 'active')
    .orderBy('runs.start_time', 'desc')
    .limit(1)
    .executeTakeFirst();
  return {
    runs: Number(runs),
    notebooks: Number(notebooks),
    newest: newest && { runId: newest.run_id, notebook: newest.notebook! },
    withModel: withModel?.run_id
  };
}
