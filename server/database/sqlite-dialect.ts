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
}

/** Runs SQL on statements that are prepared once. */
export function createSqliteRunner(database: DatabaseSync) {
  const kept = new Map<string, Prepared>();

  function prepare(sql: string): Prepared {
    let prepared = kept.get(sql);
    if (!prepared) {
      const statement = database.prepare(sql);
      prepared = { statement, columns: statement.columns().map(({ name }) => name) };
      if (prepared.columns.length > 0) statement.setReturnArrays(true);
      if (kept.size >= STATEMENTS_KEPT) kept.clear();
      kept.set(sql, prepared);
    }
    return prepared;
  }

  return (sql: string, values: readonly unknown[]): SqliteAnswer => {
    const { statement, columns } = prepare(sql);
    if (columns.length > 0) {
      const rows = statement.all(...(values as never[])) as unknown as unknown[][];
      return { rows: rows.map(row => toObject(columns, row)), changes: 0 };
    }
    const { changes, lastInsertRowid } = statement.run(...(values as never[]));
    return { rows: [], changes: Number(changes), insertId: lastInsertRowid };
  };
}

export type SqliteRunner = ReturnType<typeof createSqliteRunner>;

class SqliteConnection implements DatabaseConnection {
  readonly #run: SqliteRunner;
  constructor(run: SqliteRunner) {
    this.#run = run;
  }
  executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    try {
      const values = parameters.map(value => (typeof value === 'boolean' ? Number(value) : value));
      const { rows, changes, insertId } = this.#run(sql, values);
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
  constructor(run: SqliteRunner) {
    this.#connection = new SqliteConnection(run);
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

export function sqliteDialect(run: SqliteRunner): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new SqliteDriver(run),
    createIntrospector: db => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler()
  };
}
