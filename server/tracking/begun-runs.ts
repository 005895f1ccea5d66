// Runs begun by hand within a session (`start_run`): how they meet the automatic run, and how they end with their kernel.
import type { Db } from '../database/open.ts';
import type { RunState, SessionEvent } from '../contract/tracking.ts';
import type { KeyValue } from '../contract/mlflow.ts';
import * as runs from './run-store.ts';
import { placeTags } from './session-links.ts';
import * as store from './session-run-store.ts';
import type { Session } from './session-store.ts';

type Begun = Extract<SessionEvent, { type: 'run-started' }>;

export interface BegunRunParts {
  db: Db;
  session: Session;
  /** The session's automatic run, made when there is none: `key` is then its id. */
  automatic(time: number, key: string): Promise<runs.Run>;
  /** A run of its own in the session's experiment. */
  create(time: number, key: string): Promise<runs.Run>;
  changed(runId: string): void;
}

export type BegunRuns = ReturnType<typeof createBegunRuns>;

export function createBegunRuns({ db, session, automatic, create, changed }: BegunRunParts) {
  const sessionId = session.session_id;

  async function setState(runId: string, state: RunState, time: number): Promise<void> {
    await runs.updateRun(db, runId, { state, end_time: state === 'running' ? null : time });
    changed(runId);
  }

  /** The run that the session means by the key: one that it began, or any that is there. */
  async function resolve(key: string): Promise<string | undefined> {
    const begun = await store.findSessionRun(db, sessionId, key);
    return begun?.run_id ?? (await runs.findRun(db, key))?.run_id;
  }

  async function runFor({ runId: key, parent, time }: Begun): Promise<runs.Run> {
    const there = await runs.findRun(db, key);
    if (there) return there;
    if (parent !== undefined || session.adopted === 1) return create(time, key);
    session.adopted = 1;
    return automatic(time, key);
  }

  return {
    resolve,

    /** @returns the run's id. A second word about the same beginning changes nothing. */
    async begin(event: Begun): Promise<string> {
      const { runId: key, name, parent, time } = event;
      const known = await store.findSessionRun(db, sessionId, key);
      if (known) return known.run_id;
      const run = await runFor(event);
      const tags: KeyValue[] = [
        ...Object.entries(event.tags).map(([tag, value]) => ({ key: tag, value })),
        ...(run.session_id === null ? placeTags(sessionId, session.notebook) : [])
      ];
      if (name !== undefined) tags.push({ key: 'mlflow.runName', value: name });
      if (parent !== undefined) {
        tags.push({ key: 'mlflow.parentRunId', value: (await resolve(parent)) ?? parent });
      }
      const named = tags.findLast(tag => tag.key === 'mlflow.runName')?.value;
      if (named !== undefined) await runs.updateRun(db, run.run_id, { name: named });
      await runs.putTags(db, run.run_id, tags);
      await runs.putParams(
        db,
        run.run_id,
        Object.entries(event.params).map(([param, value]) => ({ key: param, value }))
      );
      await store.saveSessionRun(db, {
        session_id: sessionId,
        run_key: key,
        run_id: run.run_id,
        opened_at: time,
        ended_at: null,
        adopted: 0
      });
      if (session.run_id === run.run_id) session.closed = 0;
      if (run.state !== 'running') await setState(run.run_id, 'running', time);
      changed(run.run_id);
      return run.run_id;
    },

    async end({ runId: key, state, time }: Extract<SessionEvent, { type: 'run-ended' }>) {
      const begun = await store.findSessionRun(db, sessionId, key);
      if (!begun || begun.ended_at !== null) return;
      await store.saveSessionRun(db, { ...begun, ended_at: time });
      // A step that ends its run does not end the pipeline's.
      if (session.run_id === begun.run_id && session.of_pipeline === 1) return;
      if (session.run_id === begun.run_id) session.closed = 1;
      await setState(begun.run_id, state, time);
    },

    /** The kernel is gone: whatever runs it had, its MLflow client's too, go on no more. The session's own is left out. */
    async endAll(state: 'finished' | 'killed', time: number): Promise<void> {
      for (const run of await store.runsOfSession(db, sessionId, 'running')) {
        if (run.run_id !== session.run_id) {
          await setState(run.run_id, state, Math.max(time, run.start_time));
        }
      }
    },

    /** A kernel that was given up for dead speaks again. */
    async revive(time: number): Promise<void> {
      for (const begun of await store.openSessionRuns(db, sessionId)) {
        const run = await runs.findRun(db, begun.run_id);
        if (run?.state === 'killed') await setState(run.run_id, 'running', time);
      }
    },

    /** A new process knows nothing of the runs that an earlier one began. */
    async forget(time: number): Promise<void> {
      for (const begun of await store.openSessionRuns(db, sessionId)) {
        await store.saveSessionRun(db, { ...begun, ended_at: time });
      }
    },

    /** The session's own run is in somebody's hands: the rules of cells do not end it. */
    isHeld: async () =>
      (await store.openSessionRuns(db, sessionId)).some(({ run_id }) => run_id === session.run_id)
  };
}
