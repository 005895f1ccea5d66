// The database as the rest of the server sees it: reads at any time, writes in one queue with group commit.
import type { Db } from './db.ts';
import type { Until } from './group-commit.ts';
import { openSqlite } from './sqlite.ts';

/** What stores query: outside of a transaction or, given to the work of a write, within it. */
export type { Db } from './db.ts';

export interface Database {
  /** For reads outside a transaction: they see what is committed (SQLite: and what the open group has written). */
  readonly read: Db;
  /**
   * Runs `work` as one transaction and resolves when it is on the disk. Works that arrive in the same turn share a commit;
   * one that throws is rolled back alone. `work` does nothing but database calls: everybody behind it waits, and it may
   * run again when the database took the transaction back. `until` 'committed' does not wait for the disk.
   */
  write<T>(work: (db: Db) => Promise<T>, until?: Until): Promise<T>;
  /** Words between the servers on one database; absent where there is never more than one. */
  readonly channel?: Channel;
  close(): Promise<void>;
}

export interface Channel {
  /** Best effort: a word may be lost with the connection. */
  send(words: readonly string[]): Promise<void>;
  /** Hears what the other servers say, not its own words. */
  listen(hear: (word: string) => void): void;
}

export const isPostgres = (place: string): boolean => /^postgres(ql)?:\/\//i.test(place);

/** @param place a path, `:memory:`, or a `postgres://` URL. Creates the tables, or brings them up to date. */
export async function openDatabase(place: string): Promise<Database> {
  if (!isPostgres(place)) return openSqlite(place);
  // Only teams need its driver.
  const { openPostgres } = await import('./postgres.ts');
  return openPostgres(place);
}
