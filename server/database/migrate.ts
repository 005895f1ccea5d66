// Numbered SQL files, forward only, safe when several open one database at once: the first holds the lock, the others wait.
import { readdirSync, readFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { problem } from '../contract/problem.ts';

const FOLDER = new URL('./migrations/', import.meta.url);

export const MIGRATIONS_TABLE =
  'create table if not exists migrations (name text primary key, applied_at text not null)';

export interface Migration {
  name: string;
  sql: string;
}

/** Those that the database lacks. @throws storage_unavailable when it knows some that we do not. */
export function missingMigrations(applied: readonly string[]): Migration[] {
  const files = readdirSync(FOLDER)
    .filter(name => name.endsWith('.sql'))
    .sort();
  const strange = applied.find(name => !files.includes(name));
  if (strange !== undefined) {
    throw problem(
      'storage_unavailable',
      `The database was written by a newer Stepladder (it knows "${strange}")`,
      { remedy: 'Update Stepladder, or use another --data folder or --database' }
    );
  }
  return files
    .filter(name => !applied.includes(name))
    .map(name => ({ name, sql: readFileSync(new URL(name, FOLDER), 'utf8') }));
}

export function migrateSqlite(database: DatabaseSync): void {
  database.exec(`${MIGRATIONS_TABLE} strict`);
  const read = database.prepare('select name from migrations');
  const applied = () => read.all().map(row => String(row['name']));
  if (missingMigrations(applied()).length === 0) return;
  database.exec('begin immediate');
  try {
    const note = database.prepare("insert into migrations values (?, datetime('now'))");
    // Anew, within the lock: another opener may just have done it.
    for (const { name, sql } of missingMigrations(applied())) {
      database.exec(sql);
      note.run(name);
    }
    database.exec('commit');
  } catch (error) {
    if (database.isTransaction) database.exec('rollback');
    throw error;
  }
}
