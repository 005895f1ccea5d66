// The file system that isomorphic-git writes through: each file is whole or not there, and on the disk before the next one.
// Without it a process killed while writing an object would leave a broken one that is never written again.
import { promises } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { basename, dirname, join } from 'node:path';

export const PARTIAL = '.partial-';

async function writeFile(
  path: string,
  data: string | Uint8Array,
  options?: { mode?: number } | BufferEncoding
): Promise<void> {
  const partial = join(dirname(path), `${PARTIAL}${randomUUID()}-${basename(path)}`);
  const file = await promises.open(
    partial,
    'w',
    (typeof options === 'object' && options.mode) || 0o666
  );
  try {
    await file.writeFile(data);
    await file.sync();
  } finally {
    await file.close();
  }
  await promises.rename(partial, path);
}

export const atomicFiles = { promises: { ...promises, writeFile } };
