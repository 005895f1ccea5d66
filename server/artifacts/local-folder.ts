import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { problem } from '../contract/problem.ts';
import type { ArtifactStore } from './artifact-store.ts';
import { createLocalParts } from './local-parts.ts';
import { asProblem, IN_FLIGHT, resolveArtifact } from './local-place.ts';

/** @param root absolute folder; everything stays below it. */
export function createLocalArtifactStore(root: string): ArtifactStore {
  let counter = 0;

  async function size(path: string): Promise<number> {
    const found = await stat(resolveArtifact(root, path)).catch(() => undefined);
    if (found?.isFile()) return found.size;
    throw problem('not_found', `There is no artifact "${path}"`);
  }

  return {
    async put(path, content) {
      const file = resolveArtifact(root, path);
      const partial = join(root, `.partial-${process.pid}-${(counter += 1)}`);
      try {
        await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        const source = content instanceof Uint8Array ? Readable.from([content]) : content;
        const options = { mode: 0o600, flush: true, highWaterMark: IN_FLIGHT };
        await pipeline(source, createWriteStream(partial, options));
        const { size } = await stat(partial);
        await rename(partial, file);
        return { bytes: size };
      } catch (error) {
        throw asProblem(error, path);
      } finally {
        await rm(partial, { force: true });
      }
    },
    async get(path, range) {
      const bytes = await size(path);
      const options = { ...range, highWaterMark: IN_FLIGHT };
      return { content: createReadStream(resolveArtifact(root, path), options), bytes };
    },
    size,
    parts: createLocalParts(root),
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
      await rm(resolveArtifact(root, path), { recursive: true, force: true }).catch(
        (error: unknown) => {
          throw asProblem(error, path);
        }
      );
    },
    async local(path) {
      const place = resolveArtifact(root, path);
      if (!(await stat(place).catch(() => undefined)))
        throw problem('not_found', `There is no artifact "${path}"`);
      return place;
    }
  };
}
