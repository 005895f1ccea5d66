// All places where the path of a notebook is stored. One list, because a rename must miss none of them.
import { sql } from 'kysely';
import type { Db } from '../database/open.ts';

interface Place {
  table: string;
  column: string;
  /** The path is part of the key: what is under the new name belongs to a notebook that was there before. */
  isKey?: boolean;
}

const PLACES: readonly Place[] = [
  { table: 'runs', column: 'notebook' },
  { table: 'sessions', column: 'notebook' },
  { table: 'pipelines', column: 'path' },
  { table: 'pipeline_runs', column: 'notebook' },
  { table: 'exports', column: 'notebook' },
  { table: 'step_marks', column: 'notebook', isKey: true },
  { table: 'step_files', column: 'notebook', isKey: true },
  { table: 'value_schemas', column: 'notebook', isKey: true },
  { table: 'proofs', column: 'notebook', isKey: true },
  // Earlier renames lead on to the newest name.
  { table: 'notebook_moves', column: 'to_path' }
];

/** `from` is a notebook or a folder of notebooks. */
export async function movePaths(db: Db, from: string, to: string, sep: string): Promise<void> {
  const isIn = (column: string, path: string) => {
    const below = path + sep;
    return sql<boolean>`(${sql.ref(column)} = ${path}
      or substr(${sql.ref(column)}, 1, cast(${lengthOf(below)} as integer)) = ${below})`;
  };
  const moved = (column: string) =>
    sql`cast(${to} as text) || substr(${sql.ref(column)}, cast(${lengthOf(from) + 1} as integer))`;
  for (const { table, column, isKey = false } of PLACES) {
    const name = sql.table(table);
    if (isKey) {
      const any = await sql`select 1 from ${name} where ${isIn(column, from)} limit 1`.execute(db);
      if (any.rows.length === 0) continue;
      await sql`delete from ${name} where ${isIn(column, to)}`.execute(db);
    }
    await sql`update ${name} set ${sql.ref(column)} = ${moved(column)}
      where ${isIn(column, from)}`.execute(db);
  }
  await sql`update tags set value = ${moved('value')}
    where key = 'stepladder.notebook' and ${isIn('value', from)}`.execute(db);
  await sql`delete from notebook_moves where ${isIn('from_path', to)}`.execute(db);
  await sql`delete from notebook_moves where from_path = ${from}`.execute(db);
  await sql`insert into notebook_moves (from_path, to_path) values (${from}, ${to})`.execute(db);
}

/** In characters as a database counts them. */
const lengthOf = (text: string): number => [...text].length;
