// Where MLflow's own calls meet the kernel session that makes them (its token names it).
import type { Db } from '../database/open.ts';
import type { KeyValue } from '../contract/mlflow.ts';
import type { Clock } from '../events/clock.ts';
import * as runs from './run-store.ts';
import { openSessionRuns, saveSessionRun } from './session-run-store.ts';
import * as store from './session-store.ts';

export const NOTEBOOK_TAG = 'stepladder.notebook';
export const SESSION_TAG = 'stepladder.session';
/** `notebook` or `script`: what logged the run. */
export const SOURCE_TAG = 'stepladder.source';

export interface SessionLinks {
  /** The session's automatic run, for the first client that asks for a run of its own. */
  adopt(db: Db, session: string | undefined): Promise<runs.Run | undefined>;
  /** The client's run becomes the session's run, when that has none yet. */
  lend(db: Db, session: string | undefined, runId: string): Promise<void>;
  /** The run that the session logs to now. */
  runOf(db: Db, session: string | undefined): Promise<string | undefined>;
  /** What a run made by this session is marked with. */
  placeOf(
    db: Db,
    session: string | undefined
  ): Promise<
    { columns: { notebook: string | null; session_id: string }; tags: KeyValue[] } | undefined
  >;
  /** Notes the keys at the cell that runs now. @returns its execution. */
  noteMetrics(
    db: Db,
    session: string | undefined,
    keys: readonly string[]
  ): Promise<string | undefined>;
  /** A client said how its run goes: from then on the rules of cells leave the run alone. */
  noteClientState(db: Db, runId: string, isOver: boolean): Promise<void>;
}

export function createSessionLinks(clock: Clock): SessionLinks {
  return {
    async adopt(db, id) {
      const session = id === undefined ? undefined : await store.findSession(db, id);
      const begun = session && (await adoptBegun(db, session.session_id));
      if (begun) return begun;
      if (!session?.run_id || session.adopted) return undefined;
      const run = await runs.findRun(db, session.run_id);
      if (run?.lifecycle !== 'active') return undefined;
      await store.saveSession(db, { ...session, adopted: 1 });
      if (run.state !== 'running')
        await runs.updateRun(db, run.run_id, { state: 'running', end_time: null });
      return run;
    },
    async lend(db, id, runId) {
      if (id === undefined) return;
      const session = (await store.findSession(db, id)) ?? newSession(id, clock());
      if (!session.run_id) await store.saveSession(db, { ...session, run_id: runId, adopted: 1 });
    },
    async runOf(db, id) {
      if (id === undefined) return undefined;
      return (await store.findSession(db, id))?.run_id ?? undefined;
    },
    async placeOf(db, id) {
      if (id === undefined) return undefined;
      const notebook = (await store.findSession(db, id))?.notebook ?? null;
      return { columns: { notebook, session_id: id }, tags: placeTags(id, notebook) };
    },
    async noteMetrics(db, id, keys) {
      const cell = id === undefined ? undefined : await store.findRunningCell(db, id);
      if (cell) await store.noteCellMetrics(db, cell.session_id, cell.execution_id, keys);
      return cell?.execution_id;
    },
    noteClientState: store.setClosed
  };
}

/** The innermost run that a logging API of the session has begun by hand. */
async function adoptBegun(db: Db, sessionId: string): Promise<runs.Run | undefined> {
  const innermost = (await openSessionRuns(db, sessionId)).at(-1);
  if (!innermost || innermost.adopted === 1) return undefined;
  const run = await runs.findRun(db, innermost.run_id);
  if (run?.lifecycle !== 'active') return undefined;
  await saveSessionRun(db, { ...innermost, adopted: 1 });
  return run;
}

export function placeTags(sessionId: string, notebook: string | null): KeyValue[] {
  const session = { key: SESSION_TAG, value: sessionId };
  return notebook === null ? [session] : [session, { key: NOTEBOOK_TAG, value: notebook }];
}

export function newSession(id: string, now: number): store.Session {
  return {
    session_id: id,
    notebook: null,
    kernel: null,
    hooked: 0,
    api_only: 0,
    of_pipeline: 0,
    started_at: now,
    last_seen: now,
    ended_at: null,
    run_id: null,
    adopted: 0,
    closed: 0,
    first_cell: null,
    first_source: null,
    moved_on: 0,
    facts: '{}'
  };
}
