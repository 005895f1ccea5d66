// One server a data folder: the lock, the finding, and the coming after.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../config.ts';
import { getStatus } from '../contract/server.ts';
import { connect } from './connect.ts';
import { findRunning, lockData } from './data-folder.ts';
import { startServer } from './start-server.ts';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'stepladder-lock-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a folder has one holder; released, it has the next', () => {
  const data = join(folder, 'one');
  const first = lockData(data)!;
  expect(lockData(data)).toBeUndefined();
  first.release();
  const second = lockData(data)!;
  expect(second).toBeDefined();
  second.release();
});

test('a second server on the folder finds the first, and a command uses it', async () => {
  const config = readConfig({ data: join(folder, 'two'), workspace: folder }, {}, folder);
  const first = (await startServer(config))!;
  expect(await startServer(config)).toBeUndefined();
  expect(await findRunning(config.data)).toMatchObject({ url: first.url, token: first.token });
  const connection = await connect(config);
  expect(connection.own).toBe(false);
  expect(await connection.call(getStatus, {})).toMatchObject({ data: config.data });
  await connection.close();
  expect((await fetch(`${first.url}/health`)).ok).toBe(true);
  await first.close();
});

test('a command without a server is one, and leaves the folder free', async () => {
  const config = readConfig({ data: join(folder, 'three'), workspace: folder }, {}, folder);
  for (let round = 0; round < 2; round += 1) {
    const connection = await connect(config);
    expect(connection.own).toBe(true);
    await connection.close();
  }
  expect(await findRunning(config.data)).toBeUndefined();
});

test('a taken port is named, and the folder is free again', async () => {
  const one = (await startServer(readConfig({ data: join(folder, 'four') }, {}, folder)))!;
  const port = new URL(one.url).port;
  const other = readConfig({ data: join(folder, 'five'), port }, {}, folder);
  await expect(startServer(other)).rejects.toThrow(new RegExp(`Port ${port} .* is taken`));
  await one.close();
  const again = await startServer(other);
  expect(again?.url).toMatch(`:${port}`);
  await again!.close();
});

test('a server that is just ending is waited for, and its place taken', async () => {
  const data = join(folder, 'six');
  const lock = lockData(data)!;
  const starting = connect(readConfig({ data, workspace: folder }, {}, folder));
  setTimeout(() => lock.release(), 150);
  const connection = await starting;
  expect(connection.own).toBe(true);
  await connection.close();
});
