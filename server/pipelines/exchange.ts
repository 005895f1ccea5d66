// Push and pull of a notebook's versions, and what to do where both sides went on by themselves.
import { problem } from '../contract/problem.ts';
import type { PipelineVersionRow } from '../database/tables/pipelines.ts';
import type { History, Line } from './history.ts';
import { slugOf, type Which } from './history.ts';
import { openRemote, type Remote, type RemoteAccess } from './remote.ts';
import { MAIN, type Repository } from './repository.ts';
import { filesAt } from './snapshot.ts';
import { nextNumbers, RECORD_FILE, VersionRecord } from './version-record.ts';
import { toJson } from './snapshot.ts';

type Asked = Which & RemoteAccess & { remoteBranch?: string | undefined };

/** One branch a notebook, so that a repository can hold those of many, and the team's own code. */
export const remoteBranchOf = ({ path, branch, remoteBranch }: Asked): string =>
  remoteBranch ?? ['stepladder', slugOf(path) || 'notebook', branch].filter(Boolean).join('/');

/** Tags sent in one push: of a long history the newest, for each takes a request. */
const TAGS_AT_ONCE = 50;

export async function pushVersions(asked: Asked, line: Line) {
  const { repository, branch, last } = line;
  const remote = await openRemote(repository, asked);
  const remoteBranch = remoteBranchOf(asked);
  const there = await remote.head(remoteBranch);
  if (there === last.commit_id) return { url: remote.url, remoteBranch, sent: 0 };
  const isKnown = there === undefined || (await knows(remote, there, last.commit_id));
  if (!isKnown) {
    throw problem(
      'versions_diverged',
      `${remote.url} has versions on "${remoteBranch}" that are not here, so nothing was sent`,
      { remedy: 'Pull first: it says which versions they are and how to keep both' }
    );
  }
  const sent = await remote.count(last.commit_id, there);
  await remote.push(`refs/heads/${branch}`, `refs/heads/${remoteBranch}`);
  const named = [...(await repository.tags()).keys()];
  const prefix = branch === MAIN ? 'v' : `${branch}/v`;
  const numbers = Array.from(
    { length: Math.min(sent, TAGS_AT_ONCE, last.number) },
    (_, back) => `${prefix}${last.number - back}`
  );
  // Tags are for readers with plain git: another pipeline of the same repository may have taken the name.
  const below = `${remoteBranch}/`;
  for (const tag of [...numbers, ...named])
    await remote.push(`refs/tags/${tag}`, `refs/tags/${below}${tag}`).catch(() => undefined);
  return { url: remote.url, remoteBranch, sent };
}

/** Whether a commit of theirs is in our history: one that we never fetched is not. */
const knows = (remote: Remote, commit: string, ours: string) =>
  remote.isAncestor(commit, ours).catch(() => false);

export interface Pulled {
  url: string;
  remoteBranch: string;
  received: number;
  kept?: string;
}

export async function pullVersions(
  asked: Asked & { keep?: 'both' | 'theirs' | undefined },
  pipelineId: string,
  history: History
): Promise<Pulled> {
  const repository = history.repositoryOf(pipelineId);
  const branch = asked.branch ?? MAIN;
  const ours = await history.newest(pipelineId, branch);
  const remote = await openRemote(repository, asked);
  const remoteBranch = remoteBranchOf(asked);
  const answer = { url: remote.url, remoteBranch };
  const theirs = (await remote.head(remoteBranch)) && (await remote.fetch(remoteBranch));
  if (theirs === undefined) {
    throw problem('remote_refused', `${remote.url} has no branch "${remoteBranch}"`, {
      remedy: 'Push from the other machine first, or name another branch with --branch'
    });
  }
  if (ours && (await remote.isAncestor(theirs, ours.commit_id))) return { ...answer, received: 0 };
  const common = ours && (await commonCommit(repository, branch, ours, theirs));
  const received = await remote.count(theirs, common);
  if (!ours || common === ours.commit_id) {
    await repository.move(branch, theirs);
    return { ...answer, received };
  }
  return { ...answer, received, ...(await reconcile(common, ours)) };

  async function reconcile(
    since: string | undefined,
    mine: PipelineVersionRow
  ): Promise<{ kept?: string }> {
    const own = await repository.log(branch, since);
    if (asked.keep === undefined) {
      const list = own
        .map(({ message }) => `"${message.split('\n')[0]}"`)
        .slice(0, 3)
        .join(', ');
      throw problem(
        'versions_diverged',
        `Both sides went on by themselves: ${received} ${plural(received)} there, ${own.length} ${plural(own.length)} here (${list})`,
        {
          remedy:
            'Pull with --keep both to put yours on top of theirs, or --keep theirs to set yours aside on a branch'
        }
      );
    }
    const aside = `mine-${mine.commit_id.slice(0, 7)}`;
    await repository.move(aside, mine.commit_id);
    await repository.move(branch, theirs!);
    if (asked.keep === 'theirs') return { kept: aside };
    // A version is the whole notebook, so nothing has to be merged: each of ours follows theirs as it is, with the next number.
    for (const { commit, message, author, time } of own.reverse()) {
      const head = (await history.newest(pipelineId, branch))!;
      const last = await history.known(repository, head);
      const files = await filesAt(repository, commit);
      const record = nextNumbers(VersionRecord.parse(JSON.parse(files[RECORD_FILE]!)), last.record);
      await repository.add({
        files: { ...files, [RECORD_FILE]: toJson(record) },
        message,
        author,
        time,
        branch,
        tags:
          record.revision > 0
            ? []
            : [branch === MAIN ? `v${record.number}` : `${branch}/v${record.number}`]
      });
    }
    return { kept: aside };
  }
}

const plural = (count: number) => (count === 1 ? 'version' : 'versions');

async function commonCommit(
  repository: Repository,
  branch: string,
  ours: PipelineVersionRow,
  theirs: string
): Promise<string | undefined> {
  const mine = new Set(
    (await repository.log(branch)).map(({ commit }) => commit).concat(ours.commit_id)
  );
  for (let next: string | undefined = theirs; next !== undefined;) {
    if (mine.has(next)) return next;
    next = await repository.parentOf(next);
  }
  return undefined;
}
