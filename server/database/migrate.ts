// Numbered SQL files, forward only, one transaction each; racing openers are safe because the first takes the write lock.
import { readdirSync, readFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { problem } from '../contract/problem.ts';

const FOLDER = new URL('./migrations/', import.meta.url);

export function migrate(database: DatabaseSync): void {
  database.exec(
    'create table if not exists migrations (name text primary key, applied_at text not null) strict'
  );
  const files = readdirSync(FOLDER)
    .filter(name => name.endsWith('.sql'))
    .sort();
  const known = new Set(files);
  for (const row of database.prepare('select name from migrations').all()) {
    if (!known.has(String(row['name']))) {
      throw problem(
        'storage_unavailable',
        `The data folder was written by a newer Stepladder (it knows "${row['name']}")`,
        {
          remedy: 'Update Stepladder, or use another --data folder'
        }
      );
    }
  }
  for (const name of files) {
    database.exec('begin immediate');
    try {
      const claimed = database
        .prepare("insert into migrations values (?, datetime('now')) on conflict do nothing")
        .run(name);
      if (claimed.changes > 0) database.exec(readFileSync(new URL(name, FOLDER), 'utf8'));
      database.exec('commit');
    } catch (error) {
      database.exec('rollback');
      throw error;
    }
  }
}
