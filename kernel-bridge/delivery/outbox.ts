// What was recorded reaches the server once, in order, also when the server was away meanwhile. Events carry ids and the
// server drops those it has, so an event is sent again whenever it is not known to have arrived.
import type { RecordedEvent } from '../capture/recorder.ts';

/** Everything that a batch of events says of its session. */
export interface SessionBatch {
  sessionId: string;
  notebook?: string;
  /** The program, when no notebook is running. */
  script?: string;
  kernel?: { language: string; version?: string; executable?: string };
  events: RecordedEvent[];
}

/** `later`: the server is away or busy; `refused`: it understood and will not take it. */
export type Receipt = 'taken' | 'later' | 'refused';
export type Sink = (batch: SessionBatch) => Promise<Receipt>;

/** Where the queue outlives the page. Optional, and allowed to fail. */
export interface OutboxStorage {
  load(): Promise<SessionBatch[]>;
  save(batches: SessionBatch[]): Promise<void>;
}

export interface Outbox {
  put(batch: SessionBatch): void;
  /** Tries at once, however long the pause would have been. @returns whether everything has arrived. */
  flush(): Promise<boolean>;
  /** Events that wait. */
  readonly waiting: number;
  /** Events that were thrown away because the server refused them or the queue was full. */
  readonly lost: number;
  close(): void;
}

export interface OutboxOptions {
  sink: Sink;
  storage?: OutboxStorage;
  /** Calls back after so many milliseconds; @returns cancels it. */
  after?: (milliseconds: number, callback: () => void) => () => void;
  mostEvents?: number;
  linger?: number;
  firstPause?: number;
  longestPause?: number;
}

const LARGEST_BATCH = 500;

export function createOutbox({
  sink,
  storage,
  after = afterTime,
  mostEvents = 20_000,
  linger = 20,
  firstPause = 500,
  longestPause = 15_000
}: OutboxOptions): Outbox {
  let queue: SessionBatch[] = [];
  let pause = 0;
  let lost = 0;
  let closed = false;
  let cancel: (() => void) | undefined;
  let sending: Promise<boolean> | undefined;
  const loaded = storage
    ? storage.load().then(
        batches => {
          queue = [...batches, ...queue];
          if (batches.length > 0) schedule(linger);
        },
        () => undefined
      )
    : Promise.resolve();

  const waiting = () => queue.reduce((sum, { events }) => sum + events.length, 0);

  function schedule(milliseconds: number): void {
    if (closed || cancel || sending) return;
    cancel = after(milliseconds, () => {
      cancel = undefined;
      void flush();
    });
  }

  function flush(): Promise<boolean> {
    cancel?.();
    cancel = undefined;
    return (sending ??= send().finally(() => {
      sending = undefined;
      if (queue.length > 0) schedule(pause || linger);
    }));
  }

  async function send(): Promise<boolean> {
    await loaded;
    for (let batch = queue[0]; batch; batch = queue[0]) {
      const part = { ...batch, events: batch.events.slice(0, LARGEST_BATCH) };
      const receipt = await sink(part).catch((): Receipt => 'later');
      if (receipt === 'later') {
        pause = Math.min(Math.max(pause * 2, firstPause), longestPause);
        await keep();
        return false;
      }
      if (receipt === 'refused') lost += part.events.length;
      remove(batch, part.events);
      pause = 0;
    }
    await keep();
    return true;
  }

  /** By identity: what came meanwhile, and what was dropped for room, changes the places. */
  function remove(batch: SessionBatch, events: RecordedEvent[]): void {
    const gone = new Set(events);
    batch.events = batch.events.filter(event => !gone.has(event));
    queue = queue.filter(({ events }) => events.length > 0);
  }

  let kept = false;
  async function keep(): Promise<void> {
    // An empty queue that was never written down need not be.
    if (!storage || (queue.length === 0 && !kept)) return;
    kept = queue.length > 0;
    await storage.save(queue).catch(() => undefined);
  }

  return {
    put({ events, ...session }) {
      if (closed || events.length === 0) return;
      const last = queue.at(-1);
      if (last && isSameSession(last, session)) last.events = [...last.events, ...events];
      else queue.push({ ...session, events: [...events] });
      for (let over = waiting() - mostEvents; over > 0; over = waiting() - mostEvents) {
        const oldest = queue[0]!.events.slice(0, over);
        lost += oldest.length;
        remove(queue[0]!, oldest);
      }
      schedule(pause || linger);
    },
    flush,
    get waiting() {
      return waiting();
    },
    get lost() {
      return lost;
    },
    close() {
      closed = true;
      cancel?.();
    }
  };
}

function isSameSession(a: Omit<SessionBatch, 'events'>, b: Omit<SessionBatch, 'events'>): boolean {
  return (
    a.sessionId === b.sessionId &&
    a.notebook === b.notebook &&
    a.kernel?.version === b.kernel?.version
  );
}

function afterTime(milliseconds: number, callback: () => void): () => void {
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
}
