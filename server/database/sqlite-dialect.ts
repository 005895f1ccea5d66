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

class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  constructor(database: DatabaseSync) {
    this.#database = database;
  }
  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      if (this.#statements.size >= STATEMENTS_KEPT) this.#statements.clear();
      this.#statements.set(sql, statement);
    }
    return statement;
  }
  executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    try {
      const statement = this.#prepare(sql);
      const values = parameters.map(value =>
        typeof value === 'boolean' ? Number(value) : value
      ) as never[];
      if (statement.columns().length > 0) {
        return Promise.resolve({ rows: statement.all(...values) as Row[] });
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
