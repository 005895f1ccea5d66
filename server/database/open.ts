// The database as the rest of the server sees it: reads at any time, writes in one queue with group commit.
import { DatabaseSync } from 'node:sqlite';
import { Kysely, sql } from 'kysely';
import { problem, ProblemError } from '../contract/problem.ts';
import { migrate } from './migrate.ts';
import { sqliteDialect } from './sqlite-dialect.ts';
import type { Tables } from './tables.ts';

/** What stores query: outside of a transaction or, given to the work of a write, within it. */
export type Db = Kysely<Tables>;

export interface Database {
  /** For reads outside a transaction; they see what is committed, and what the open group has written. */
  readonly read: Db;
  /**
   * Runs `work` as one transaction and resolves when it is on the disk. Works that arrive in the same turn share a commit;
   * one that throws is rolled back alone. `work` does nothing but database calls: everybody behind it waits.
   */
  write<T>(work: (db: Db) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

interface Queued {
  work: (db: Db) => Promise<unknown>;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

const GROUP = 500;

const PRAGMAS = [
  // First: whoever opens at the same moment is waited for from here on.
  'busy_timeout = 5000',
  'journal_mode = wal',
  // FULL: an acknowledged write survives a power cut, not only a killed process.
  'synchronous = full',
  'foreign_keys = on',
  // As in PostgreSQL, and as MLflow's LIKE asks for; ILIKE lowers both sides.
  'case_sensitive_like = on'
];

/** @param file a path, or `:memory:`. Creates and migrates. */
export async function openDatabase(file: string): Promise<Database> {
  const sqlite = connect(file);
  const db = new Kysely<Tables>({ dialect: sqliteDialect(sqlite) });
  const queue: Queued[] = [];
  let draining: Promise<void> | undefined;

  async function runGroup(group: Queued[]): Promise<void> {
    const settle: (() => void)[] = [];
    await sql`begin immediate`.execute(db);
    for (const { work, resolve, reject } of group) {
      await sql`savepoint work`.execute(db);
      try {
        const value = await work(db);
        await sql`release work`.execute(db);
        settle.push(() => resolve(value));
      } catch (error) {
        // SQLite itself has ended the transaction (disk full): nothing of the group is on the disk.
        if (!sqlite.isTransaction) throw error;
        await sql`rollback to work`.execute(db);
        await sql`release work`.execute(db);
        settle.push(() => reject(asProblem(error)));
      }
    }
    await sql`commit`.execute(db);
    for (const done of settle) done();
  }

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const group = queue.splice(0, GROUP);
      try {
        await runGroup(group);
      } catch (error) {
        if (sqlite.isTransaction) sqlite.exec('rollback');
        for (const { reject } of group) reject(asProblem(error));
      }
    }
    draining = undefined;
  }

  return {
    read: db,
    write<T>(work: (db: Db) => Promise<T>): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        queue.push({ work, resolve: resolve as (value: unknown) => void, reject });
        draining ??= new Promise<void>(begin => setImmediate(begin)).then(drain);
      });
    },
    async close() {
      while (draining) await draining;
      await db.destroy();
      sqlite.close();
    }
  };
}

function connect(file: string): DatabaseSync {
  try {
    const sqlite = new DatabaseSync(file);
    for (const pragma of PRAGMAS) sqlite.exec(`pragma ${pragma}`);
    migrate(sqlite);
    return sqlite;
  } catch (error) {
    throw asProblem(error);
  }
}

/** A full disk or a read-only folder is not our fault and passes: clients are told to come back. */
function asProblem(error: unknown): unknown {
  if (error instanceof ProblemError || !(error instanceof Error)) return error;
  if (
    /disk is full|readonly database|disk I\/O|unable to open|database is locked/i.test(
      error.message
    )
  ) {
    return problem(
      'storage_unavailable',
      `Nothing could be written to the data folder: ${error.message}`,
      {
        remedy: 'Free disk space or make the folder writable; what was not saved is sent again'
      }
    );
  }
  return error;
}
