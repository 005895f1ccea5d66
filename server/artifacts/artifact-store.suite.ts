// What every driver of the port holds: run for the local folder with the unit tests, for S3 servers in `test/stores`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { beforeEach, expect, test } from 'vitest';
import { ProblemError } from '../contract/problem.ts';
import type { ArtifactStore } from './artifact-store.ts';

/** @param open an empty store, asked for before each test. */
export function artifactStoreSuite(open: () => ArtifactStore | Promise<ArtifactStore>): void {
  let store: ArtifactStore;
  beforeEach(async () => void (store = await open()));

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
    expect(await store.list('')).toEqual([{ name: 'a', isFolder: false, bytes: 3 }]);
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
    const calls = [
      () => put(path, 'x'),
      () => store.get(path),
      () => store.list(path),
      () => store.delete(path),
      () => store.local(path),
      () => store.size(path)
    ];
    for (const call of calls)
      await expect(call()).rejects.toMatchObject({ problem: { code: 'invalid_request' } });
    expect(await store.list('')).toEqual([]);
  });

  test('names of every kind come back as they were', async () => {
    const names = ['a b+c&d=é%20.txt', "it's (1)!*.bin", '日本.txt', '<x> "y"; z', 'a:b@c,d'];
    for (const name of names) await put(`odd/${name}`, name);
    expect((await store.list('odd')).map(({ name }) => name).sort()).toEqual([...names].sort());
    for (const name of names) expect(await read(`odd/${name}`)).toBe(name);
  });

  test('gives a part of a file, and says how large the whole is', async () => {
    await put('a', '0123456789');
    const { content, bytes } = await store.get('a', { start: 3, end: 5 });
    expect([await text(content), bytes, await store.size('a')]).toEqual(['345', 10, 10]);
    await expect(store.size('b')).rejects.toMatchObject({ problem: { status: 404 } });
  });

  test('takes a large stream of odd pieces, and gives it back byte by byte', async () => {
    const piece = Buffer.from(Array.from({ length: 700_001 }, (_, index) => index % 251));
    const pieces = Array.from({ length: 40 }, () => piece);
    expect(await store.put('large', Readable.from(pieces))).toEqual({ bytes: 28_000_040 });
    const back = await buffer((await store.get('large')).content);
    expect(back.equals(Buffer.concat(pieces))).toBe(true);
  });

  test('a large upload that breaks is not seen, not even its beginning', async () => {
    const piece = Buffer.alloc(1024 * 1024);
    const broken = async function* () {
      for (let sent = 0; sent < 20; sent += 1) yield piece;
      throw new Error('connection lost');
    };
    await expect(store.put('large', Readable.from(broken()))).rejects.toThrow('connection lost');
    await expect(store.get('large')).rejects.toMatchObject({ problem: { status: 404 } });
  });

  test('puts parts together in their order, whatever order they came in', async () => {
    const parts = store.parts!;
    const upload = await parts.begin('big/file');
    const [one, two] = [Buffer.alloc(5 * 1024 * 1024, 'a'), Buffer.from('end')];
    const second = await parts.put('big/file', upload, 2, Readable.from([two]));
    const first = await parts.put('big/file', upload, 1, Readable.from([one]));
    expect(await store.list('big')).toEqual([]);
    await parts.join('big/file', upload, [
      { part: 1, etag: first },
      { part: 2, etag: second }
    ]);
    expect(
      (await buffer((await store.get('big/file')).content)).equals(Buffer.concat([one, two]))
    ).toBe(true);
  });

  test('parts that are not there, and uploads that nobody began, are refused', async () => {
    const parts = store.parts!;
    const upload = await parts.begin('big');
    const etag = await parts.put('big', upload, 1, Readable.from([Buffer.from('x')]));
    const wrong = parts.join('big', upload, [{ part: 2, etag }]);
    await expect(wrong).rejects.toMatchObject({ problem: { status: 400 } });
    await parts.drop('big', upload);
    const late = parts.put('big', upload, 2, Readable.from([Buffer.from('x')]));
    await expect(late).rejects.toBeInstanceOf(ProblemError);
  });

  test('a copy on this machine follows the content', async () => {
    await put('m/a', 'one');
    await put('m/deep/b', 'two');
    const before = await store.local('m');
    expect(readFileSync(join(before, 'deep', 'b'), 'utf8')).toBe('two');
    expect(readFileSync(await store.local('m/a'), 'utf8')).toBe('one');
    await put('m/a', 'new');
    expect(readFileSync(join(await store.local('m'), 'a'), 'utf8')).toBe('new');
  });
}
