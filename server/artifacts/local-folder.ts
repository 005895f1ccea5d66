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
      const partial = join(root, `.partial-${process.pid}-${(counter += 1)}`);
      try {
        await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        const source = content instanceof Uint8Array ? Readable.from([content]) : content;
        await pipeline(source, createWriteStream(partial, { mode: 0o600, flush: true }));
        const { size } = await stat(partial);
        await rename(partial, file);
        return { bytes: size };
      } catch (error) {
        throw asProblem(error, path);
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

/** A full disk passes; a file where a folder is wanted, or a name too long, is the caller's. */
function asProblem(error: unknown, path: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code && ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM'].includes(code)) {
    return problem(
      'storage_unavailable',
      `The artifact "${path}" could not be written: ${message}`,
      {
        remedy: 'Free disk space or make the data folder writable, then send it again'
      }
    );
  }
  if (code && ['ENOTDIR', 'EEXIST', 'EISDIR', 'ENOTEMPTY', 'ENAMETOOLONG'].includes(code)) {
    return problem(
      'invalid_request',
      `"${path}" cannot be written: a part of it is a file, or it is a folder, or its name is too long`
    );
  }
  return error;
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
