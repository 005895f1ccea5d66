// What every dialect holds: run for SQLite with the unit tests, for PostgreSQL in the project `stores`.
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Database, type Db, openDatabase } from './open.ts';
import { createEmptyPlace, createTestPlace, type TestPlace } from './test-database.ts';

let folder: string;
let tested: TestPlace;
let database: Database;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stepladder-database-'));
  tested = await createTestPlace(join(folder, 'test.db'));
  database = await openDatabase(tested.place);
  await database.write(db => sql`create table words (word text primary key)`.execute(db));
});
afterEach(async () => {
  await database.close();
  await tested.drop();
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

test('a work that throws alone leaves nothing', async () => {
  const work = database.write(async db => {
    await insert('a')(db);
    throw new Error('no');
  });
  await expect(work).rejects.toThrow('no');
  await database.write(insert('b'));
  expect(await words()).toEqual(['b']);
});

test('a work sees what the works before it in the group wrote', async () => {
  const seen = await Promise.all([
    database.write(insert('a')),
    database.write(async db => (await sql`select * from words`.execute(db)).rows.length)
  ]);
  expect(seen[1]).toBe(1);
});

test('an acknowledged write is there for another opener', async () => {
  await database.write(insert('a'));
  const other = await openDatabase(tested.place);
  expect(await words(other)).toEqual(['a']);
  await other.close();
});

test('closing waits for what was asked before', async () => {
  const writes = Array.from({ length: 600 }, (_, index) => database.write(insert(`w${index}`)));
  await database.close();
  await Promise.all(writes);
  database = await openDatabase(tested.place);
  expect(await words()).toHaveLength(600);
});

test('two openers that read and then write do so in turn', async () => {
  const other = await openDatabase(tested.place);
  const next = async (db: Db) => {
    const { rows } = await sql<{ word: string }>`select word from words`.execute(db);
    await insert(`w${rows.length}`)(db);
  };
  await Promise.all(
    Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? database : other).write(next))
  );
  expect(await words()).toHaveLength(40);
  await other.close();
});

test('LIKE knows capitals', async () => {
  const { rows } = await sql`
    select case when 'Abc' like 'a%' then 1 else 0 end as plain, case when lower('Abc') like 'a%' then 1 else 0 end as lowered
  `.execute(database.read);
  expect(rows).toEqual([{ plain: 0, lowered: 1 }]);
});

test('text sorts by its bytes, truth is 0 and 1, whole numbers are numbers', async () => {
  for (const name of ['b', 'A', 'ä', 'B']) {
    await database.write(db =>
      db
        .insertInto('experiments')
        .values({
          name,
          artifact_location: '',
          lifecycle: 'active',
          created_at: 1e15,
          updated_at: 0
        })
        .execute()
    );
  }
  const rows = await database.read
    .selectFrom('experiments')
    .select(['name', 'created_at'])
    .where('experiment_id', '>', 0)
    .orderBy('name')
    .execute();
  expect(rows).toEqual(['A', 'B', 'b', 'ä'].map(name => ({ name, created_at: 1e15 })));
});

test('eight processes that open one new database at once all find it whole', async () => {
  const fresh = await createEmptyPlace(join(folder, 'raced.db'));
  const child = () =>
    new Promise<number | null>(resolve =>
      fork(new URL('./open.child.ts', import.meta.url), ['open', fresh.place], {
        silent: true
      }).once('exit', resolve)
    );
  expect(await Promise.all(Array.from({ length: 8 }, child))).toEqual(Array(8).fill(0));
  const raced = await openDatabase(fresh.place);
  const { rows } = await sql`select name from experiments`.execute(raced.read);
  expect(rows).toEqual([{ name: 'Default' }]);
  await raced.close();
  await fresh.drop();
}, 60_000);

test('kill -9 amid writes loses none that was acknowledged', async () => {
  const writer = fork(new URL('./open.child.ts', import.meta.url), ['write', tested.place], {
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
  const survivor = await openDatabase(tested.place);
  expect(await words(survivor)).toEqual(expect.arrayContaining(acknowledged));
  await survivor.close();
}, 60_000);

test('a database of a newer version is refused in words', async () => {
  await database.write(db => sql`insert into migrations values ('9999-x.sql', 'now')`.execute(db));
  await expect(openDatabase(tested.place)).rejects.toMatchObject({
    problem: { code: 'storage_unavailable', detail: expect.stringContaining('9999-x.sql') }
  });
});
