// Versions in a git repository of our own: one commit a version, on `main` or a branch of it. The user's own repository, if the
// notebook is in one, is never touched.
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { problem } from '../contract/problem.ts';
import { atomicFiles } from './atomic-files.ts';
import { gitObject, writeObjects } from './git-objects.ts';
import { type Files, layOut, treeObjects } from './git-tree.ts';
import { git } from './lazy-git.ts';

export type { Files } from './git-tree.ts';

export const MAIN = 'main';

export interface Author {
  name: string;
  email: string;
}

export interface StoredCommit {
  commit: string;
  parent: string | undefined;
  message: string;
  author: Author;
  time: number;
}

export interface NewCommit {
  files: Files;
  message: string;
  author: Author;
  time: number;
  branch: string;
  /** Tags to point at it. */
  tags: string[];
}

export interface Repository {
  readonly dir: string;
  /** The newest commit of a branch. */
  head(branch: string): Promise<string | undefined>;
  /** Newest first, up to but without `until`. */
  log(branch: string, until?: string): Promise<StoredCommit[]>;
  read(commit: string, path: string): Promise<string>;
  parentOf(commit: string): Promise<string | undefined>;
  /** Paths of all files of a commit. */
  list(commit: string): Promise<string[]>;
  add(added: NewCommit): Promise<string>;
  branches(): Promise<string[]>;
  tag(name: string, commit: string): Promise<void>;
  /** Those that people made; the numbers of versions are known without. */
  tags(): Promise<Map<string, string>>;
  /** Points a branch at a commit that is there. */
  move(branch: string, commit: string): Promise<void>;
}

const PAGE = 500;

export function openRepository(dir: string): Repository {
  const at = { fs: atomicFiles, dir };
  const folder = join(dir, '.git');
  const cache = {};

  const exists = () =>
    stat(join(folder, 'HEAD')).then(
      () => true,
      () => false
    );
  const resolve = (ref: string) =>
    git()
      .resolveRef({ ...at, ref })
      .catch(() => undefined);
  /** Names people gave, while nobody has changed a tag. Our own numbers do not count, or each capture would look through all. */
  let named: { state: string; tags: Map<string, string> } | undefined;
  const stateOfTags = async () => {
    const places = [join(folder, 'refs', 'tags'), join(folder, 'packed-refs')];
    const states = places.map(place => stat(place, { bigint: true }).catch(() => undefined));
    return (await Promise.all(states)).map(found => String(found?.mtimeNs)).join();
  };
  const point = (ref: string, value: string) => git().writeRef({ ...at, ref, value, force: true });

  return {
    dir,
    head: branch => resolve(`refs/heads/${branch}`),
    async log(branch, until) {
      const found: StoredCommit[] = [];
      let next = await resolve(`refs/heads/${branch}`);
      while (next !== undefined && next !== until) {
        const page = await git().log({ ...at, ref: next, depth: PAGE, cache });
        for (const { oid, commit } of page) {
          if (oid === until) return found;
          const { name, email, timestamp } = commit.author;
          const [parent] = commit.parent;
          found.push({
            commit: oid,
            parent,
            message: commit.message.trim(),
            author: { name, email },
            time: timestamp * 1000
          });
        }
        next = found.at(-1)!.parent;
      }
      return found;
    },
    async read(commit, path) {
      const { blob } = await git().readBlob({ ...at, oid: commit, filepath: path, cache });
      return Buffer.from(blob).toString('utf8');
    },
    async parentOf(commit) {
      return (await git().readCommit({ ...at, oid: commit, cache })).commit.parent[0];
    },
    list: commit => git().listFiles({ ...at, ref: commit, cache }),
    add: added =>
      explained(dir, async () => {
        if (!(await exists())) {
          await mkdir(dir, { recursive: true, mode: 0o700 });
          await git().init({ ...at, defaultBranch: MAIN });
        }
        const { files, message, author, time, branch, tags } = added;
        const objects = treeObjects(files);
        const parent = await resolve(`refs/heads/${branch}`);
        const seconds = Math.floor(time / 1000);
        const who = `${plain(author.name)} <${plain(author.email)}> ${seconds} +0000`;
        const commit = gitObject(
          'commit',
          Buffer.from(
            [
              `tree ${objects[0]!.oid}`,
              ...(parent ? [`parent ${parent}`] : []),
              `author ${who}`,
              `committer ${who}`,
              '',
              `${message.replaceAll('\0', '')}\n`
            ].join('\n')
          )
        );
        // Objects first, the branch after them: whatever is killed in between leaves only objects that nobody names.
        await writeObjects(folder, [...objects, commit]);
        await point(`refs/heads/${branch}`, commit.oid);
        const before = named;
        const isKnown = before?.state === (await stateOfTags());
        for (const tag of tags) await point(`refs/tags/${tag}`, commit.oid);
        if (isKnown && named === before) named = { ...before!, state: await stateOfTags() };
        if (branch === MAIN) await layOut(dir, files);
        return commit.oid;
      }),
    branches: async () => ((await exists()) ? git().listBranches(at) : []),
    async tag(name, commit) {
      await explained(dir, () => point(`refs/tags/${name}`, commit));
      named = undefined;
    },
    async tags() {
      const state = await stateOfTags();
      if (named?.state === state) return named.tags;
      // Not by isomorphic-git, which looks at each of ten thousand numbers.
      const files = await readdir(join(folder, 'refs', 'tags'), { withFileTypes: true }).catch(
        () => []
      );
      const packed = await readFile(join(folder, 'packed-refs'), 'utf8').catch(() => '');
      const names = [
        ...files.filter(entry => entry.isFile()).map(({ name }) => name),
        ...[...packed.matchAll(/^[0-9a-f]{40} refs\/tags\/([^/\n]+)$/gm)].map(([, name]) => name!)
      ].filter(name => !/^v\d+$|^\./.test(name));
      const pairs = [...new Set(names)].map(
        async name => [name, await resolve(`refs/tags/${name}`)] as const
      );
      const found = (await Promise.all(pairs)).filter(pair => pair[1] !== undefined);
      const tags = new Map(found as [string, string][]);
      named = { state, tags };
      return tags;
    },
    move: (branch, commit) => explained(dir, () => point(`refs/heads/${branch}`, commit))
  };
}

/** What git's format has no room for. */
const plain = (text: string) => text.replace(/[<>\n\0]/g, '').trim() || 'unknown';

const CAUSES: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EMFILE: 'too many files are open'
};

/** @throws storage_unavailable in words, for what the disk refuses. */
async function explained<T>(dir: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const cause = CAUSES[(error as NodeJS.ErrnoException).code ?? ''];
    if (!cause) throw error;
    throw problem('storage_unavailable', `The version cannot be kept in "${dir}": ${cause}`, {
      remedy: 'Make room or give the rights, then capture again; the versions so far are untouched'
    });
  }
}

/** Takes a repository away again that never got a version. */
export async function removeEmpty(repository: Repository): Promise<void> {
  const branches = await repository.branches();
  if (branches.length === 0) await rm(repository.dir, { recursive: true, force: true });
}
