// Writes in one queue: those that arrive in the same turn share a transaction, one that throws is undone alone.
import type { Db } from './open.ts';

/** One open transaction of a dialect. */
export interface Transaction {
  readonly db: Db;
  /** The place that `undo` goes back to; a former one is forgotten. */
  mark(): Promise<void>;
  /** @returns false when the database has given up the whole transaction. */
  undo(): Promise<boolean>;
  /** Others may see it from then on; `saved` resolves when it is on the disk, sooner when somebody waits for that. */
  commit(isAwaited: boolean): Promise<{ saved: Promise<void> }>;
  /** Gives everything up; never throws. */
  abandon(): Promise<void>;
}

export interface WriteQueueParts {
  begin(): Promise<Transaction>;
  /** Works that share a commit at most. */
  groupSize: number;
  /** The works may simply run again: nothing of them was committed, and nobody was told of them. */
  mayRepeat(error: unknown): boolean;
  /** What the caller of a work is told. */
  explain(error: unknown): unknown;
}

export interface WriteQueue {
  write<T>(work: (db: Db) => Promise<T>, until?: Until): Promise<T>;
  /** Resolves when all that was asked is done. */
  drained(): Promise<void>;
}

/** When a write is answered: its transaction is in the system's hands (a killed process loses nothing), or on the disk too. */
export type Until = 'committed' | 'saved';

interface Queued {
  work: (db: Db) => Promise<unknown>;
  until: Until;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

const TRIES = 3;

/** Those that did not wait can no longer be told. */
function warn(error: unknown): void {
  const why = error instanceof Error ? error.message : String(error);
  process.emitWarning(`What was written last may not survive a power cut: ${why}`);
}

export function createWriteQueue({
  begin,
  groupSize,
  mayRepeat,
  explain
}: WriteQueueParts): WriteQueue {
  const queue: Queued[] = [];
  const saving = new Set<Promise<void>>();
  let draining: Promise<void> | undefined;

  /** Runs the works and commits them. @returns how to tell each caller, once they are saved. */
  async function runInto(transaction: Transaction, group: Queued[]) {
    const outcomes: { tell: () => void; until: Until }[] = [];
    const isAlone = group.length === 1;
    for (const { work, until, resolve, reject } of group) {
      if (!isAlone) await transaction.mark();
      try {
        const value = await work(transaction.db);
        outcomes.push({ tell: () => resolve(value), until });
      } catch (error) {
        // Alone, it is undone with its transaction.
        if (isAlone || mayRepeat(error) || !(await transaction.undo())) throw error;
        outcomes.push({ tell: () => reject(explain(error)), until });
      }
    }
    const isAwaited = outcomes.some(({ until }) => until === 'saved');
    return { outcomes, ...(await transaction.commit(isAwaited)) };
  }

  function rejectAll(group: Queued[], error: unknown): void {
    for (const { reject } of group) reject(explain(error));
  }

  /** Does not wait for the disk: the next group begins meanwhile. */
  async function runGroup(group: Queued[]): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      let transaction: Transaction | undefined;
      try {
        transaction = await begin();
        const { outcomes, saved } = await runInto(transaction, group);
        const tellAll = (when: Until) =>
          outcomes.forEach(({ tell, until }) => until === when && tell());
        tellAll('committed');
        const told = saved
          .then(
            () => tellAll('saved'),
            (error: unknown) => {
              rejectAll(group, error);
              warn(error);
            }
          )
          .finally(() => saving.delete(told));
        saving.add(told);
        return;
      } catch (error) {
        await transaction?.abandon();
        if (tries < TRIES && mayRepeat(error)) continue;
        return rejectAll(group, error);
      }
    }
  }

  async function drain(): Promise<void> {
    while (queue.length > 0) await runGroup(queue.splice(0, groupSize));
    draining = undefined;
  }

  return {
    write<T>(work: (db: Db) => Promise<T>, until: Until = 'saved'): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        queue.push({ work, until, resolve: resolve as (value: unknown) => void, reject });
        draining ??= new Promise<void>(turn => setImmediate(turn)).then(drain);
      });
    },
    async drained() {
      while (draining) await draining;
      await Promise.all(saving);
    }
  };
}
