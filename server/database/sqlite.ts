// The default: one file, one connection, every commit on the disk before it is acknowledged.
import { DatabaseSync } from 'node:sqlite';
import { problem, ProblemError } from '../contract/problem.ts';
import { Db } from './db.ts';
import { createWriteQueue, type Transaction } from './group-commit.ts';
import { type LogSync, openLogSync } from './log-sync.ts';
import { migrateSqlite } from './migrate.ts';
import type { Database } from './open.ts';
import { asItIs, asNearest, createSqliteRunner, sqliteDialect } from './sqlite-dialect.ts';

const PRAGMAS = [
  // First: whoever opens at the same moment is waited for from here on.
  'busy_timeout = 5000',
  'journal_mode = wal',
  // The log is synced by `log-sync.ts` before a write is acknowledged: it survives a power cut, not only a killed process.
  'synchronous = normal',
  'foreign_keys = on',
  // As in PostgreSQL, and as MLflow's LIKE asks for; ILIKE lowers both sides.
  'case_sensitive_like = on'
];

export function openSqlite(file: string): Database {
  const { sqlite, log } = connect(file);
  const run = createSqliteRunner(sqlite);
  const db = new Db(
    'sqlite',
    { rounding: sqliteDialect(run, asNearest), exact: sqliteDialect(run, asItIs) },
    (sql, values) => run(sql, values, asItIs)
  );
  const [begin, commit, mark] = ['begin immediate', 'commit', 'savepoint work'].map(sql =>
    sqlite.prepare(sql)
  );

  const transaction: Transaction = {
    db,
    async mark() {
      mark!.run();
    },
    async undo() {
      // It has ended the transaction itself (disk full): nothing of the group is on the disk.
      if (!sqlite.isTransaction) return false;
      sqlite.exec('rollback to work');
      return true;
    },
    async commit(isAwaited) {
      commit!.run();
      return { saved: isAwaited ? log.sync() : log.syncSoon() };
    },
    async abandon() {
      if (sqlite.isTransaction) sqlite.exec('rollback');
    }
  };
  const writes = createWriteQueue({
    async begin() {
      begin!.run();
      return transaction;
    },
    groupSize: 500,
    mayRepeat: () => false,
    explain: asProblem
  });
  return {
    read: db,
    write: writes.write,
    async close() {
      await writes.drained();
      await db.destroy();
      sqlite.close();
      log.close();
    }
  };
}

function connect(file: string): { sqlite: DatabaseSync; log: LogSync } {
  try {
    const sqlite = new DatabaseSync(file);
    for (const pragma of PRAGMAS) sqlite.exec(`pragma ${pragma}`);
    migrateSqlite(sqlite);
    return { sqlite, log: openLogSync(file) };
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
