// A version's files as git trees, as an index, and as plain files for whoever opens the folder.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type GitObject, gitObject, sha1, words, writeSafely } from './git-objects.ts';

/** Path below the repository -> text. */
export type Files = Record<string, string>;

/** Trees and blobs of the files, the root first. */
export function treeObjects(files: Files): GitObject[] {
  const blobs: GitObject[] = [];
  const folders = new Map<string, Files>();
  const entries: { mode: string; name: string; oid: string }[] = [];
  for (const [path, text] of Object.entries(files)) {
    const slash = path.indexOf('/');
    if (slash >= 0) {
      const folder = path.slice(0, slash);
      folders.set(folder, { ...folders.get(folder), [path.slice(slash + 1)]: text });
      continue;
    }
    const blob = gitObject('blob', Buffer.from(text));
    blobs.push(blob);
    entries.push({ mode: '100644', name: path, oid: blob.oid });
  }
  const below = [...folders].map(([name, inner]) => {
    const objects = treeObjects(inner);
    entries.push({ mode: '40000', name, oid: objects[0]!.oid });
    return objects;
  });
  // Git sorts a folder as if its name ended with a slash.
  const key = ({ mode, name }: (typeof entries)[number]) => (mode === '40000' ? `${name}/` : name);
  entries.sort((a, b) => Buffer.compare(Buffer.from(key(a)), Buffer.from(key(b))));
  const content = entries.flatMap(({ mode, name, oid }) => [
    Buffer.from(`${mode} ${name}\0`),
    Buffer.from(oid, 'hex')
  ]);
  return [gitObject('tree', Buffer.concat(content)), ...blobs, ...below.flat()];
}

/** The folder as that version has it; only what differs is written. Nothing depends on it: git has everything. */
export async function layOut(dir: string, files: Files): Promise<void> {
  await Promise.all(
    Object.entries(files).map(async ([path, text]) => {
      const full = join(dir, path);
      if ((await readFile(full, 'utf8').catch(() => undefined)) === text) return;
      await mkdir(dirname(full), { recursive: true });
      await writeFile(full, text);
    })
  );
  const there = await readdir(join(dir, 'steps')).catch(() => []);
  const gone = there.filter(name => !(`steps/${name}` in files));
  await Promise.all(gone.map(name => rm(join(dir, 'steps', name), { force: true })));
  await writeSafely(join(dir, '.git', 'index'), indexOf(files));
}

/** Git's index with sizes of 0, which tells git to look at the content itself. */
function indexOf(files: Files): Buffer {
  const paths = Object.keys(files).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const entries = paths.map(path => {
    const name = Buffer.from(path);
    const flags = Buffer.alloc(2);
    flags.writeUInt16BE(Math.min(name.length, 0xfff));
    const { oid } = gitObject('blob', Buffer.from(files[path]!));
    const entry = Buffer.concat([
      words(0, 0, 0, 0, 0, 0, 0o100644, 0, 0, 0),
      Buffer.from(oid, 'hex'),
      flags,
      name
    ]);
    return Buffer.concat([entry, Buffer.alloc(8 - (entry.length % 8))]);
  });
  const body = Buffer.concat([Buffer.from('DIRC'), words(2, entries.length), ...entries]);
  return Buffer.concat([body, sha1(body)]);
}
