// The file of an MLflow database: what is there is taken as it is, what is not there is made.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { problem } from '../../contract/problem.ts';

const TABLES = new URL('./mlflow-tables.sql', import.meta.url);

/** @throws invalid_request for a file that is no tracker's database, or a place that cannot be written to. */
export function openMlflowDatabase(file: string): DatabaseSync {
  const isNew = !existsSync(file);
  let db: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true });
    db = new DatabaseSync(file);
    // One that was broken off before its first table is as good as new.
    const { n: tables } = db.prepare('select count(*) as n from sqlite_master').get()!;
    if (tables === 0) db.exec(`begin;${readFileSync(TABLES, 'utf8')}commit;`);
    else db.prepare('select version_num from alembic_version').get();
  } catch (error) {
    db?.close();
    const reason = error instanceof Error ? error.message : String(error);
    throw problem(
      'invalid_request',
      isNew
        ? `No database can be made at "${file}": ${reason}`
        : `The file "${file}" is no database of MLflow: ${reason}`,
      { remedy: 'Name a file that is not there yet, or one that MLflow has made' }
    );
  }
  return db;
}
