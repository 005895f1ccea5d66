import type { Database } from '../database/open.ts';
import type {
  DatasetContentRow,
  PipelineRow,
  PipelineVersionRow,
  StepFileRow
} from '../database/tables/pipelines.ts';

export interface VersionsAsked {
  pipelineId: string;
  branch: string;
  limit?: number | undefined;
  /** Only versions with a smaller number. */
  before?: number | undefined;
}

export interface PipelineStore {
  find(pipelineId: string): Promise<PipelineRow | undefined>;
  /** The one captured last from there. */
  findByPath(path: string): Promise<PipelineRow | undefined>;
  list(): Promise<PipelineRow[]>;
  save(row: PipelineRow): Promise<void>;
  /** The newest commit that is known of a branch, revisions included. */
  lastCommit(pipelineId: string, branch: string): Promise<PipelineVersionRow | undefined>;
  addVersions(rows: PipelineVersionRow[]): Promise<void>;
  forgetVersions(pipelineId: string, branch: string): Promise<void>;
  /** Without revisions, newest first. */
  versions(asked: VersionsAsked): Promise<PipelineVersionRow[]>;
  /** Those up to a moment, newest first, then those after it, oldest first; at most so many of either. */
  versionsAround(
    line: { pipelineId: string; branch: string },
    time: number,
    limit: number
  ): Promise<PipelineVersionRow[]>;
  countVersions(pipelineId: string, branch: string): Promise<number>;
  /** The version of that number, or the commit of that semantic version. */
  version(
    pipelineId: string,
    branch: string,
    which: { number: number } | { semantic: string } | { commit: string }
  ): Promise<PipelineVersionRow | undefined>;
  schemas(notebook: string): Promise<{ step: string; name: string; schema: string }[]>;
  saveSchemas(
    notebook: string,
    schemas: readonly { step: string; name: string; schema: string }[]
  ): Promise<void>;
  /** What the steps of a notebook last read and wrote, with what is known of the content. */
  filesOf(notebook: string): Promise<(StepFileRow & DatasetContentRow)[]>;
  /** Paths where that content was seen, the first one first. */
  pathsOf(contentId: string): Promise<string[]>;
  knowsContent(contentId: string): Promise<boolean>;
  saveContent(row: DatasetContentRow): Promise<void>;
  /** In place of what is known of those steps. */
  saveFiles(notebook: string, steps: string[], rows: StepFileRow[]): Promise<void>;
}

/** SQLite takes some thirty thousand values in one statement; a version has fifteen. */
const ROWS_AT_ONCE = 500;

export function createPipelineStore({ read, write }: Database): PipelineStore {
  const versionsOf = (pipelineId: string, branch: string) =>
    read
      .selectFrom('pipeline_versions')
      .where('pipeline_id', '=', pipelineId)
      .where('branch', '=', branch);
  return {
    find: pipelineId =>
      read
        .selectFrom('pipelines')
        .selectAll()
        .where('pipeline_id', '=', pipelineId)
        .executeTakeFirst(),
    findByPath: path =>
      read
        .selectFrom('pipelines')
        .selectAll()
        .where('path', '=', path)
        .orderBy('captured_time', 'desc')
        .executeTakeFirst(),
    list: () => read.selectFrom('pipelines').selectAll().orderBy('captured_time', 'desc').execute(),
    save: row =>
      write(async db => {
        const { path, keyed, captured_time } = row;
        await db
          .insertInto('pipelines')
          .values(row)
          .onConflict(conflict =>
            conflict.column('pipeline_id').doUpdateSet({ path, keyed, captured_time })
          )
          .execute();
      }),
    lastCommit: (pipelineId, branch) =>
      versionsOf(pipelineId, branch)
        .selectAll()
        .orderBy('position', 'desc')
        .limit(1)
        .executeTakeFirst(),
    addVersions: rows =>
      write(async db => {
        for (let at = 0; at < rows.length; at += ROWS_AT_ONCE)
          await db
            .insertInto('pipeline_versions')
            .values(rows.slice(at, at + ROWS_AT_ONCE))
            .onConflict(conflict => conflict.doNothing())
            .execute();
      }),
    forgetVersions: (pipelineId, branch) =>
      write(async db => {
        for (const table of ['pipeline_versions', 'step_lines', 'followed_versions'] as const)
          await db
            .deleteFrom(table)
            .where('pipeline_id', '=', pipelineId)
            .where('branch', '=', branch)
            .execute();
      }),
    versions({ pipelineId, branch, limit, before }) {
      let query = versionsOf(pipelineId, branch)
        .selectAll()
        .where('revision', '=', 0)
        .orderBy('number', 'desc');
      if (limit !== undefined) query = query.limit(limit);
      if (before !== undefined) query = query.where('number', '<', before);
      return query.execute();
    },
    async versionsAround({ pipelineId, branch }, time, limit) {
      const versions = versionsOf(pipelineId, branch)
        .selectAll()
        .where('revision', '=', 0)
        .limit(limit);
      const [before, after] = await Promise.all([
        versions.where('time', '<=', time).orderBy('number', 'desc').execute(),
        versions.where('time', '>', time).orderBy('number', 'asc').execute()
      ]);
      return [...before, ...after];
    },
    async countVersions(pipelineId, branch) {
      const row = await versionsOf(pipelineId, branch)
        .select(({ fn }) => fn.countAll().as('count'))
        .where('revision', '=', 0)
        .executeTakeFirst();
      return Number(row?.count ?? 0);
    },
    version(pipelineId, branch, which) {
      const query = versionsOf(pipelineId, branch).selectAll();
      if ('number' in which)
        return query
          .where('number', '=', which.number)
          .where('revision', '=', 0)
          .executeTakeFirst();
      if ('commit' in which) return query.where('commit_id', '=', which.commit).executeTakeFirst();
      return query
        .where('semantic_version', '=', which.semantic)
        .orderBy('position', 'desc')
        .executeTakeFirst();
    },
    schemas: notebook =>
      read
        .selectFrom('value_schemas')
        .select(['step', 'name', 'schema'])
        .where('notebook', '=', notebook)
        .execute(),
    saveSchemas: (notebook, schemas) =>
      write(async db => {
        for (const { step, name, schema } of schemas)
          await db
            .insertInto('value_schemas')
            .values({ notebook, step, name, schema })
            .onConflict(conflict =>
              conflict.columns(['notebook', 'step', 'name']).doUpdateSet({ schema })
            )
            .execute();
      }),
    filesOf: notebook =>
      read
        .selectFrom('step_files')
        .innerJoin('dataset_contents', 'dataset_contents.content_id', 'step_files.content_id')
        .selectAll('step_files')
        .select(['dataset_contents.bytes', 'dataset_contents.row_count', 'dataset_contents.schema'])
        .where('notebook', '=', notebook)
        .orderBy('path')
        .execute(),
    async pathsOf(contentId) {
      const rows = await read
        .selectFrom('step_files')
        .select('path')
        .where('content_id', '=', contentId)
        .orderBy('seen_time')
        .execute();
      return rows.map(({ path }) => path);
    },
    async knowsContent(contentId) {
      const query = read.selectFrom('dataset_contents').where('content_id', '=', contentId);
      return (await query.select('content_id').executeTakeFirst()) !== undefined;
    },
    saveContent: row =>
      write(async db => {
        await db
          .insertInto('dataset_contents')
          .values(row)
          .onConflict(conflict => conflict.doNothing())
          .execute();
      }),
    saveFiles: (notebook, steps, rows) =>
      write(async db => {
        await db
          .deleteFrom('step_files')
          .where('notebook', '=', notebook)
          .where('step', 'in', steps)
          .execute();
        if (rows.length > 0) await db.insertInto('step_files').values(rows).execute();
      })
  };
}
