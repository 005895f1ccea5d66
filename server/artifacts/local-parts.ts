// Large files in parts, in a local folder: every part is a file until all are there, then the others are added to the first.
import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { problem } from '../contract/problem.ts';
import type { PartStore } from './artifact-store.ts';
import { asProblem, IN_FLIGHT, resolveArtifact } from './local-place.ts';

/** Uploads that nobody ended are forgotten after a week. */
const PATIENCE = 7 * 24 * 3600 * 1000;

export function createLocalParts(root: string): PartStore {
  const uploads = join(root, '.partial-uploads');

  function folderOf(upload: string): string {
    if (!/^[0-9a-f]{32}$/.test(upload)) throw noUpload(upload);
    return join(uploads, upload);
  }

  async function sweep(): Promise<void> {
    for (const name of await readdir(uploads)) {
      const { mtimeMs } = await stat(join(uploads, name));
      if (Date.now() - mtimeMs > PATIENCE)
        await rm(join(uploads, name), { recursive: true, force: true });
    }
  }

  return {
    async begin(path) {
      resolveArtifact(root, path);
      const upload = randomBytes(16).toString('hex');
      try {
        await mkdir(folderOf(upload), { recursive: true, mode: 0o700 });
        await sweep();
      } catch (error) {
        throw asProblem(error, path);
      }
      return upload;
    },

    async put(path, upload, part, content) {
      const folder = folderOf(upload);
      if (!(await stat(folder).catch(() => undefined))) throw noUpload(upload);
      const etag = randomBytes(16).toString('hex');
      const partial = join(folder, `partial-${etag}`);
      try {
        const options = { mode: 0o600, flush: true, highWaterMark: IN_FLIGHT };
        await pipeline(content, createWriteStream(partial, options));
        await rename(partial, join(folder, `${part}-${etag}`));
      } catch (error) {
        await rm(partial, { force: true });
        throw asProblem(error, path);
      }
      return etag;
    },

    async join(path, upload, parts) {
      const folder = folderOf(upload);
      const file = resolveArtifact(root, path);
      const there = new Set(await readdir(folder).catch(() => []));
      const ordered = [...parts].sort((a, b) => a.part - b.part);
      const names = ordered.map(({ part, etag }) => `${part}-${etag}`);
      const missing = ordered.find((_, index) => !there.has(names[index]!));
      if (missing)
        throw problem('invalid_request', `Part ${missing.part} of "${path}" is not there`);
      const [first, ...others] = names;
      if (first === undefined) throw problem('invalid_request', `"${path}" has no parts`);
      try {
        for (const name of others) {
          const part = createReadStream(join(folder, name), { highWaterMark: IN_FLIGHT });
          const flush = name === others.at(-1);
          const options = { flags: 'a', flush, highWaterMark: IN_FLIGHT };
          await pipeline(part, createWriteStream(join(folder, first), options));
        }
        await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        await rename(join(folder, first), file);
      } catch (error) {
        throw asProblem(error, path);
      }
      await rm(folder, { recursive: true, force: true });
    },

    async drop(_path, upload) {
      await rm(folderOf(upload), { recursive: true, force: true });
    }
  };
}

const noUpload = (upload: string) =>
  problem('not_found', `There is no upload "${upload}"`, { remedy: 'Begin it again' });
