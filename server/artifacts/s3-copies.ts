// Copies of what is in the bucket, for programs that need files (the model worker): one folder a state of the content.
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream, rmSync } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ArtifactStore } from './artifact-store.ts';
import { asProblem, resolveArtifact } from './local-place.ts';

export interface CopySource {
  get: ArtifactStore['get'];
  /** The files of a folder; of a file itself one with an empty path. @throws not_found */
  find(path: string): Promise<{ path: string; version: string }[]>;
}

export function createLocalCopies(root: string, { find, get }: CopySource): ArtifactStore['local'] {
  // Of the server before: what is needed is fetched again.
  rmSync(root, { recursive: true, force: true });

  async function fetchInto(folder: string, of: string, path: string): Promise<void> {
    const file = resolveArtifact(folder, path === '' ? 'file' : path);
    const { content } = await get(path === '' ? of : `${of}/${path}`);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await pipeline(content, createWriteStream(file, { mode: 0o600 }));
  }

  return async path => {
    const files = (await find(path)).sort((a, b) => (a.path < b.path ? -1 : 1));
    const digest = createHash('sha256')
      .update(JSON.stringify([path, files]))
      .digest('hex');
    const folder = join(root, digest);
    const isFile = files[0]!.path === '';
    const place = isFile ? join(folder, 'file') : folder;
    if (await stat(place).catch(() => undefined)) return place;
    const partial = join(root, `partial-${randomUUID()}`);
    try {
      for (const file of files) await fetchInto(partial, path, file.path);
      await rename(partial, folder).catch(async (error: unknown) => {
        // Somebody else was faster, with the same content.
        if (!(await stat(place).catch(() => undefined))) throw error;
      });
    } catch (error) {
      throw asProblem(error, path);
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
    return place;
  };
}
