// Content of the files that a step reads, lists or writes; a file whose size and time stand is not read again.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import type { FilePaths } from './job.ts';
import type { ExecutorStore } from './store.ts';

type Kind = keyof FilePaths;
/** Path -> digest, by what was done with it. */
export type FileDigests = Record<Kind, Record<string, string>>;

const GONE = 'gone';

export interface FileDigester {
  digestAll(files: FilePaths): Promise<FileDigests>;
  /** @returns the first file that is not what it was, if any. */
  findChange(files: FileDigests): Promise<{ kind: Kind; path: string } | undefined>;
}

export function createFileDigester(store: ExecutorStore): FileDigester {
  async function digestFile(path: string): Promise<string> {
    const facts = await stat(path, { bigint: true }).catch(() => undefined);
    if (!facts?.isFile()) return GONE;
    const size = Number(facts.size);
    const changed = String(facts.mtimeNs);
    const known = await store.findFile(path);
    if (known && known.size === size && known.changed_time === changed) return known.digest;
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    const digest = hash.digest('hex');
    // A file changed a moment ago may change again within the same tick of its clock.
    if (Date.now() - Number(facts.mtimeMs) > 50) {
      void store.saveFile({ path, size, changed_time: changed, digest }).catch(() => {});
    }
    return digest;
  }

  async function digestFolder(path: string): Promise<string> {
    const names = await readdir(path).catch(() => undefined);
    return names ? createHash('sha256').update(JSON.stringify(names.sort())).digest('hex') : GONE;
  }

  const digest = (kind: Kind, path: string) =>
    kind === 'listings' ? digestFolder(path) : digestFile(path);

  return {
    async digestAll(files) {
      const all = async (kind: Kind) =>
        Object.fromEntries(
          await Promise.all(
            files[kind].map(async path => [path, await digest(kind, path)] as const)
          )
        );
      return {
        reads: await all('reads'),
        writes: await all('writes'),
        listings: await all('listings')
      };
    },
    async findChange(files) {
      for (const kind of ['reads', 'listings', 'writes'] as const) {
        for (const [path, before] of Object.entries(files[kind])) {
          if ((await digest(kind, path)) !== before) return { kind, path };
        }
      }
      return undefined;
    }
  };
}
