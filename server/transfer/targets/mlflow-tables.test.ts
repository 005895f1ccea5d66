// The file that an export to a database goes to. That MLflow takes a new one is shown in test/peers/transfer.test.ts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openMlflowDatabase } from './mlflow-tables-store.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'stepladder-mlflow-tables-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const revisions = (db: DatabaseSync) => db.prepare('select version_num from alembic_version').all();

test('one that is not there is made, with its folder; opened again, it stays as it is', () => {
  const file = join(folder, 'new', 'mlflow.db');
  const db = openMlflowDatabase(file);
  expect(revisions(db)).toHaveLength(1);
  db.exec(`update alembic_version set version_num = 'later'`);
  db.close();
  const again = openMlflowDatabase(file);
  expect(revisions(again)).toEqual([{ version_num: 'later' }]);
  again.close();
});

test('a file of something else is left alone, in words', () => {
  const text = join(folder, 'notes.db');
  writeFileSync(text, 'notes of mine, and no database at all'.repeat(100));
  expect(() => openMlflowDatabase(text)).toThrow(/is no database of MLflow/);
  const other = join(folder, 'other.db');
  new DatabaseSync(other).exec('create table mine (x)');
  expect(() => openMlflowDatabase(other)).toThrow(/is no database of MLflow/);
  expect(() => openMlflowDatabase(join(text, 'mlflow.db'))).toThrow(/can be made/);
});
