import type { Database } from '../database/open.ts';
import type { PipelineVersionRow, VersionRunRow } from '../database/tables/pipelines.ts';

/** Which runs were made from which version. */
export interface VersionRunStore {
  versionOfRun(runId: string): Promise<VersionRunRow | undefined>;
  /** Those of the runs whose version is known. */
  linkedRuns(runIds: readonly string[]): Promise<string[]>;
  linkRun(runId: string, version: PipelineVersionRow): Promise<void>;
  runsOfVersion(version: PipelineVersionRow): Promise<string[]>;
  /** The runs of all versions of a pipeline. */
  runsOfPipeline(pipelineId: string): Promise<{ run_id: string; branch: string; number: number }[]>;
}

export function createVersionRunStore({ read, write }: Database): VersionRunStore {
  const ids = (rows: readonly { run_id: string }[]) => rows.map(({ run_id }) => run_id);
  return {
    versionOfRun: runId =>
      read.selectFrom('version_runs').selectAll().where('run_id', '=', runId).executeTakeFirst(),
    async linkedRuns(runIds) {
      if (runIds.length === 0) return [];
      const query = read.selectFrom('version_runs').select('run_id');
      return ids(await query.where('run_id', 'in', [...runIds]).execute());
    },
    linkRun: (runId, { pipeline_id, branch, commit_id }) =>
      write(async db => {
        await db
          .insertInto('version_runs')
          .values({ run_id: runId, pipeline_id, branch, commit_id })
          .onConflict(conflict => conflict.doNothing())
          .execute();
      }),
    async runsOfVersion({ pipeline_id: pipelineId, commit_id: commit }) {
      const query = read
        .selectFrom('version_runs')
        .select('run_id')
        .where('pipeline_id', '=', pipelineId)
        .where('commit_id', '=', commit);
      return ids(await query.execute());
    },
    runsOfPipeline: pipelineId =>
      read
        .selectFrom('version_runs as made')
        .innerJoin('pipeline_versions as version', join =>
          join
            .onRef('version.pipeline_id', '=', 'made.pipeline_id')
            .onRef('version.branch', '=', 'made.branch')
            .onRef('version.commit_id', '=', 'made.commit_id')
        )
        .select(['made.run_id', 'made.branch', 'version.number'])
        .where('made.pipeline_id', '=', pipelineId)
        .execute()
  };
}
