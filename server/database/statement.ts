// A query whose SQL is built once: for the few that run for every point that is logged.
import { CompiledQuery, type QueryResult } from 'kysely';
import type { Db } from './open.ts';

interface Compilable {
  compile(): CompiledQuery;
}

/** Runs it; the parameters come in the order in which the query has them. */
export type Statement<Row> = (db: Db, parameters: readonly unknown[]) => Promise<QueryResult<Row>>;

/** @param build the query, with any values in the places of its parameters. For one database: its SQL is kept. */
export function createStatement<Row>(build: (db: Db) => Compilable): Statement<Row> {
  let text: string | undefined;
  return (db, parameters) => {
    text ??= build(db).compile().sql;
    return db.executeQuery<Row>(CompiledQuery.raw(text, parameters as unknown[]));
  };
}
