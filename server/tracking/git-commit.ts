// The commit that a notebook's folder stands at, read from git's own files: no shell, no process, no change.
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** @returns undefined where there is no repository, or nothing is committed yet. */
export async function readGitCommit(folder: string): Promise<string | undefined> {
  const git = await findGitFolder(folder);
  if (git === undefined) return undefined;
  const head = await read(join(git, 'HEAD'));
  const name = /^ref: (\S+)/.exec(head)?.[1];
  if (name === undefined) return asCommit(head);
  // A linked work tree keeps its branches with the main one.
  const shared = resolve(git, (await read(join(git, 'commondir'))).trim() || '.');
  const loose = asCommit(await read(join(shared, name)));
  if (loose !== undefined) return loose;
  const packed = (await read(join(shared, 'packed-refs')))
    .split('\n')
    .find(line => line.endsWith(` ${name}`));
  return packed && asCommit(packed.split(' ', 1)[0]!);
}

/** @returns undefined away from a branch. */
export async function readGitBranch(folder: string): Promise<string | undefined> {
  const git = await findGitFolder(folder);
  if (git === undefined) return undefined;
  return /^ref: refs\/heads\/(\S+)/.exec(await read(join(git, 'HEAD')))?.[1];
}

/** The repository's own folder; a linked work tree's is elsewhere. */
export async function findGitFolder(start: string): Promise<string | undefined> {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    const place = join(folder, '.git');
    const found = await stat(place).catch(() => undefined);
    if (found?.isDirectory()) return place;
    if (found?.isFile())
      return resolve(folder, /^gitdir: (.+)/.exec(await read(place))?.[1]?.trim() ?? '.');
    if (folder === dirname(folder)) return undefined;
  }
}

const read = (file: string) => readFile(file, 'utf8').catch(() => '');
const asCommit = (text: string) => /^[0-9a-f]{40,64}$/.exec(text.trim())?.[0];
