import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Database, type Db, openDatabase } from './open.ts';

let folder: string;
let database: Database;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stepladder-sqlite-'));
  database = await openDatabase(join(folder, 'test.db'));
  await database.write(db => sql`create table words (word text primary key) strict`.execute(db));
});
afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const insert = (word: string) => (db: Db) => sql`insert into words values (${word})`.execute(db);
const words = async () =>
  (await sql<{ word: string }>`select word from words`.execute(database.read)).rows.map(
    row => row.word
  );

test('a full disk refuses with 429, and what comes after space is there again is written', async () => {
  await sql`pragma max_page_count = 1`.execute(database.read);
  const big = 'x'.repeat(1_000_000);
  const results = await Promise.allSettled([
    database.write(insert(big)),
    database.write(insert(`${big}y`))
  ]);
  for (const result of results) {
    expect(result).toMatchObject({
      status: 'rejected',
      reason: { problem: { status: 429, code: 'storage_unavailable' } }
    });
  }
  await sql`pragma max_page_count = 100000`.execute(database.read);
  await database.write(insert('after'));
  expect(await words()).toEqual(['after']);
});

test('a folder that became read-only refuses with 429, and can still be read', async () => {
  await database.write(insert('a'));
  await sql`pragma query_only = on`.execute(database.read);
  await expect(database.write(insert('b'))).rejects.toMatchObject({ problem: { status: 429 } });
  expect(await words()).toEqual(['a']);
  await sql`pragma query_only = off`.execute(database.read);
});

test('a place where no database can be is said in words', async () => {
  await expect(openDatabase(join(folder, 'missing', 'test.db'))).rejects.toMatchObject({
    problem: { code: 'storage_unavailable' }
  });
});
