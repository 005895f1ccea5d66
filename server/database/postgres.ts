// For teams: one database, several servers. Writers take turns by an advisory lock, so that the rules of a write see all
// that was written before, as in SQLite; reads go beside them.
import { type CustomTypesConfig, Pool, type PoolClient, types } from 'pg';
import { type Int64, roundInt64, toInt64 } from '../contract/int64.ts';
import { Db, type RunSql } from './db.ts';
import { createWriteQueue, type Transaction } from './group-commit.ts';
import { MIGRATIONS_TABLE, missingMigrations } from './migrate.ts';
import type { Database } from './open.ts';
import { openChannel } from './postgres-channel.ts';
import { postgresDialect, type RunQuery } from './postgres-dialect.ts';
import { asOpeningProblem, asProblem, wasDisconnected, wasTakenBack } from './postgres-errors.ts';
import { SQLITE_FUNCTIONS, toPostgres } from './postgres-sql.ts';

/** Any number, the same for all servers: whoever holds it writes. */
const WRITE_LOCK = 7_310_517;
const BEGIN = `begin; select pg_advisory_xact_lock(${WRITE_LOCK})`;

const INT8 = 20;
const NUMERIC = 1700;

/** Whole numbers come as text, since they might not fit: nearly all do. */
const numbersBy = (readInt8: (digits: string) => Int64): CustomTypesConfig => ({
  getTypeParser: ((oid: number, format?: 'text') => {
    if (oid === INT8) return readInt8;
    return oid === NUMERIC ? Number : types.getTypeParser(oid, format);
  }) as never
});
const ROUNDING = numbersBy(digits => roundInt64(toInt64(digits)));
const EXACT = numbersBy(toInt64);

export async function openPostgres(url: string): Promise<Database> {
  const pool = openPool(url);
  try {
    await migrate(pool);
  } catch (error) {
    await pool.end();
    throw asOpeningProblem(error, url);
  }
  const prepare = createPreparer();
  let client: PoolClient | undefined;
  const writer = createDb((text, values, numbers) =>
    client!.query({ ...prepare(text, values), types: numbers })
  );
  const readOne: AskDatabase = async (text, values, numbers) => {
    try {
      return await pool.query({ text, values, types: numbers });
    } catch (error) {
      throw asProblem(error);
    }
  };
  const transaction: Transaction = {
    db: writer,
    async mark() {
      await client!.query('savepoint work');
    },
    async undo() {
      await client!.query('rollback to savepoint work');
      return true;
    },
    async commit() {
      try {
        await client!.query('commit');
      } catch (error) {
        // Perhaps it is committed and only the answer was lost: it must not simply run again.
        throw asProblem(error);
      }
      client!.release();
      return { saved: Promise.resolve() };
    },
    async abandon() {
      // Closing the connection rolls back, and leaves none behind that is in doubt.
      client?.release(true);
    }
  };
  const writes = createWriteQueue({
    async begin() {
      client = undefined;
      const taken = await pool.connect();
      client = taken;
      await taken.query(BEGIN);
      return transaction;
    },
    // More savepoints in one transaction than it keeps in memory would slow all readers down.
    groupSize: 60,
    mayRepeat: error => wasTakenBack(error) || wasDisconnected(error),
    explain: asProblem
  });
  const channel = openChannel(url, pool);
  return {
    read: createDb(readOne),
    write: writes.write,
    channel,
    async close() {
      await writes.drained();
      await channel.close();
      await pool.end();
    }
  };
}

type AskDatabase = (
  ...query: [...Parameters<RunQuery>, numbers: CustomTypesConfig]
) => ReturnType<RunQuery>;

function createDb(query: AskDatabase): Db {
  const rounding: RunQuery = (text, values) => query(text, values, ROUNDING);
  const exact: RunQuery = (text, values) => query(text, values, EXACT);
  const run: RunSql = async (text, values) => {
    const { rows, rowCount } = await exact(text, [...values]);
    return { rows, changes: rowCount ?? 0 };
  };
  return new Db(
    'postgres',
    { rounding: postgresDialect(rounding), exact: postgresDialect(exact) },
    run
  );
}

function openPool(url: string): Pool {
  const pool = new Pool({
    connectionString: url,
    max: 10,
    application_name: 'stepladder',
    connectionTimeoutMillis: 5000,
    keepAlive: true,
    types: ROUNDING,
    // A server that hangs amid a write gives the lock back; one that waits for it says so before its clients give up.
    idle_in_transaction_session_timeout: 30_000,
    lock_timeout: 30_000
  });
  // A lost connection also fails its query, which says so; the next one opens another.
  pool.on('error', () => {});
  pool.on('connect', client => client.on('error', () => {}));
  return pool;
}

async function migrate(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query(BEGIN);
    await client.query(MIGRATIONS_TABLE);
    const { rows } = await client.query<{ name: string }>('select name from migrations');
    const missing = missingMigrations(rows.map(({ name }) => name));
    if (missing.length > 0) await client.query(SQLITE_FUNCTIONS);
    for (const { name, sql } of missing) {
      await client.query(toPostgres(sql));
      await client.query('insert into migrations values ($1, now()::text)', [name]);
    }
    await client.query('commit');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}

const STATEMENTS_KEPT = 200;

/** Names for statements, so that each is parsed once a connection; those of endless variety stay without. */
function createPreparer() {
  const names = new Map<string, string>();
  return (text: string, values: unknown[]) => {
    let name = names.get(text);
    if (name === undefined && names.size < STATEMENTS_KEPT)
      names.set(text, (name = `s${names.size}`));
    return name === undefined ? { text, values } : { name, text, values };
  };
}
