import type { Database } from '../database/open.ts';
import type { PipelineRow } from '../database/tables/pipelines.ts';

export interface PipelineStore {
  find(pipelineId: string): Promise<PipelineRow | undefined>;
  /** The one captured last from there. */
  findByPath(path: string): Promise<PipelineRow | undefined>;
  list(): Promise<PipelineRow[]>;
  save(row: PipelineRow): Promise<void>;
}

export function createPipelineStore(database: Database): PipelineStore {
  return {
    find: pipelineId =>
      database.read
        .selectFrom('pipelines')
        .selectAll()
        .where('pipeline_id', '=', pipelineId)
        .executeTakeFirst(),
    findByPath: path =>
      database.read
        .selectFrom('pipelines')
        .selectAll()
        .where('path', '=', path)
        .orderBy('captured_time', 'desc')
        .executeTakeFirst(),
    list: () =>
      database.read.selectFrom('pipelines').selectAll().orderBy('captured_time', 'desc').execute(),
    save: row =>
      database.write(async db => {
        const { path, keyed, captured_time } = row;
        await db
          .insertInto('pipelines')
          .values(row)
          .onConflict(conflict =>
            conflict.column('pipeline_id').doUpdateSet({ path, keyed, captured_time })
          )
          .execute();
      })
  };
}
