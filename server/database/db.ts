// What stores query: Kysely, and beside it a short way for SQL that is built once and runs for every point that is logged.
import { type Dialect, Kysely } from 'kysely';
import type { Tables } from './tables.ts';

export interface Answer {
  rows: unknown[];
  /** How many rows were written. */
  changes: number;
}

/** SQLite answers at once. Placeholders and values are the dialect's own. */
export type RunSql = (sql: string, values: readonly unknown[]) => Answer | Promise<Answer>;

export class Db extends Kysely<Tables> {
  readonly run: RunSql;
  constructor(dialect: Dialect, run: RunSql) {
    super({ dialect });
    this.run = run;
  }
}
