// One batch of a session's events, applied within one transaction: asks the rules, writes what they decide.
import type { Db } from '../database/open.ts';
import type { ServerEvent } from '../contract/events.ts';
import { createBegunRuns } from './begun-runs.ts';
import { noteKernelStart, noteFiles, noteSurroundings, stretchesOf } from './run-facts.ts';
import { parseMetricValue, toStored } from './stored-number.ts';
import type { InputOf } from '../contract/operation.ts';
import type { recordSession, RunState, SessionEvent } from '../contract/tracking.ts';
import * as runs from './run-store.ts';
import * as rules from './session-run.ts';
import { noteStretches } from './session-run-store.ts';
import { writePoints } from './point-store.ts';
import * as store from './session-store.ts';

type Source = InputOf<typeof recordSession>['source'];
type Event<Type extends SessionEvent['type']> = Extract<SessionEvent, { type: Type }>;

const VALUE_LENGTH = { param: 6000, tag: 8000 };

export interface TurnParts {
  db: Db;
  session: store.Session;
  source: Source;
  /** Makes a run for the session, or finds one that waits for it. With a key, that is the id of a run that is made. */
  createRun(session: store.Session, time: number, key?: string): Promise<runs.Run>;
  /** A run beside the session's own. */
  createFurtherRun(session: store.Session, time: number, key: string): Promise<runs.Run>;
}

export interface SessionTurn {
  apply(event: SessionEvent): Promise<void>;
  /** The run that logging goes to now, made when there is none yet; or the one that the session means by `key`. */
  requireRun(time: number, key?: string): Promise<runs.Run>;
  /** Ids of the runs begun by hand in this turn, by what the session calls them. */
  readonly begunRuns: Readonly<Record<string, string>>;
  idle(): Promise<void>;
  silence(): Promise<void>;
  /** Writes the session down. @returns what to publish after the commit. */
  finish(): Promise<ServerEvent[]>;
}

export async function beginTurn({
  db,
  session,
  source,
  createRun,
  createFurtherRun
}: TurnParts): Promise<SessionTurn> {
  let run = session.run_id === null ? undefined : await runs.findRun(db, session.run_id);
  const events = new Map<string, ServerEvent>();

  const notebook = () => session.notebook ?? undefined;
  const noteRun = (runId: string) =>
    events.set(runId, { type: 'run-changed', runId, notebook: notebook() });
  const noteCell = ({ run_id, execution_id, cell_id }: store.Cell) =>
    run_id !== null &&
    events.set(execution_id, {
      type: 'cell-changed',
      runId: run_id,
      notebook: notebook(),
      executionId: execution_id,
      cellId: cell_id ?? undefined
    });

  const begunRuns: Record<string, string> = {};
  const begun = createBegunRuns({
    db,
    session,
    automatic: requireOwn,
    create: (time, key) => createFurtherRun(session, time, key),
    changed: noteRun
  });

  async function facts(): Promise<rules.SessionRun> {
    return {
      isHeld: await begun.isHeld(),
      isScript: session.api_only === 1 && session.notebook === null,
      run: run && {
        state: run.state,
        startTime: run.start_time,
        closedByClient: session.closed === 1
      },
      firstCell:
        session.first_source === null
          ? undefined
          : { cellId: session.first_cell ?? undefined, source: session.first_source },
      movedOn: session.moved_on === 1,
      isBusy: (await store.findRunningCell(db, session.session_id)) !== undefined
    };
  }

  async function setState(state: RunState, time: number): Promise<void> {
    if (!run) return;
    const ended = (await store.lastEndOfCells(db, run.run_id)) ?? time;
    run = { ...run, state, end_time: state === 'running' ? null : Math.max(ended, run.start_time) };
    await runs.updateRun(db, run.run_id, { state: run.state, end_time: run.end_time });
    noteRun(run.run_id);
  }

  /** What was written behind our back about the session's own run. */
  async function reread(): Promise<void> {
    if (run) run = await runs.findRun(db, run.run_id);
  }

  function forgetRun(): void {
    run = undefined;
    Object.assign(session, {
      run_id: null,
      adopted: 0,
      closed: 0,
      first_cell: null,
      first_source: null,
      moved_on: 0
    });
  }

  async function enact(decision: rules.Decision, time: number, key?: string): Promise<void> {
    if (decision.do === 'begin') {
      if (run && run.state === 'running' && session.closed === 0) await setState('finished', time);
      forgetRun();
      run = await createRun(session, time, key);
      session.run_id = run.run_id;
      noteRun(run.run_id);
    } else if (decision.do === 'set') {
      await setState(decision.state, time);
    } else if (decision.do === 'leave') {
      for (const cell of await store.abortRunningCells(db, session.session_id, time))
        noteCell(cell);
      if (run && run.state !== decision.state) await setState(decision.state, time);
      forgetRun();
    }
  }

  function noteOrder(cell: rules.CellIdentity): void {
    if (session.first_source === null) {
      session.first_source = cell.source;
      session.first_cell = cell.cellId ?? null;
      return;
    }
    const first = { cellId: session.first_cell ?? undefined, source: session.first_source };
    if (!rules.isSameCell(first, cell)) session.moved_on = 1;
    else session.first_cell ??= cell.cellId ?? null;
  }

  async function cellStarted(event: Event<'cell-started'>): Promise<void> {
    const identity = { cellId: event.cellId, source: event.source };
    const known = await store.findCell(db, session.session_id, event.executionId);
    if (!known) await enact(rules.onCellStarted(await facts(), identity), event.time);
    const isBetter = !known || known.started_by === null || source === 'hook';
    const cell: store.Cell = {
      ...(known ?? newCell(session.session_id, event, run?.run_id ?? null)),
      ...(isBetter ? { source: event.source, start_time: event.time, started_by: source } : {})
    };
    cell.cell_id ??= event.cellId ?? null;
    cell.step ??= event.step ?? null;
    cell.count ??= event.count ?? null;
    await store.saveCell(db, cell);
    if (cell.run_id !== null && cell.run_id === session.run_id) noteOrder(identity);
    noteCell(cell);
  }

  async function cellEnded(event: Event<'cell-ended'>): Promise<void> {
    const known = await store.findCell(db, session.session_id, event.executionId);
    if (!known && !run) await enact({ do: 'begin' }, event.time);
    const before = known ?? newCell(session.session_id, event, run?.run_id ?? null);
    const isFirstWord = before.ended_by === null;
    const cell = { ...before, count: before.count ?? event.count ?? null };
    if (isFirstWord || source === 'hook') {
      cell.state = event.state;
      cell.end_time = Math.max(event.time, cell.start_time);
      cell.error_name = event.error?.name ?? null;
      cell.error_value = event.error?.value ?? null;
      cell.ended_by = source;
    }
    if (event.changes.length > 0) cell.changes = JSON.stringify(event.changes);
    await store.saveCell(db, cell);
    if (cell.run_id !== null) await noteFiles(db, cell.run_id, event);
    noteCell(cell);
    if (cell.run_id === session.run_id && (isFirstWord || cell.state !== before.state)) {
      await enact(rules.onCellEnded(await facts(), cell.state as typeof event.state), event.time);
    }
  }

  async function logged(event: Event<'logged'>): Promise<void> {
    const named =
      event.executionId && (await store.findCell(db, session.session_id, event.executionId));
    const runId =
      (event.runId !== undefined && (await begun.resolve(event.runId))) ||
      (named && named.run_id) ||
      (await requireOwn(event.time)).run_id;
    if (runId === run?.run_id) await enact(rules.onLogged(await facts()), event.time);
    await runs.putParams(db, runId, cut(event.params, VALUE_LENGTH.param));
    await runs.putTags(db, runId, cut(event.tags, VALUE_LENGTH.tag));
    const points = event.metrics.map(({ key, value, step, time }) => ({
      key: key.slice(0, 250),
      step,
      time,
      ...toStored(parseMetricValue(value))
    }));
    const keys = points.length > 0 ? await writePoints(db, runId, points) : [];
    const executionId =
      event.executionId ?? (await store.findRunningCell(db, session.session_id))?.execution_id;
    if (executionId !== undefined) {
      await store.noteCellMetrics(db, session.session_id, executionId, keys);
      await noteStretches(db, stretchesOf(points, session.session_id, executionId, runId));
    }
    if (keys.length > 0) {
      const earlier = events.get(`metrics ${runId} ${executionId}`);
      const said = earlier?.type === 'metrics-logged' ? earlier.keys : [];
      events.set(`metrics ${runId} ${executionId}`, {
        type: 'metrics-logged',
        runId,
        notebook: notebook(),
        executionId,
        keys: [...new Set([...said, ...keys])]
      });
    }
    noteRun(runId);
  }

  async function requireOwn(time: number, key?: string): Promise<runs.Run> {
    if (!run) await enact({ do: 'begin' }, time, key);
    return run!;
  }

  /** The kernel's process has ended, or another has begun in its place. */
  async function endKernel(decision: rules.Decision, state: 'finished' | 'killed', time: number) {
    const isLate = decision.do === 'nothing' && run !== undefined;
    if (!isLate) {
      await begun.endAll(state, time);
      await begun.forget(time);
    }
    // What the kernel held is gone, also where its run was over before.
    if (run) noteRun(run.run_id);
    await enact(decision, time);
  }

  return {
    begunRuns,
    async requireRun(time, key) {
      const named = key === undefined ? undefined : await begun.resolve(key);
      return (named && (await runs.findRun(db, named))) || requireOwn(time);
    },
    async apply(event) {
      if (event.type === 'run-started') {
        begunRuns[event.runId] = await begun.begin(event);
        return reread();
      }
      if (event.type === 'run-ended') {
        await begun.end(event);
        return reread();
      }
      if (event.type === 'surroundings') return noteSurroundings(db, session, event);
      if (event.type === 'cell-started') return cellStarted(event);
      if (event.type === 'cell-ended') return cellEnded(event);
      if (event.type === 'logged') return logged(event);
      if (event.type === 'heartbeat') {
        // A program that says it lives is taken at its word when it says so no more. The loop of a TypeScript kernel may
        // only be busy.
        if (source === 'api' && session.api_only === 1 && session.notebook === null)
          session.hooked = 1;
        await begun.revive(event.time);
        await reread();
        return enact(rules.onHeartbeat(await facts()), event.time);
      }
      if (event.type === 'session-started') {
        session.ended_at = null;
        noteKernelStart(session, event.time);
        // The hook went with the process; the next one's speaks for itself.
        if (source === 'recorder') session.hooked = 0;
        return endKernel(rules.onKernelStarted(await facts(), event.time), 'killed', event.time);
      }
      session.ended_at = event.time;
      const state = event.killed ? 'killed' : 'finished';
      return endKernel(rules.onKernelEnded(await facts(), event.killed), state, event.time);
    },
    idle: async () => enact(rules.onIdle(await facts()), session.last_seen),
    async silence() {
      await begun.endAll('killed', session.last_seen);
      await enact(rules.onSilence(await facts()), session.last_seen);
    },
    async finish() {
      await store.saveSession(db, session);
      return [...events.values()];
    }
  };
}

function cut(values: Record<string, string>, length: number) {
  return Object.entries(values).map(([key, value]) => ({
    key: key.slice(0, 250),
    value: value.slice(0, length)
  }));
}

function newCell(
  sessionId: string,
  { executionId, time }: { executionId: string; time: number },
  runId: string | null
): store.Cell {
  return {
    session_id: sessionId,
    execution_id: executionId,
    run_id: runId,
    cell_id: null,
    step: null,
    count: null,
    source: '',
    state: 'running',
    start_time: time,
    end_time: null,
    error_name: null,
    error_value: null,
    changes: '[]',
    started_by: null,
    ended_by: null
  };
}
