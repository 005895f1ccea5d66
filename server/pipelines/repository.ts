// Versions in a git repository of our own: one commit a version on `main`, tagged v1, v2, … The user's own repository,
// if the notebook is in one, is never touched.
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import git from 'isomorphic-git';
import { atomicFiles } from './atomic-files.ts';

/** Path below the repository -> text. */
export type Files = Record<string, string>;

export interface StoredVersion {
  version: string;
  commit: string;
  /** The git tree's id: of the content alone, the same on every machine. */
  contentId: string;
  message: string;
  time: number;
}

export interface Repository {
  /** Oldest first. */
  versions(): Promise<StoredVersion[]>;
  read(commit: string, path: string): Promise<string>;
  /** Commits and tags; nothing when the content is that of the last version. */
  add(files: Files, message: string, time: number): Promise<StoredVersion | undefined>;
}

const BRANCH = 'main';
const AUTHOR = { name: 'Stepladder', email: 'stepladder@localhost' };

export function openRepository(dir: string): Repository {
  const at = { fs: atomicFiles, dir };
  const cache = {};

  async function exists(): Promise<boolean> {
    return stat(join(dir, '.git', 'HEAD')).then(
      () => true,
      () => false
    );
  }

  async function versions(): Promise<StoredVersion[]> {
    if (!(await exists())) return [];
    const head = await git.resolveRef({ ...at, ref: BRANCH }).catch(() => undefined);
    if (head === undefined) return [];
    const commits = await git.log({ ...at, ref: head, cache });
    return commits.reverse().map(({ oid, commit }, index) => ({
      version: `v${index + 1}`,
      commit: oid,
      contentId: commit.tree,
      message: commit.message.trim(),
      time: commit.author.timestamp * 1000
    }));
  }

  return {
    versions,
    async read(commit, path) {
      const { blob } = await git.readBlob({ ...at, oid: commit, filepath: path, cache });
      return Buffer.from(blob).toString('utf8');
    },
    async add(files, message, time) {
      if (!(await exists())) {
        await mkdir(dir, { recursive: true, mode: 0o700 });
        await git.init({ ...at, defaultBranch: BRANCH });
      }
      const tree = await writeTree(dir, files);
      const known = await versions();
      const last = known.at(-1);
      if (last?.contentId === tree) {
        await finish(last);
        return undefined;
      }
      const timestamp = Math.floor(time / 1000);
      const author = { ...AUTHOR, timestamp, timezoneOffset: 0 };
      const parent = last ? [last.commit] : [];
      // Objects first, the branch after them: whatever is killed in between leaves only objects that nobody names.
      const commit = await git.commit({
        ...at,
        message,
        tree,
        parent,
        author,
        committer: author,
        ref: `refs/heads/${BRANCH}`
      });
      const added = {
        version: `v${known.length + 1}`,
        commit,
        contentId: tree,
        message,
        time: timestamp * 1000
      };
      await finish(added);
      return added;
    }
  };

  /** The tag, and the files laid out for whoever opens the folder. */
  async function finish({ version, commit }: StoredVersion): Promise<void> {
    const tagged = await git
      .resolveRef({ ...at, ref: `refs/tags/${version}` })
      .catch(() => undefined);
    if (tagged === commit) return;
    await git.tag({ ...at, ref: version, object: commit, force: true });
    await rm(join(dir, '.git', 'index'), { force: true });
    await rm(join(dir, 'steps'), { recursive: true, force: true });
    await git.checkout({ ...at, ref: BRANCH, force: true });
  }
}

async function writeTree(dir: string, files: Files): Promise<string> {
  const at = { fs: atomicFiles, dir };
  const here = new Map<string, string>();
  const below = new Map<string, Files>();
  for (const [path, text] of Object.entries(files)) {
    const slash = path.indexOf('/');
    if (slash < 0) here.set(path, text);
    else {
      const folder = path.slice(0, slash);
      below.set(folder, { ...below.get(folder), [path.slice(slash + 1)]: text });
    }
  }
  const blobs = await Promise.all(
    [...here].map(async ([path, text]) => ({
      mode: '100644',
      path,
      oid: await git.writeBlob({ ...at, blob: Buffer.from(text) }),
      type: 'blob' as const
    }))
  );
  const trees = await Promise.all(
    [...below].map(async ([path, inner]) => ({
      mode: '040000',
      path,
      oid: await writeTree(dir, inner),
      type: 'tree' as const
    }))
  );
  return git.writeTree({ ...at, tree: [...blobs, ...trees] });
}
