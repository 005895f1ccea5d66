// Queries whose SQL is built once: for those that run whenever something is logged.
import type { CompiledQuery } from 'kysely';
import type { Db, Dialect } from './db.ts';

interface Compilable {
  compile(): CompiledQuery;
}

export interface StatementAnswer<Row> {
  rows: Row[];
  /** How many rows were written. */
  changes: number;
}

/** The values with the last one again, so that there are 1, 2, 4, 8 …: for a condition `in`, of which few texts are to be kept. */
export function padded<Value>(values: readonly Value[]): Value[] {
  const length = 2 ** Math.ceil(Math.log2(values.length));
  return [...values, ...Array.from({ length: length - values.length }, () => values.at(-1)!)];
}

/** @param sizes falling to 1: how many may go together, so that there are few texts of a statement. */
export async function inChunks<Item>(
  items: readonly Item[],
  sizes: readonly number[],
  run: (some: readonly Item[]) => Promise<void>
): Promise<void> {
  let from = 0;
  for (const size of sizes)
    for (; from + size <= items.length; from += size) await run(items.slice(from, from + size));
}

/** Runs it; the parameters come in the order in which the query has them, row by row, truth as 0 and 1. */
export type Statement<Row> = (
  db: Db,
  parameters: readonly unknown[],
  rows?: number
) => StatementAnswer<Row> | Promise<StatementAnswer<Row>>;

/**
 * @param build the query with any values in the places of its parameters, for as many rows as it writes. The SQL of every number
 * of rows is kept: only few should be asked for.
 */
export function createStatement<Row>(build: (db: Db, rows: number) => Compilable): Statement<Row> {
  const texts: Record<Dialect, Map<number, string>> = { sqlite: new Map(), postgres: new Map() };
  return (db, parameters, rows = 1) => {
    const kept = texts[db.dialect];
    let text = kept.get(rows);
    if (text === undefined) kept.set(rows, (text = build(db, rows).compile().sql));
    return db.run(text, parameters) as StatementAnswer<Row> | Promise<StatementAnswer<Row>>;
  };
}
