// A query whose SQL is built once: for the few that run for every point that is logged.
import type { CompiledQuery } from 'kysely';
import type { Db } from './db.ts';

interface Compilable {
  compile(): CompiledQuery;
}

export interface StatementAnswer<Row> {
  rows: Row[];
  /** How many rows were written. */
  changes: number;
}

/** Runs it; the parameters come in the order in which the query has them, truth as 0 and 1. */
export type Statement<Row> = (
  db: Db,
  parameters: readonly unknown[]
) => StatementAnswer<Row> | Promise<StatementAnswer<Row>>;

/** @param build the query, with any values in the places of its parameters. For one database: its SQL is kept. */
export function createStatement<Row>(build: (db: Db) => Compilable): Statement<Row> {
  let text: string | undefined;
  return (db, parameters) => {
    text ??= build(db).compile().sql;
    return db.run(text, parameters) as StatementAnswer<Row> | Promise<StatementAnswer<Row>>;
  };
}
