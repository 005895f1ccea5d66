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

const STATEMENTS_KEPT = 500;

interface Prepared {
  statement: StatementSync;
  /** None of a statement that gives no rows. */
  columns: string[];
}

class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, Prepared>();
  constructor(database: DatabaseSync) {
    this.#database = database;
  }
  #prepare(sql: string): Prepared {
    let prepared = this.#prepared.get(sql);
    if (!prepared) {
      const statement = this.#database.prepare(sql);
      prepared = { statement, columns: statement.columns().map(({ name }) => name) };
      if (prepared.columns.length > 0) statement.setReturnArrays(true);
      if (this.#prepared.size >= STATEMENTS_KEPT) this.#prepared.clear();
      this.#prepared.set(sql, prepared);
    }
    return prepared;
  }
  executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    try {
      const { statement, columns } = this.#prepare(sql);
      const values = parameters.map(value =>
        typeof value === 'boolean' ? Number(value) : value
      ) as never[];
      if (columns.length > 0) {
        const rows = statement.all(...values) as unknown as unknown[][];
        return Promise.resolve({ rows: rows.map(row => toObject(columns, row) as Row) });
      }
      const { changes, lastInsertRowid } = statement.run(...values);
      return Promise.resolve({
        rows: [],
        numAffectedRows: BigInt(changes),
        insertId: BigInt(lastInsertRowid)
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
  constructor(database: DatabaseSync) {
    this.#connection = new SqliteConnection(database);
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

export function sqliteDialect(database: DatabaseSync): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new SqliteDriver(database),
    createIntrospector: db => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler()
  };
}
