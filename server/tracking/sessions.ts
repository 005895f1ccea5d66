// Kernel sessions: one door for what hooks, the recorder and logging APIs say; the runs they make on the way.
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename, dirname, extname } from 'node:path';
import type * as operations from '../contract/tracking.ts';
import type { SessionEvent } from '../contract/tracking.ts';
import type { InputOf } from '../contract/operation.ts';
import type { KeyValue } from '../contract/mlflow.ts';
import type { Database, Db } from '../database/open.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../events/clock.ts';
import { createId } from '../events/ids.ts';
import type { Repeat } from '../events/timer.ts';
import type { Workspace } from '../workspace.ts';
import type { DataContents } from './data-contents.ts';
import { type Experiments, locationBelow } from './experiments.ts';
import { readGitFacts } from './git-state.ts';
import { createRunName } from './run-name.ts';
import { factsOf, noteGit, noteSession } from './run-facts.ts';
import * as runs from './run-store.ts';
import { newSession, placeTags, SOURCE_TAG } from './session-links.ts';
import { sessionsWithRunning } from './session-run-store.ts';
import * as store from './session-store.ts';
import { beginTurn, type SessionTurn } from './session-turn.ts';
import { IDLE, SILENCE, watchSessions } from './session-watch.ts';

type Recorded = InputOf<typeof operations.recordSession>;
type Speaker = Pick<Recorded, 'sessionId' | 'source' | 'notebook' | 'kernel' | 'script'>;

interface FoundSession {
  session: store.Session;
  /** The speaker has an id of its own, and joins the session of the notebook's kernel. */
  joined: boolean;
}

/** Ids of events are kept this long: an outbox gives up earlier. */
const EVENT_MEMORY = 14 * 24 * 3600_000;

export interface SessionParts {
  database: Database;
  bus: EventBus;
  clock: Clock;
  workspace: Workspace;
  experiments: Experiments;
  contents: Pick<DataContents, 'look'>;
  repeat: Repeat;
}

export function createSessions(parts: SessionParts) {
  const { database, bus, clock, workspace, experiments } = parts;
  const background = createBackground();
  const watch = watchSessions({
    clock,
    repeat: parts.repeat,
    onIdle: id => settle(id, IDLE, turn => turn.idle()),
    onSilence: id => settle(id, SILENCE, turn => turn.silence())
  });

  /** Kernels and logging APIs go on under the name that the notebook had when they started. */
  async function placeOf(db: Db, notebook: string): Promise<string> {
    const path = workspace.identify(notebook);
    return existsSync(path) ? path : ((await store.findMoved(db, path)) ?? path);
  }

  /** The session that the speaker belongs to: a logging API of another process joins the notebook's own kernel. */
  async function findSession(db: Db, speaker: Speaker, now: number): Promise<FoundSession> {
    const own = await store.findSession(db, speaker.sessionId);
    const isApi = speaker.source === 'api';
    const notebook = speaker.notebook === undefined ? null : await placeOf(db, speaker.notebook);
    if (isApi && notebook !== null && (!own || own.api_only)) {
      const kernel = await store.findLiveSession(db, notebook, false);
      if (kernel) return { session: { ...kernel, last_seen: now }, joined: true };
    }
    const session = own ?? { ...newSession(speaker.sessionId, now), api_only: Number(isApi) };
    if (!isApi) session.api_only = 0;
    if (speaker.source === 'executor') session.of_pipeline = 1;
    if (speaker.source === 'hook') session.hooked = 1;
    if (speaker.kernel) session.kernel = JSON.stringify(speaker.kernel);
    if (speaker.script !== undefined) {
      session.facts = JSON.stringify({ ...factsOf(session), script: speaker.script });
    }
    if (notebook !== null && notebook !== session.notebook) {
      session.notebook = notebook;
      if (session.run_id !== null) await placeRun(db, session);
    }
    session.last_seen = now;
    return { session, joined: false };
  }

  /** A run made by MLflow's client before anybody said which notebook this is; or the notebook was renamed. */
  async function placeRun(db: Db, { session_id, run_id, notebook }: store.Session): Promise<void> {
    await runs.updateRun(db, run_id!, { notebook });
    await runs.putTags(db, run_id!, placeTags(session_id, notebook));
  }

  async function createRun(
    db: Db,
    session: store.Session,
    time: number,
    key?: string
  ): Promise<runs.Run> {
    return (await takeApiRun(db, session)) ?? makeRun(db, session, time, key);
  }

  /** In the experiment of the notebook or script. A `key` that is free is the run's id. */
  async function makeRun(
    db: Db,
    session: store.Session,
    time: number,
    key?: string
  ): Promise<runs.Run> {
    const { notebook, session_id } = session;
    const { script } = factsOf(session);
    const name = createRunName();
    const program = notebook ?? script;
    const experiment =
      program === undefined
        ? await experiments.require('0', db)
        : await experiments.ensure(db, stemOf(program));
    const isFree = key !== undefined && !(await runs.findRun(db, key));
    const run_id = isFree ? key : createId(clock);
    const user_id = userInfo().username;
    await runs.insertRun(db, {
      run_id,
      experiment_id: experiment.experiment_id,
      name,
      user_id,
      state: 'running',
      start_time: time,
      artifact_uri: locationBelow(experiment.artifact_location, `${run_id}/artifacts`),
      notebook,
      session_id
    });
    await runs.putTags(db, run_id, [
      { key: 'mlflow.runName', value: name },
      { key: 'mlflow.user', value: user_id },
      { key: 'mlflow.source.name', value: program ?? session_id },
      { key: 'mlflow.source.type', value: notebook === null ? 'LOCAL' : 'NOTEBOOK' },
      { key: SOURCE_TAG, value: notebook === null ? 'script' : 'notebook' },
      ...kernelTags(session),
      ...placeTags(session_id, notebook)
    ]);
    await noteSession(db, run_id, session);
    return (await runs.findRun(db, run_id))!;
  }

  /** A TypeScript notebook may log before anybody has reported its first cell: the run it made is the cell's. */
  async function takeApiRun(db: Db, session: store.Session): Promise<runs.Run | undefined> {
    if (session.api_only || session.of_pipeline || session.notebook === null) return undefined;
    const api = await store.findLiveSession(db, session.notebook, true);
    if (!api?.run_id) return undefined;
    await store.saveSession(db, { ...api, run_id: null, ended_at: session.last_seen });
    await runs.updateRun(db, api.run_id, { session_id: session.session_id });
    await runs.putTags(db, api.run_id, [
      ...kernelTags(session),
      ...placeTags(session.session_id, session.notebook)
    ]);
    return runs.findRun(db, api.run_id);
  }

  type Work<T> = (turn: SessionTurn, db: Db, found: FoundSession) => Promise<T>;

  async function turn<T>(speaker: Speaker, work: Work<T>): Promise<T> {
    const begun: runs.Run[] = [];
    const { value, events, session } = await database.write(async db => {
      // It may run again, when the database took the transaction back.
      begun.length = 0;
      const found = await findSession(db, speaker, clock());
      const { session } = found;
      // Rows of cells and runs refer to it.
      await store.saveSession(db, session);
      const one = await beginTurn({
        db,
        session,
        source: speaker.source,
        async createRun(of, time, key) {
          const run = await createRun(db, of, time, key);
          begun.push(run);
          return run;
        },
        async createFurtherRun(of, time, key) {
          const run = await makeRun(db, of, time, key);
          begun.push(run);
          return run;
        }
      });
      const value = await work(one, db, found);
      return { value, events: await one.finish(), session };
    });
    for (const run of begun) background.begin(noteRepository(run, factsOf(session).script));
    for (const event of events) bus.publish(event);
    await watchOver(session);
    return value;
  }

  async function watchOver({
    session_id: sessionId,
    hooked,
    run_id
  }: store.Session): Promise<void> {
    const isBusy = (await store.findRunningCell(database.read, sessionId)) !== undefined;
    watch.note({ sessionId, isBusy, isHooked: hooked === 1, hasRun: run_id !== null });
  }

  /** Asking git takes a while in a large repository: nobody waits for it. */
  async function noteRepository({ run_id, notebook }: runs.Run, script?: string): Promise<void> {
    const program = notebook ?? script;
    const git = program === undefined ? undefined : await readGitFacts(dirname(program));
    if (git) await database.write(db => noteGit(db, run_id, git));
  }

  /** @param quiet how long nobody must have heard it: with a shared database, another server may just have. */
  async function settle(
    sessionId: string,
    quiet: number,
    decide: (turn: SessionTurn) => Promise<void>
  ): Promise<void> {
    const { events = [], heard } = await database.write(async db => {
      const session = await store.findSession(db, sessionId);
      if (!session) return {};
      if (clock() - session.last_seen < quiet) return { heard: session };
      const one = await beginTurn({
        db,
        session,
        source: 'hook',
        createRun: (of, time, key) => createRun(db, of, time, key),
        createFurtherRun: (of, time, key) => makeRun(db, of, time, key)
      });
      await decide(one);
      return { events: await one.finish() };
    });
    if (heard) await watchOver(heard);
    for (const event of events) bus.publish(event);
  }

  return {
    async record({ events, ...speaker }: Recorded) {
      const answer = await turn(speaker, async (one, db, { session, joined }) => {
        const fresh = await store.claimEvents(
          db,
          [...new Set(events.map(({ id }) => id))],
          clock()
        );
        for (const event of events) {
          if (!fresh.delete(event.id)) continue;
          // A process beside the kernel does not say when the kernel begins and ends.
          if (joined && event.type.startsWith('session-')) continue;
          await one.apply(inWholeMilliseconds(event));
        }
        const isAny = Object.keys(one.begunRuns).length > 0;
        return {
          ...(session.run_id === null ? {} : { runId: session.run_id }),
          ...(isAny ? { runs: one.begunRuns } : {}),
          accepted: events.length,
          hooked: session.hooked === 1
        };
      });
      const withFiles = events.flatMap(event =>
        event.type === 'cell-ended' && (event.reads ?? event.writes) ? [event.executionId] : []
      );
      if (withFiles.length > 0) parts.contents.look(withFiles);
      return answer;
    },

    async run({ sessionId, notebook, run: key }: InputOf<typeof operations.getSessionRun>) {
      const run = await turn({ sessionId, source: 'api', notebook }, one =>
        one.requireRun(clock(), key)
      );
      return {
        runId: run.run_id,
        experimentId: String(run.experiment_id),
        artifactUri: run.artifact_uri
      };
    },

    /** After a restart of the server: sessions go on where they were. */
    async resume() {
      const open = [
        ...(await store.sessionsWithOpenRun(database.read)),
        ...(await sessionsWithRunning(database.read))
      ];
      for (const session of open) await watchOver(session);
      await database.write(db => store.forgetEvents(db, clock() - EVENT_MEMORY));
    },

    async close() {
      await watch.close();
      await background.end();
    }
  };
}

function inWholeMilliseconds(event: SessionEvent): SessionEvent {
  if (event.type !== 'logged') return { ...event, time: Math.round(event.time) };
  const metrics = event.metrics.map(metric => ({ ...metric, time: Math.round(metric.time) }));
  return { ...event, time: Math.round(event.time), metrics };
}

/** Work that nobody waits for, except the end of the server. */
function createBackground() {
  const underWay = new Set<Promise<unknown>>();
  return {
    begin(work: Promise<unknown>) {
      const done = work.catch(() => {}).finally(() => underWay.delete(done));
      underWay.add(done);
    },
    end: () => Promise.all(underWay)
  };
}

const stemOf = (notebook: string) => basename(notebook, extname(notebook)) || 'Default';

function kernelTags({ kernel }: store.Session): KeyValue[] {
  if (kernel === null) return [];
  const { language, version, executable } = JSON.parse(kernel) as NonNullable<Recorded['kernel']>;
  const tags = [{ key: 'stepladder.kernel', value: version ? `${language} ${version}` : language }];
  return executable ? [...tags, { key: 'stepladder.kernel.executable', value: executable }] : tags;
}
