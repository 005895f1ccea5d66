// The rules of automatic runs, pure: what a session's events mean for its run. Nothing here reads or writes anything.
import type { RunState } from '../contract/tracking.ts';

/** What the rules need to know of a session. */
export interface SessionRun {
  /** The run that its cells belong to now. */
  run?: { state: RunState; startTime: number; closedByClient: boolean } | undefined;
  /** The first cell executed in that run: its id where known, and its source. */
  firstCell?: CellIdentity | undefined;
  /** Another cell ran after the first. */
  movedOn: boolean;
  /** Some cell is running now. */
  isBusy: boolean;
  /** A logging API began the run by hand and has not ended it. */
  isHeld?: boolean;
  /** No notebook: a program that runs until it ends. */
  isScript?: boolean;
}

export interface CellIdentity {
  cellId?: string | undefined;
  source: string;
}

export type Decision =
  /** A run begins; what ran before is finished. */
  | { do: 'begin' }
  /** The run takes this state; a running one has no end. */
  | { do: 'set'; state: RunState }
  /** The kernel that made the run is gone: the run ends, its cells no longer run, the next cell begins another. */
  | { do: 'leave'; state: RunState }
  | { do: 'nothing' };

const nothing: Decision = { do: 'nothing' };

/** A cell is executed that was not heard of before. */
export function onCellStarted(session: SessionRun, cell: CellIdentity): Decision {
  const { run, firstCell, movedOn } = session;
  if (!run) return { do: 'begin' };
  if (movedOn && firstCell && isSameCell(firstCell, cell)) return { do: 'begin' };
  return reopen(run);
}

/** Something is logged outside of any cell's start: it needs a run, and shows that work goes on. */
export function onLogged({ run }: SessionRun): Decision {
  return run ? reopen(run) : { do: 'begin' };
}

/** The first word about how a cell of the present run ended. */
export function onCellEnded(
  { run }: SessionRun,
  state: 'ok' | 'error' | 'aborted' | 'interrupted'
): Decision {
  if (!run || run.closedByClient) return nothing;
  if (state === 'error') return { do: 'set', state: 'failed' };
  if (state === 'interrupted') return { do: 'set', state: 'killed' };
  return state === 'ok' ? reopen(run) : nothing;
}

/** A kernel began under this session's id. A late word about the beginning of the present run changes nothing. */
export function onKernelStarted({ run, isBusy }: SessionRun, time: number): Decision {
  if (!run || time <= run.startTime) return nothing;
  return leave(run, isBusy);
}

export function onKernelEnded({ run, isBusy }: SessionRun, killed: boolean): Decision {
  return run ? leave(run, killed || isBusy) : nothing;
}

/** No cell has run for a while. */
export function onIdle({ run, isBusy, isHeld, isScript }: SessionRun): Decision {
  if (!run || run.closedByClient || isBusy || isHeld || isScript) return nothing;
  if (run.state !== 'running') return nothing;
  return { do: 'set', state: 'finished' };
}

/** The kernel's hook has fallen silent. Its cells are left as they are: it may only have been out of breath. */
export function onSilence({ run }: SessionRun): Decision {
  if (!run || run.closedByClient || run.state !== 'running') return nothing;
  return { do: 'set', state: 'killed' };
}

/** A kernel that was given up for dead speaks again, amid a cell; or a script does. */
export function onHeartbeat({ run, isBusy, isScript }: SessionRun): Decision {
  return run && (isBusy || isScript) && run.state === 'killed' ? reopen(run) : nothing;
}

/** Ids decide where both cells have one: sources change while a notebook is worked on. */
export function isSameCell(a: CellIdentity, b: CellIdentity): boolean {
  return a.cellId !== undefined && b.cellId !== undefined
    ? a.cellId === b.cellId
    : a.source === b.source;
}

function reopen(run: NonNullable<SessionRun['run']>): Decision {
  return run.closedByClient || run.state === 'running' ? nothing : { do: 'set', state: 'running' };
}

function leave(run: NonNullable<SessionRun['run']>, killed: boolean): Decision {
  if (run.closedByClient || run.state !== 'running') return { do: 'leave', state: run.state };
  return { do: 'leave', state: killed ? 'killed' : 'finished' };
}
