// Kysely over node:sqlite: one connection, statements prepared once.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler
} from 'kysely';
import { narrowInt64, roundInt64 } from '../contract/int64.ts';
import type { Answer } from './db.ts';

const STATEMENTS_KEPT = 500;

interface SqliteAnswer extends Answer {
  /** Absent where rows were asked for. */
  insertId?: number | bigint;
}

interface Prepared {
  statement: StatementSync;
  /** None of a statement that gives no rows. */
  columns: string[];
  /** Changes nothing: it may run again. */
  isQuery: boolean;
}

/** What becomes of a whole number that a double cannot hold. */
type ReadWide = (value: bigint) => number | bigint;
export const asNearest: ReadWide = roundInt64;
export const asItIs: ReadWide = value => value;

/** Runs SQL on statements that are prepared once. */
export function createSqliteRunner(database: DatabaseSync) {
  const kept = new Map<string, Prepared>();

  function prepare(sql: string): Prepared {
    let prepared = kept.get(sql);
    if (!prepared) {
      const statement = database.prepare(sql);
      const columns = statement.columns().map(({ name }) => name);
      prepared = { statement, columns, isQuery: /^\s*(select|with)\b/i.test(sql) };
      if (prepared.columns.length > 0) statement.setReturnArrays(true);
      if (kept.size >= STATEMENTS_KEPT) kept.clear();
      kept.set(sql, prepared);
    }
    return prepared;
  }

  return (sql: string, values: readonly unknown[], readWide: ReadWide): SqliteAnswer => {
    const prepared = prepare(sql);
    const { statement, columns } = prepared;
    if (columns.length > 0) {
      const rows = readRows(prepared, values as never[], readWide);
      return { rows: rows.map(row => toObject(columns, row)), changes: 0 };
    }
    const { changes, lastInsertRowid } = statement.run(...(values as never[]));
    return { rows: [], changes: Number(changes), insertId: lastInsertRowid };
  };
}

export type SqliteRunner = ReturnType<typeof createSqliteRunner>;

/** Numbers are fast to read, and SQLite's binding refuses one that is too wide: only then all of them come as bigint. */
function readRows(
  { statement, isQuery }: Prepared,
  values: readonly never[],
  readWide: ReadWide
): unknown[][] {
  const read = () => statement.all(...values) as unknown as unknown[][];
  if (isQuery) {
    try {
      return read();
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ERR_OUT_OF_RANGE') throw error;
    }
  }
  statement.setReadBigInts(true);
  try {
    return read().map(row => row.map(value => narrow(value, readWide)));
  } finally {
    statement.setReadBigInts(false);
  }
}

function narrow(value: unknown, readWide: ReadWide): unknown {
  if (typeof value !== 'bigint') return value;
  const narrowed = narrowInt64(value);
  return typeof narrowed === 'bigint' ? readWide(narrowed) : narrowed;
}

class SqliteConnection implements DatabaseConnection {
  readonly #run: SqliteRunner;
  readonly #readWide: ReadWide;
  constructor(run: SqliteRunner, readWide: ReadWide) {
    this.#run = run;
    this.#readWide = readWide;
  }
  executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    try {
      const values = parameters.map(value => (typeof value === 'boolean' ? Number(value) : value));
      const { rows, changes, insertId } = this.#run(sql, values, this.#readWide);
      if (insertId === undefined) return Promise.resolve({ rows: rows as Row[] });
      return Promise.resolve({
        rows: [],
        numAffectedRows: BigInt(changes),
        insertId: BigInt(insertId)
      });
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('Streaming is not offered by this dialect');
  }
}

/** Objects made so all have one shape, and are read faster than those that SQLite's binding makes. */
function toObject(columns: readonly string[], row: readonly unknown[]): unknown {
  const object: Record<string, unknown> = {};
  for (let index = 0; index < columns.length; index += 1) object[columns[index]!] = row[index];
  return object;
}

/** There is one connection and `database/open.ts` alone opens transactions, so nothing has to wait for it here. */
class SqliteDriver implements Driver {
  readonly #connection: SqliteConnection;
  constructor(run: SqliteRunner, readWide: ReadWide) {
    this.#connection = new SqliteConnection(run, readWide);
  }
  init = async () => {};
  acquireConnection = async () => this.#connection;
  releaseConnection = async () => {};
  destroy = async () => {};
  beginTransaction = async () =>
    void (await this.#connection.executeQuery(CompiledQuery.raw('begin immediate')));
  commitTransaction = async () =>
    void (await this.#connection.executeQuery(CompiledQuery.raw('commit')));
  rollbackTransaction = async () =>
    void (await this.#connection.executeQuery(CompiledQuery.raw('rollback')));
}

export function sqliteDialect(run: SqliteRunner, readWide: ReadWide): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new SqliteDriver(run, readWide),
    createIntrospector: db => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler()
  };
}
