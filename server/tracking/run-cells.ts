// What each cell of a run did, or of a kernel.
import type { CellExecution } from '../contract/tracking.ts';
import type { Db } from '../database/open.ts';
import type { Clock } from '../events/clock.ts';
import { factsOf } from './run-facts.ts';
import type { Run } from './run-store.ts';
import * as cells from './session-store.ts';

/** The cells of the session's own run; for a client's run those that ran while it did. */
export async function readRunCells(read: Db, run: Run, clock: Clock): Promise<CellExecution[]> {
  let found = await cells.cellsOfRun(read, run.run_id);
  if (found.length === 0 && run.session_id !== null) {
    found = await cells.cellsBetween(read, run.session_id, run.start_time, run.end_time ?? clock());
  }
  const keys = await cells.metricsOfCells(read, [...new Set(found.map(cell => cell.session_id))]);
  return found.map(cell => ({
    ...toExecution(cell),
    // Of a run that was given up for dead nothing goes on.
    state: cell.state === 'running' && run.state === 'killed' ? 'aborted' : cell.state,
    metrics: keys.get(`${cell.session_id} ${cell.execution_id}`) ?? []
  }));
}

const MOST_EXECUTIONS = 5000;

/** What ran in the session's kernel since its process began, first to last; nothing of a kernel that is gone. */
export async function readSessionCells(
  read: Db,
  sessionId: string
): Promise<Omit<CellExecution, 'metrics'>[]> {
  const session = await cells.findSession(read, sessionId);
  if (!session) return [];
  const since = Math.max(factsOf(session).kernelStarted ?? 0, session.ended_at ?? 0);
  return (await cells.cellsSince(read, sessionId, since, MOST_EXECUTIONS)).map(toExecution);
}

function toExecution(cell: cells.Cell): Omit<CellExecution, 'metrics'> {
  return {
    executionId: cell.execution_id,
    cellId: cell.cell_id ?? undefined,
    step: cell.step ?? undefined,
    count: cell.count ?? undefined,
    source: cell.source,
    state: cell.state,
    startTime: cell.start_time,
    endTime: cell.end_time ?? undefined,
    error:
      cell.error_name === null
        ? undefined
        : { name: cell.error_name, value: cell.error_value ?? '' },
    changes: JSON.parse(cell.changes) as CellExecution['changes']
  };
}
