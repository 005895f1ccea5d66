import { dirname } from 'node:path';
import type { Db } from '../database/open.ts';
import { createStatement } from '../database/statement.ts';
import type { Selectable } from 'kysely';
import type { CellExecutionRow, SessionRow } from '../database/tables/tracking.ts';

export type Session = Selectable<SessionRow>;
export type Cell = Selectable<CellExecutionRow>;

export const findSession = (db: Db, id: string): Promise<Session | undefined> =>
  db.selectFrom('sessions').selectAll().where('session_id', '=', id).executeTakeFirst();

/** The newest session of the notebook that is not over: the kernel's own, or one of logging APIs alone. */
export const findLiveSession = (
  db: Db,
  notebook: string,
  apiOnly: boolean
): Promise<Session | undefined> =>
  db
    .selectFrom('sessions')
    .selectAll()
    .where('notebook', '=', notebook)
    .where('api_only', '=', Number(apiOnly))
    .where('of_pipeline', '=', 0)
    .where('ended_at', 'is', null)
    .orderBy('started_at', 'desc')
    .limit(1)
    .executeTakeFirst();

/** Where the renames of a notebook, or of a folder that it was in, have led. */
export async function findMoved(db: Db, path: string): Promise<string | undefined> {
  const above = [path];
  for (let folder = dirname(path); folder !== above.at(-1); folder = dirname(folder))
    above.push(folder);
  const moves = await db
    .selectFrom('notebook_moves')
    .selectAll()
    .where('from_path', 'in', above)
    .execute();
  // Of the nearest.
  const [move] = moves.sort((a, b) => b.from_path.length - a.from_path.length);
  return move && move.to_path + path.slice(move.from_path.length);
}

export async function saveSession(db: Db, session: Session): Promise<void> {
  await db
    .insertInto('sessions')
    .values(session)
    .onConflict(conflict => conflict.column('session_id').doUpdateSet(session))
    .execute();
}

/** Sessions whose automatic run is still open. */
export const sessionsWithOpenRun = (db: Db): Promise<Session[]> =>
  db
    .selectFrom('sessions')
    .innerJoin('runs', 'runs.run_id', 'sessions.run_id')
    .selectAll('sessions')
    .where('runs.state', '=', 'running')
    .where('sessions.closed', '=', 0)
    .execute();

const updateClosed = createStatement<never>(db =>
  db.updateTable('sessions').set({ closed: 0 }).where('run_id', '=', '')
);

export async function setClosed(db: Db, runId: string, closed: boolean): Promise<void> {
  await updateClosed(db, [Number(closed), runId]);
}

/** Claims the ids. @returns those never seen before. */
export async function claimEvents(
  db: Db,
  ids: readonly string[],
  now: number
): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const claimed = await db
    .insertInto('session_events')
    .values(ids.map(event_id => ({ event_id, seen_at: now })))
    .onConflict(conflict => conflict.doNothing())
    .returning('event_id')
    .execute();
  return new Set(claimed.map(({ event_id }) => event_id));
}

export const forgetEvents = (db: Db, before: number) =>
  db.deleteFrom('session_events').where('seen_at', '<', before).execute();

export const findCell = (
  db: Db,
  sessionId: string,
  executionId: string
): Promise<Cell | undefined> =>
  db
    .selectFrom('cell_executions')
    .selectAll()
    .where('session_id', '=', sessionId)
    .where('execution_id', '=', executionId)
    .executeTakeFirst();

export async function saveCell(db: Db, cell: Cell): Promise<void> {
  await db
    .insertInto('cell_executions')
    .values(cell)
    .onConflict(conflict => conflict.columns(['session_id', 'execution_id']).doUpdateSet(cell))
    .execute();
}

/** The cell that runs now: the one begun last, when several say so. */
export const findRunningCell = (db: Db, sessionId: string): Promise<Cell | undefined> =>
  db
    .selectFrom('cell_executions')
    .selectAll()
    .where('session_id', '=', sessionId)
    .where('state', '=', 'running')
    .orderBy('start_time', 'desc')
    .limit(1)
    .executeTakeFirst();

/** The kernel is gone: what ran in it no longer does. @returns the cells. */
export const abortRunningCells = (db: Db, sessionId: string, time: number): Promise<Cell[]> =>
  db
    .updateTable('cell_executions')
    .set({ state: 'aborted', end_time: time })
    .where('session_id', '=', sessionId)
    .where('state', '=', 'running')
    .returningAll()
    .execute();

export async function lastEndOfCells(db: Db, runId: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('cell_executions')
    .select(eb => eb.fn.max('end_time').as('end'))
    .where('run_id', '=', runId)
    .executeTakeFirst();
  return row?.end ?? undefined;
}

export const cellsOfRun = (db: Db, runId: string): Promise<Cell[]> =>
  db
    .selectFrom('cell_executions')
    .selectAll()
    .where('run_id', '=', runId)
    .orderBy('start_time')
    .orderBy('execution_id')
    .execute();

/** Cells of a session that ran at some moment between two times. */
export const cellsBetween = (
  db: Db,
  sessionId: string,
  from: number,
  to: number
): Promise<Cell[]> =>
  db
    .selectFrom('cell_executions')
    .selectAll()
    .where('session_id', '=', sessionId)
    .where('start_time', '<=', to)
    .where(eb => eb.or([eb('end_time', 'is', null), eb('end_time', '>=', from)]))
    .orderBy('start_time')
    .orderBy('execution_id')
    .execute();

/** What ran in the session since a time, first to last; of very many the last ones. */
export async function cellsSince(
  db: Db,
  sessionId: string,
  since: number,
  most: number
): Promise<Cell[]> {
  const found = await db
    .selectFrom('cell_executions')
    .selectAll()
    .where('session_id', '=', sessionId)
    .where('start_time', '>=', since)
    .orderBy('start_time', 'desc')
    .orderBy('execution_id', 'desc')
    .limit(most)
    .execute();
  return found.reverse();
}

export async function noteCellMetrics(
  db: Db,
  sessionId: string,
  executionId: string,
  keys: readonly string[]
): Promise<void> {
  if (keys.length === 0) return;
  await db
    .insertInto('cell_metrics')
    .values(keys.map(key => ({ session_id: sessionId, execution_id: executionId, key })))
    .onConflict(conflict => conflict.doNothing())
    .execute();
}

/** Keys of metrics by execution. */
export async function metricsOfCells(
  db: Db,
  sessionIds: readonly string[]
): Promise<Map<string, string[]>> {
  if (sessionIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('cell_metrics')
    .selectAll()
    .where('session_id', 'in', sessionIds)
    .execute();
  const byCell = Map.groupBy(rows, row => `${row.session_id} ${row.execution_id}`);
  return new Map([...byCell].map(([cell, found]) => [cell, found.map(({ key }) => key)]));
}
