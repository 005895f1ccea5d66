// What stores query: Kysely, and beside it a short way for SQL that is built once and runs for every point that is logged.
import { type Dialect as KyselyDialect, Kysely } from 'kysely';
import type { Exact } from '../contract/int64.ts';
import type { Tables } from './tables.ts';

export interface Answer {
  rows: unknown[];
  /** How many rows were written. */
  changes: number;
}

/** SQLite answers at once. Placeholders and values are the dialect's own; rows are as exact as those of `Db.exact`. */
export type RunSql = (sql: string, values: readonly unknown[]) => Answer | Promise<Answer>;

export type ExactTables = { [Name in keyof Tables]: Exact<Tables[Name]> };

export type Dialect = 'sqlite' | 'postgres';

interface Dialects {
  /** Whole numbers that a double cannot hold come as the nearest one, so that everybody can calculate with them. */
  rounding: KyselyDialect;
  /** They come as bigint. */
  exact: KyselyDialect;
}

export class Db extends Kysely<Tables> {
  readonly dialect: Dialect;
  readonly run: RunSql;
  /** The same tables where MLflow's wire gives back what it was given, to the last of 64 bits. */
  readonly exact: Kysely<ExactTables>;
  constructor(dialect: Dialect, { rounding, exact }: Dialects, run: RunSql) {
    super({ dialect: rounding });
    this.dialect = dialect;
    this.run = run;
    this.exact = new Kysely({ dialect: exact });
  }
}
