// Kysely over pg: whatever can run a query, the pool or the one connection of a transaction.
import type { QueryResult as Answer } from 'pg';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult
} from 'kysely';

export type RunQuery = (sql: string, values: unknown[]) => Promise<Answer<Record<string, unknown>>>;

export function postgresDialect(run: RunQuery): Dialect {
  const connection: DatabaseConnection = {
    async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
      // Truth is kept as 0 and 1, as in SQLite.
      const values = parameters.map(value => (typeof value === 'boolean' ? Number(value) : value));
      const { rows, rowCount } = await run(sql, values);
      return { rows: rows as Row[], numAffectedRows: BigInt(rowCount ?? 0) };
    },
    async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
      throw new Error('Streaming is not offered by this dialect');
    }
  };
  const nothing = async () => {};
  return {
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: db => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createDriver: () => ({
      init: nothing,
      acquireConnection: async () => connection,
      releaseConnection: nothing,
      destroy: nothing,
      // `database/postgres.ts` alone opens transactions.
      beginTransaction: nothing,
      commitTransaction: nothing,
      rollbackTransaction: nothing
    })
  };
}
