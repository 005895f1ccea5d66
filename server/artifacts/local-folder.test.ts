import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ArtifactStore } from './artifact-store.ts';
import { artifactStoreSuite } from './artifact-store.suite.ts';
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

describe('as every store', () => artifactStoreSuite(() => store));

test('an upload that breaks leaves no rest in the folder', async () => {
  await put('a', 'old');
  const broken = Readable.from(
    (async function* () {
      yield 'half';
      throw new Error('connection lost');
    })()
  );
  await expect(store.put('a', broken)).rejects.toThrow('connection lost');
  expect(readdirSync(join(folder, 'root'))).toEqual(['a']);
});

test('a file is no folder and a folder no file', async () => {
  await put('a/b', 'x');
  for (const path of ['a', 'a/b/c', 'n'.repeat(300)]) {
    await expect(put(path, 'y')).rejects.toMatchObject({ problem: { code: 'invalid_request' } });
  }
  expect(await read('a/b')).toBe('x');
});

test('does not follow a link that somebody put there', async () => {
  await put('a/file', 'x');
  writeFileSync(join(folder, 'secret'), 'secret');
  symlinkSync(join(folder, 'secret'), join(folder, 'root', 'a', 'link'));
  expect((await store.list('a')).map(({ name }) => name)).toEqual(['file']);
});
