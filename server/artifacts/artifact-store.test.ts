// One suite for every driver of the port; so far there is one.
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ArtifactStore } from './artifact-store.ts';
import { createLocalArtifactStore } from './local-folder.ts';

let folder: string;
let store: ArtifactStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepladder-artifacts-'));
  store = createLocalArtifactStore(join(folder, 'root'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const put = (path: string, content: string) => store.put(path, Buffer.from(content));
const read = async (path: string) => text((await store.get(path)).content);

test('keeps bytes and streams, counts them, and lists folders in order', async () => {
  expect(await put('a/b.txt', 'hello')).toEqual({ bytes: 5 });
  expect(await store.put('a/c/d.txt', Readable.from(['x', 'yz']))).toEqual({ bytes: 3 });
  expect(await put('a/empty', '')).toEqual({ bytes: 0 });
  expect([await read('a/b.txt'), await read('a/c/d.txt'), await read('a/empty')]).toEqual([
    'hello',
    'xyz',
    ''
  ]);
  expect(await store.list('a')).toEqual([
    { name: 'b.txt', isFolder: false, bytes: 5 },
    { name: 'c', isFolder: true, bytes: 0 },
    { name: 'empty', isFolder: false, bytes: 0 }
  ]);
  expect(await store.list('')).toEqual([{ name: 'a', isFolder: true, bytes: 0 }]);
});

test('lists nothing for a file and for what is not there', async () => {
  await put('a', 'x');
  expect([await store.list('a'), await store.list('b')]).toEqual([[], []]);
});

test('a file is replaced whole: a reader that has begun reads the old one to its end', async () => {
  await put('a', 'old');
  const { content } = await store.get('a');
  await new Promise(resolve => content.once('readable', resolve));
  await put('a', 'new!');
  expect([await text(content), await read('a')]).toEqual(['old', 'new!']);
});

test('an upload that breaks leaves what was there, and no rest', async () => {
  await put('a', 'old');
  const broken = new Readable({
    read() {
      this.push('half');
      this.destroy(new Error('connection lost'));
    }
  });
  await expect(store.put('a', broken)).rejects.toThrow('connection lost');
  expect(await read('a')).toBe('old');
  expect(readdirSync(join(folder, 'root'))).toEqual(['a']);
});

test('a file is no folder and a folder no file', async () => {
  await put('a/b', 'x');
  for (const path of ['a', 'a/b/c', 'n'.repeat(300)]) {
    await expect(put(path, 'y')).rejects.toMatchObject({ problem: { code: 'invalid_request' } });
  }
  expect(await read('a/b')).toBe('x');
});

test('deletes folders whole, and what is not there', async () => {
  await put('a/b/c', 'x');
  await store.delete('a');
  await store.delete('a');
  await expect(store.get('a/b/c')).rejects.toMatchObject({ problem: { status: 404 } });
});

test('gives programs a place on this machine', async () => {
  await put('m/file', 'x');
  expect(readFileSync(join(await store.local('m'), 'file'), 'utf8')).toBe('x');
  await expect(store.local('none')).rejects.toMatchObject({ problem: { status: 404 } });
});

test.each([
  '..',
  '../x',
  'a/../../x',
  '/etc/passwd',
  'a//b',
  'a/./b',
  'a\\..\\b',
  'C:x',
  'a\0b',
  'a#b'
])('refuses %j everywhere', async path => {
  writeFileSync(join(folder, 'x'), 'secret');
  const calls = [
    () => put(path, 'x'),
    () => store.get(path),
    () => store.list(path),
    () => store.delete(path),
    () => store.local(path)
  ];
  for (const call of calls)
    await expect(call()).rejects.toMatchObject({ problem: { code: 'invalid_request' } });
  expect(readFileSync(join(folder, 'x'), 'utf8')).toBe('secret');
});

test('does not follow a link that somebody put there', async () => {
  await put('a/file', 'x');
  writeFileSync(join(folder, 'secret'), 'secret');
  symlinkSync(join(folder, 'secret'), join(folder, 'root', 'a', 'link'));
  expect((await store.list('a')).map(({ name }) => name)).toEqual(['file']);
});
