// What only a real PostgreSQL can show: connections lost and back, wrong addresses, statements that wait for another server.
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, type Db, openDatabase } from '../../server/database/open.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

let postgres: TestPostgres;
let database: Database;
beforeAll(async () => {
  postgres = await startPostgres();
  await postgres.execute('create database team');
  database = await openDatabase(postgres.urlOf('team'));
  await database.write(db => sql`create table words (word text primary key)`.execute(db));
});
afterAll(async () => {
  await database.close();
  await postgres.stop();
});

const insert = (word: string) => (db: Db) => sql`insert into words values (${word})`.execute(db);
const has = async (word: string) =>
  (await sql`select 1 from words where word = ${word}`.execute(database.read)).rows.length === 1;

describe('an address that does not work is said in words, without the password', () => {
  const cases: [string, (url: URL) => void, RegExp][] = [
    ['password', url => (url.password = 'hush-hush'), /refuses the user or the password/],
    ['no password', url => (url.password = ''), /refuses the user or the password/],
    ['user', url => (url.username = 'nobody'), /refuses the user or the password/],
    ['database', url => (url.pathname = '/missing'), /no such database/],
    ['port', url => (url.port = '9'), /does not answer/],
    ['host', url => (url.hostname = 'no-such-host.invalid'), /does not answer/]
  ];
  test.each(cases)('%s', async (_name, change, words) => {
    const url = new URL(postgres.urlOf('team'));
    const { password } = url;
    change(url);
    const refused = (await openDatabase(url.href).catch((error: unknown) => error)) as Error;
    expect(refused).toMatchObject({ problem: { code: 'storage_unavailable' } });
    expect(refused.message).toMatch(words);
    const said = JSON.stringify(refused) + refused.message;
    for (const secret of ['hush-hush', password, decodeURIComponent(password)])
      expect(said).not.toContain(secret);
  });

  test('a user who may not make tables', async () => {
    await postgres.execute(`create user guest password 'guest'`);
    await postgres.execute('create database closed');
    const url = new URL(postgres.urlOf('closed'));
    [url.username, url.password] = ['guest', 'guest'];
    await expect(openDatabase(url.href)).rejects.toThrow(/may not create tables/);
  });
});

test('a server that crashed refuses with 429, and what comes after it is back is written', async () => {
  await database.write(insert('before'));
  await postgres.crash();
  const refused = { problem: { status: 429, code: 'storage_unavailable' } };
  await expect(database.write(insert('while'))).rejects.toMatchObject(refused);
  await expect(has('before')).rejects.toMatchObject(refused);
  await postgres.start();
  await database.write(insert('after'));
  expect([await has('before'), await has('while'), await has('after')]).toEqual([
    true,
    false,
    true
  ]);
});

test('a connection that is cut amid a write is made anew, and the write runs again', async () => {
  let tries = 0;
  await database.write(async db => {
    tries += 1;
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
    if (tries === 1) await postgres.execute(`select pg_terminate_backend(${rows[0]!.pid})`);
    await insert('cut')(db);
  });
  expect([tries, await has('cut')]).toEqual([2, true]);
});

test('a transaction that the database took back runs again', async () => {
  let tries = 0;
  await database.write(async db => {
    tries += 1;
    await insert('again')(db);
    if (tries === 1) {
      await sql`do $$ begin raise exception 'conflict' using errcode = '40001'; end $$`.execute(db);
    }
  });
  expect([tries, await has('again')]).toEqual([2, true]);
});

test('what its types cannot hold is the caller’s fault, not ours', async () => {
  await expect(database.write(insert('a\0b'))).rejects.toMatchObject({ problem: { status: 400 } });
});

test('one server hears what another says, and not itself; also after the connection was cut', async () => {
  const other = await openDatabase(postgres.urlOf('team'));
  const heard: string[] = [];
  let wake = () => {};
  database.channel!.listen(word => {
    heard.push(`here: ${word}`);
    wake();
  });
  other.channel!.listen(word => {
    heard.push(`there: ${word}`);
    wake();
  });
  const next = () => new Promise<void>(resolve => (wake = resolve));
  const listeners = () =>
    postgres.execute(
      `select count(*) from pg_stat_activity where application_name like '%listens%' and query like 'listen%' and state = 'idle'`
    );
  while ((await listeners()) !== '2');
  const first = next();
  await database.channel!.send(['one']);
  await first;
  await postgres.execute(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name like '%listens%'`
  );
  while ((await listeners()) !== '2');
  const second = next();
  await other.channel!.send(['two', 'x'.repeat(9000)]);
  await second;
  expect(heard).toEqual(['there: one', 'here: two']);
  await other.close();
});
