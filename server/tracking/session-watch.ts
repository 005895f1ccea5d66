// Watches open sessions: those at rest for a moment have finished, those whose kernel fell silent are lost.
import type { Clock } from '../events/clock.ts';
import type { Repeat } from '../events/timer.ts';

const TICK = 1000;
/** Between two cells of "run all" there are milliseconds; a person needs longer. */
export const IDLE = 2000;
/** The hook sends a heartbeat every 10 seconds. */
export const SILENCE = 45_000;

export interface WatchedSession {
  sessionId: string;
  isBusy: boolean;
  isHooked: boolean;
  hasRun: boolean;
}

export interface SessionWatch {
  /** The session has spoken. */
  note(session: WatchedSession): void;
  /** Stops, and waits for what is under way. */
  close(): Promise<void>;
}

interface Watched {
  lastSeen: number;
  idleSince: number | undefined;
  isHooked: boolean;
}

export interface WatchParts {
  clock: Clock;
  repeat: Repeat;
  onIdle(sessionId: string): Promise<void>;
  onSilence(sessionId: string): Promise<void>;
}

export function watchSessions({ clock, repeat, onIdle, onSilence }: WatchParts): SessionWatch {
  const watched = new Map<string, Watched>();
  let lastTick = clock();
  let underWay: Promise<unknown> = Promise.resolve();

  function tick(): void {
    const now = clock();
    // The machine slept: its kernels did too, and get their time to speak again.
    const slept = now - lastTick > SILENCE / 2 ? now - lastTick : 0;
    lastTick = now;
    for (const [sessionId, session] of watched) {
      session.lastSeen += slept;
      if (session.idleSince !== undefined && now - session.idleSince >= IDLE) {
        session.idleSince = undefined;
        begin(onIdle(sessionId));
      }
      if (session.isHooked && now - session.lastSeen >= SILENCE) {
        watched.delete(sessionId);
        begin(onSilence(sessionId));
      }
    }
  }
  /** A write that cannot be made now (disk full) is made at the next word of the session. */
  function begin(work: Promise<void>): void {
    underWay = Promise.all([underWay, work.catch(() => {})]);
  }

  const stop = repeat(TICK, tick);
  return {
    note({ sessionId, isBusy, isHooked, hasRun }) {
      if (!hasRun) watched.delete(sessionId);
      else
        watched.set(sessionId, {
          lastSeen: clock(),
          idleSince: isBusy ? undefined : clock(),
          isHooked
        });
    },
    async close() {
      stop();
      await underWay;
    }
  };
}
