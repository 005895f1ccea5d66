import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Database, type Db, openDatabase } from './open.ts';

let folder: string;
let file: string;
let database: Database;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stepladder-database-'));
  file = join(folder, 'test.db');
  database = await openDatabase(file);
  await database.write(db => sql`create table words (word text primary key) strict`.execute(db));
});
afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const insert = (word: string) => (db: Db) => sql`insert into words values (${word})`.execute(db);
const words = async (from = database) =>
  (await sql<{ word: string }>`select word from words order by word`.execute(from.read)).rows.map(
    row => row.word
  );

test('one work of a group that throws leaves the others', async () => {
  const results = await Promise.allSettled([
    database.write(insert('a')),
    database.write(async db => {
      await insert('b')(db);
      throw new Error('no');
    }),
    database.write(insert('a')),
    database.write(insert('c'))
  ]);
  expect(results.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'rejected',
    'fulfilled'
  ]);
  expect(await words()).toEqual(['a', 'c']);
});

test('a work sees what the works before it in the group wrote', async () => {
  const seen = await Promise.all([
    database.write(insert('a')),
    database.write(async db => (await sql`select * from words`.execute(db)).rows.length)
  ]);
  expect(seen[1]).toBe(1);
});

test('an acknowledged write is on the disk for another opener', async () => {
  await database.write(insert('a'));
  const other = await openDatabase(file);
  expect(await words(other)).toEqual(['a']);
  await other.close();
});

test('closing waits for what was asked before', async () => {
  const writes = Array.from({ length: 600 }, (_, index) => database.write(insert(`w${index}`)));
  await database.close();
  await Promise.all(writes);
  database = await openDatabase(file);
  expect(await words()).toHaveLength(600);
});

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

test('LIKE knows capitals', async () => {
  await database.write(insert('Abc'));
  const { rows } =
    await sql`select 'Abc' like 'a%' as plain, lower('Abc') like 'a%' as lowered`.execute(
      database.read
    );
  expect(rows).toEqual([{ plain: 0, lowered: 1 }]);
});

test('eight processes that open one new file at once all find it whole', async () => {
  const fresh = join(folder, 'raced.db');
  const child = () =>
    new Promise<number | null>(resolve =>
      fork(new URL('./open.child.ts', import.meta.url), ['open', fresh], { silent: true }).once(
        'exit',
        resolve
      )
    );
  expect(await Promise.all(Array.from({ length: 8 }, child))).toEqual(Array(8).fill(0));
  const raced = await openDatabase(fresh);
  const { rows } = await sql`select name from experiments`.execute(raced.read);
  expect(rows).toEqual([{ name: 'Default' }]);
  await raced.close();
}, 60_000);

test('kill -9 amid writes loses none that was acknowledged', async () => {
  const writer = fork(new URL('./open.child.ts', import.meta.url), ['write', file], {
    silent: true
  });
  const acknowledged: string[] = [];
  await new Promise<void>(resolve => {
    writer.on('message', word => {
      acknowledged.push(String(word));
      if (acknowledged.length === 300) writer.kill('SIGKILL');
    });
    writer.once('exit', () => resolve());
  });
  expect(acknowledged.length).toBeGreaterThanOrEqual(300);
  const survivor = await openDatabase(file);
  expect(await words(survivor)).toEqual(expect.arrayContaining(acknowledged));
  await survivor.close();
}, 60_000);
