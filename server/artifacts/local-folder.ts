import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { problem } from '../contract/problem.ts';
import type { ArtifactStore } from './artifact-store.ts';

/** @param root absolute folder; everything stays below it. */
export function createLocalArtifactStore(root: string): ArtifactStore {
  let counter = 0;
  return {
    async put(path, content) {
      const file = resolveArtifact(root, path);
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      const partial = join(root, `.partial-${process.pid}-${(counter += 1)}`);
      try {
        const source = content instanceof Uint8Array ? Readable.from([content]) : content;
        await pipeline(source, createWriteStream(partial, { mode: 0o600, flush: true }));
        const { size } = await stat(partial);
        await rename(partial, file);
        return { bytes: size };
      } finally {
        await rm(partial, { force: true });
      }
    },
    async get(path) {
      const file = resolveArtifact(root, path);
      const found = await stat(file).catch(() => undefined);
      if (!found?.isFile()) throw problem('not_found', `There is no artifact "${path}"`);
      return { content: createReadStream(file), bytes: found.size };
    },
    async list(path) {
      const folder = path === '' ? root : resolveArtifact(root, path);
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      const listed = entries
        .filter(
          entry => !entry.name.startsWith('.partial-') && (entry.isFile() || entry.isDirectory())
        )
        .map(async entry => ({
          name: entry.name,
          isFolder: entry.isDirectory(),
          bytes: entry.isDirectory() ? 0 : (await stat(join(folder, entry.name))).size
        }));
      return (await Promise.all(listed)).sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    async delete(path) {
      await rm(resolveArtifact(root, path), { recursive: true, force: true });
    },
    async local(path) {
      const place = resolveArtifact(root, path);
      if (!(await stat(place).catch(() => undefined)))
        throw problem('not_found', `There is no artifact "${path}"`);
      return place;
    }
  };
}

/** @throws invalid_request for anything that is not a plain relative path. */
export function resolveArtifact(root: string, path: string): string {
  const segments = path.split('/');
  const isPlain = segments.every(
    segment => segment !== '' && segment !== '.' && segment !== '..' && !/[\\\0:#]/.test(segment)
  );
  if (!isPlain)
    throw problem('invalid_request', `"${path}" is not a path of an artifact`, {
      remedy: 'Give a relative path without ".."'
    });
  return join(root, ...segments);
}
