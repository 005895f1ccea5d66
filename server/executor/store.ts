import type { Database } from '../database/open.ts';
import type {
  ExecutorTables,
  PipelineRunRow,
  StepLogRow,
  StepRunRow
} from '../database/tables/executor.ts';

type FileRow = ExecutorTables['file_digests'];
type MarkRow = ExecutorTables['step_marks'];
export interface ResultRow {
  key: string;
  outputs: string;
  state_blob: string | null;
  files: string;
  log: string;
  time: number;
}

export interface ExecutorStore {
  /** Everything still running was left by a server that is gone. */
  failInterrupted(error: string, time: number): Promise<void>;
  addRun(run: PipelineRunRow, steps: StepRunRow[]): Promise<void>;
  saveRun(run: PipelineRunRow): Promise<void>;
  saveSteps(steps: StepRunRow[]): Promise<void>;
  /** The step's end with what can be reused of it, together or not at all. */
  endStep(step: StepRunRow, mark?: MarkRow, result?: ResultRow): Promise<void>;
  addLogs(lines: StepLogRow[]): Promise<void>;
  findRun(id: string): Promise<PipelineRunRow | undefined>;
  stepsOf(ids: string[]): Promise<StepRunRow[]>;
  listRuns(query: {
    limit: number;
    before?: string | undefined;
    notebook?: string | undefined;
  }): Promise<PipelineRunRow[]>;
  readLogs(id: string, after: number, step?: string): Promise<StepLogRow[]>;
  /** Newest first. */
  findResults(key: string): Promise<ResultRow[]>;
  findMarks(notebook: string): Promise<MarkRow[]>;
  findFile(path: string): Promise<FileRow | undefined>;
  saveFile(row: FileRow): Promise<void>;
}

const RESULTS_TRIED = 10;
const LINES_AT_ONCE = 5000;

export function createExecutorStore({ read, write }: Database): ExecutorStore {
  type Writer = Parameters<Parameters<Database['write']>[0]>[0];
  const saveStep = (db: Writer, { pipeline_run_id, position, ...changes }: StepRunRow) =>
    db
      .updateTable('step_runs')
      .set(changes)
      .where('pipeline_run_id', '=', pipeline_run_id)
      .where('position', '=', position)
      .execute();
  return {
    failInterrupted: (error, time) =>
      write(async db => {
        const lost = db
          .selectFrom('pipeline_runs')
          .select('pipeline_run_id')
          .where('state', '=', 'running');
        await db
          .updateTable('step_runs')
          .set({ state: 'failed', end_time: time, error })
          .where('state', '=', 'running')
          .where('pipeline_run_id', 'in', lost)
          .execute();
        await db
          .updateTable('step_runs')
          .set({ state: 'skipped', reason: 'The server ended before it could run' })
          .where('state', '=', 'waiting')
          .where('pipeline_run_id', 'in', lost)
          .execute();
        await db
          .updateTable('pipeline_runs')
          .set({ state: 'failed', end_time: time })
          .where('state', '=', 'running')
          .execute();
      }),
    addRun: (run, steps) =>
      write(async db => {
        await db.insertInto('pipeline_runs').values(run).execute();
        for (const step of steps) await db.insertInto('step_runs').values(step).execute();
      }),
    saveRun: ({ pipeline_run_id, ...changes }) =>
      write(async db => {
        await db
          .updateTable('pipeline_runs')
          .set(changes)
          .where('pipeline_run_id', '=', pipeline_run_id)
          .execute();
      }),
    saveSteps: steps =>
      write(async db => {
        for (const step of steps) await saveStep(db, step);
      }),
    endStep: (step, mark, result) =>
      write(async db => {
        await saveStep(db, step);
        if (result) await db.insertInto('step_results').values(result).execute();
        if (mark) {
          const { parts, failed } = mark;
          await db
            .insertInto('step_marks')
            .values(mark)
            .onConflict(conflict =>
              conflict.columns(['notebook', 'step']).doUpdateSet({ parts, failed })
            )
            .execute();
        }
      }),
    addLogs: lines =>
      write(async db => {
        for (const line of lines) await db.insertInto('step_logs').values(line).execute();
      }),
    findRun: id =>
      read
        .selectFrom('pipeline_runs')
        .selectAll()
        .where('pipeline_run_id', '=', id)
        .executeTakeFirst(),
    stepsOf: ids =>
      ids.length === 0
        ? Promise.resolve([])
        : read
            .selectFrom('step_runs')
            .selectAll()
            .where('pipeline_run_id', 'in', ids)
            .orderBy('position')
            .execute(),
    listRuns({ limit, before, notebook }) {
      let query = read
        .selectFrom('pipeline_runs')
        .selectAll()
        .orderBy('pipeline_run_id', 'desc')
        .limit(limit);
      if (notebook !== undefined) query = query.where('notebook', '=', notebook);
      if (before !== undefined) query = query.where('pipeline_run_id', '<', before);
      return query.execute();
    },
    readLogs(id, after, step) {
      let query = read
        .selectFrom('step_logs')
        .selectAll()
        .where('pipeline_run_id', '=', id)
        .where('seq', '>', after)
        .orderBy('seq')
        .limit(LINES_AT_ONCE);
      if (step !== undefined) query = query.where('step', '=', step);
      return query.execute();
    },
    findResults: key =>
      read
        .selectFrom('step_results')
        .select(['key', 'outputs', 'state_blob', 'files', 'log', 'time'])
        .where('key', '=', key)
        .orderBy('result_id', 'desc')
        .limit(RESULTS_TRIED)
        .execute(),
    findMarks: notebook =>
      read.selectFrom('step_marks').selectAll().where('notebook', '=', notebook).execute(),
    findFile: path =>
      read.selectFrom('file_digests').selectAll().where('path', '=', path).executeTakeFirst(),
    saveFile: row =>
      write(async db => {
        const { size, changed_time, digest } = row;
        await db
          .insertInto('file_digests')
          .values(row)
          .onConflict(conflict =>
            conflict.column('path').doUpdateSet({ size, changed_time, digest })
          )
          .execute();
      })
  };
}
