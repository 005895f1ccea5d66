// Runs begun by hand within a session, what runs stood on, and which execution logged which stretch of a metric.
import { sql } from 'kysely';
import type { Selectable } from 'kysely';
import type { Db } from '../database/open.ts';
import type {
  CellPointsRow,
  FactKind,
  RunFileRow,
  SessionRunRow
} from '../database/tables/sessions.ts';
import type { Run } from './run-store.ts';
import type { Session } from './session-store.ts';

export type SessionRun = Selectable<SessionRunRow>;

export const findSessionRun = (
  db: Db,
  sessionId: string,
  key: string
): Promise<SessionRun | undefined> =>
  db
    .selectFrom('session_runs')
    .selectAll()
    .where('session_id', '=', sessionId)
    .where('run_key', '=', key)
    .executeTakeFirst();

/** Those that nobody has ended, the innermost last. */
export const openSessionRuns = (db: Db, sessionId: string): Promise<SessionRun[]> =>
  db
    .selectFrom('session_runs')
    .selectAll()
    .where('session_id', '=', sessionId)
    .where('ended_at', 'is', null)
    .orderBy('opened_at')
    .orderBy('run_key')
    .execute();

export async function saveSessionRun(db: Db, row: SessionRun): Promise<void> {
  await db
    .insertInto('session_runs')
    .values(row)
    .onConflict(conflict => conflict.columns(['session_id', 'run_key']).doUpdateSet(row))
    .execute();
}

/** Every run of the session in that state, whoever made it. */
export const runsOfSession = (db: Db, sessionId: string, state: Run['state']): Promise<Run[]> =>
  db
    .selectFrom('runs')
    .selectAll()
    .where('session_id', '=', sessionId)
    .where('state', '=', state)
    .where('lifecycle', '=', 'active')
    .execute();

/** Sessions with a run that nobody has ended, beside their own. */
export const sessionsWithRunning = (db: Db): Promise<Session[]> =>
  db
    .selectFrom('sessions')
    .selectAll()
    .where('session_id', 'in', eb =>
      eb
        .selectFrom('runs')
        .select('runs.session_id')
        .where('runs.state', '=', 'running')
        .where('runs.session_id', 'is not', null)
        .$castTo<{ session_id: string }>()
    )
    .execute();

export async function putFact(
  db: Db,
  runId: string,
  kind: FactKind,
  content: unknown
): Promise<void> {
  const row = { run_id: runId, kind, content: JSON.stringify(content) };
  await db
    .insertInto('run_facts')
    .values(row)
    .onConflict(conflict =>
      conflict.columns(['run_id', 'kind']).doUpdateSet({ content: row.content })
    )
    .execute();
}

export const factsOfRun = (db: Db, runId: string) =>
  db.selectFrom('run_facts').selectAll().where('run_id', '=', runId).execute();

export async function putEnvironment(db: Db, digest: string, content: string): Promise<void> {
  await db
    .insertInto('environments')
    .values({ digest, content })
    .onConflict(conflict => conflict.doNothing())
    .execute();
}

export const findEnvironment = async (db: Db, digest: string): Promise<string | undefined> =>
  (
    await db
      .selectFrom('environments')
      .select('content')
      .where('digest', '=', digest)
      .executeTakeFirst()
  )?.content;

/** The first that touched it is remembered, until somebody changes it: then what was in it is taken again. */
export async function putFiles(db: Db, rows: readonly RunFileRow[]): Promise<void> {
  if (rows.length === 0) return;
  await db
    .insertInto('run_files')
    .values([...rows])
    .onConflict(conflict =>
      conflict
        .columns(['run_id', 'path'])
        .doUpdateSet({
          bytes: sql.ref('excluded.bytes'),
          modified: sql.ref('excluded.modified'),
          execution_id: sql.ref('excluded.execution_id'),
          // Written once in the run, it is not what the run was given.
          written: sql<number>`case when run_files.written = 1 then 1 else excluded.written end`,
          content_id: null,
          row_count: null,
          schema: null
        })
        .where(({ or, eb }) =>
          or([
            eb('run_files.bytes', '<>', sql.ref<number>('excluded.bytes')),
            eb('run_files.modified', '<>', sql.ref<number>('excluded.modified'))
          ])
        )
    )
    .execute();
}

export const filesOfRun = (db: Db, runId: string): Promise<RunFileRow[]> =>
  db.selectFrom('run_files').selectAll().where('run_id', '=', runId).orderBy('path').execute();

/** Widens the stretches of the execution by what it has logged now. */
export async function noteStretches(db: Db, rows: readonly CellPointsRow[]): Promise<void> {
  for (const row of rows) {
    const known = await db
      .selectFrom('cell_points')
      .selectAll()
      .where('session_id', '=', row.session_id)
      .where('execution_id', '=', row.execution_id)
      .where('run_id', '=', row.run_id)
      .where('key', '=', row.key)
      .executeTakeFirst();
    const wider = known === undefined ? row : widened(known, row);
    await db
      .insertInto('cell_points')
      .values(wider)
      .onConflict(conflict =>
        conflict.columns(['session_id', 'execution_id', 'run_id', 'key']).doUpdateSet(wider)
      )
      .execute();
  }
}

export const stretchesOfRun = (db: Db, runId: string) =>
  db
    .selectFrom('cell_points')
    .leftJoin('cell_executions', join =>
      join
        .onRef('cell_executions.session_id', '=', 'cell_points.session_id')
        .onRef('cell_executions.execution_id', '=', 'cell_points.execution_id')
    )
    .selectAll('cell_points')
    .select(['cell_executions.cell_id', 'cell_executions.count'])
    .where('cell_points.run_id', '=', runId)
    .orderBy('cell_points.key')
    .orderBy('cell_points.first_time')
    .execute();

/** Cells that logged a key through an MLflow client, with the key's series in the run. */
export const listLoggingCells = (db: Db, runId: string, sessionId: string, until: number) =>
  db
    .selectFrom('cell_metrics')
    .innerJoin('cell_executions', join =>
      join
        .onRef('cell_executions.session_id', '=', 'cell_metrics.session_id')
        .onRef('cell_executions.execution_id', '=', 'cell_metrics.execution_id')
    )
    .innerJoin('metric_series', 'metric_series.key', 'cell_metrics.key')
    .where('cell_metrics.session_id', '=', sessionId)
    .where('metric_series.run_id', '=', runId)
    .where('cell_executions.start_time', '<=', until)
    .select([
      'metric_series.series_id',
      'metric_series.packs',
      'cell_metrics.key',
      'cell_executions.execution_id',
      'cell_executions.cell_id',
      'cell_executions.count',
      'cell_executions.start_time',
      'cell_executions.end_time'
    ])
    .execute();

/** What the repository was like at the session's last run before that time. */
export const gitOfSession = async (
  db: Db,
  sessionId: string,
  before: number
): Promise<string | undefined> =>
  (
    await db
      .selectFrom('run_facts')
      .innerJoin('runs', 'runs.run_id', 'run_facts.run_id')
      .select('run_facts.content')
      .where('runs.session_id', '=', sessionId)
      .where('run_facts.kind', '=', 'git')
      .where('runs.start_time', '<=', before)
      .orderBy('runs.start_time', 'desc')
      .limit(1)
      .executeTakeFirst()
  )?.content;

function widened(a: CellPointsRow, b: CellPointsRow): CellPointsRow {
  return {
    ...a,
    first_step: Math.min(a.first_step, b.first_step),
    last_step: Math.max(a.last_step, b.last_step),
    first_time: Math.min(a.first_time, b.first_time),
    last_time: Math.max(a.last_time, b.last_time),
    points: a.points + b.points
  };
}
