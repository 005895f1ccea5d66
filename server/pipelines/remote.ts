// Versions sent to and fetched from a git server over HTTP(S). The token is used for the one call and written nowhere.
import type { HttpClient } from 'isomorphic-git';
import { problem, type ProblemError } from '../contract/problem.ts';
import { atomicFiles } from './atomic-files.ts';
import { git, gitHttp } from './lazy-git.ts';
import type { Repository } from './repository.ts';

export interface RemoteAccess {
  url?: string | undefined;
  token?: string | undefined;
  username?: string | undefined;
}

export interface Remote {
  url: string;
  /** The newest commit of a branch there. */
  head(branch: string): Promise<string | undefined>;
  /** Fetches a branch with all it needs. @returns its newest commit */
  fetch(branch: string): Promise<string | undefined>;
  push(ref: string, remoteRef: string): Promise<void>;
  /** Commits that `from` has and `until` does not. */
  count(from: string, until: string | undefined): Promise<number>;
  isAncestor(commit: string, of: string): Promise<boolean>;
}

const NAME = 'origin';

/** @throws invalid_request when no address is known or it is none of HTTP */
export async function openRemote(repository: Repository, access: RemoteAccess): Promise<Remote> {
  const at = { fs: atomicFiles, dir: repository.dir };
  const { dir } = repository;
  const stored = await git()
    .getConfig({ ...at, path: `remote.${NAME}.url` })
    .catch(() => undefined);
  const { url, username, token } = readAddress(access, stored as string | undefined);
  await git().init({ ...at, defaultBranch: 'main' });
  if (url !== stored) await git().addRemote({ ...at, remote: NAME, url, force: true });
  const cache = {};
  const http = gitHttp();

  let asked = false;
  const auth = {
    onAuth: () => {
      asked = true;
      return token === undefined ? { cancel: true } : { username, password: token };
    },
    onAuthFailure: () => ({ cancel: true })
  };
  const call = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw explain(error as Error, url, asked, token !== undefined);
    }
  };

  return {
    url,
    head: branch =>
      call(async () => {
        const prefix = `refs/heads/${branch}`;
        const refs = await git().listServerRefs({ http, url, prefix, ...auth });
        return refs.find(({ ref }) => ref === prefix)?.oid;
      }),
    fetch: branch =>
      call(async () => {
        const { fetchHead } = await git().fetch({
          ...at,
          http: withHead(http),
          url,
          remote: NAME,
          remoteRef: branch,
          ref: branch,
          singleBranch: true,
          tags: true,
          cache,
          ...auth
        });
        return fetchHead ?? undefined;
      }),
    push: (ref, remoteRef) =>
      call(async () => {
        const result = await git().push({
          ...at,
          http,
          url,
          remote: NAME,
          ref,
          remoteRef,
          cache,
          ...auth
        });
        const refused = Object.values(result.refs).find(({ ok }) => !ok);
        if (!result.ok || refused)
          throw new Error(refused?.error ?? result.error ?? 'the server gave no reason');
      }),
    async count(from, until) {
      let count = 0;
      for (let next: string | undefined = from; next !== undefined && next !== until; count += 1) {
        const { commit }: { commit: { parent: string[] } } = await git().readCommit({
          ...at,
          oid: next,
          cache
        });
        next = commit.parent[0];
      }
      return count;
    },
    async isAncestor(commit, of) {
      if (commit === of) return true;
      return git().isDescendent({
        fs: atomicFiles,
        dir,
        oid: of,
        ancestor: commit,
        depth: -1,
        cache
      });
    }
  };
}

/**
 * A repository to which only such branches were pushed has a `HEAD` that points to nothing, and does not list it; isomorphic-git
 * stops there. It is told that `HEAD` is the first of the refs, which it only uses to name a branch.
 */
function withHead({ request }: HttpClient): HttpClient {
  return {
    async request(asked) {
      const answer = await request(asked);
      if (!asked.url.endsWith('/info/refs?service=git-upload-pack') || !answer.body) return answer;
      const parts: Uint8Array[] = [];
      for await (const part of answer.body) parts.push(part);
      const text = Buffer.concat(parts).toString('latin1');
      const oid = /^[0-9a-f]{4}([0-9a-f]{40}) refs\//m.exec(
        text.replace(/0000(?=[0-9a-f]{44} )/, '\n')
      )?.[1];
      const listed = oid === undefined || / HEAD[\0\n]/.test(text);
      const end = text.lastIndexOf('0000');
      const line = `0032${oid} HEAD\n`;
      const body = listed ? text : text.slice(0, end) + line + text.slice(end);
      return { ...answer, body: single(Buffer.from(body, 'latin1')) };
    }
  };
}

async function* single(bytes: Uint8Array): AsyncIterableIterator<Uint8Array> {
  yield bytes;
}

function readAddress(
  { url: given, token, username }: RemoteAccess,
  stored: string | undefined
): { url: string; username: string; token: string | undefined } {
  const remedy =
    'Give the address of a git repository, such as https://git.example.com/team/project.git';
  const text = given ?? stored;
  if (text === undefined)
    throw problem('invalid_request', 'No remote repository is known yet', { remedy });
  let address: URL;
  try {
    address = new URL(text);
  } catch {
    throw problem('invalid_request', `"${text}" is not the address of a repository`, { remedy });
  }
  if (address.protocol !== 'https:' && address.protocol !== 'http:')
    throw problem(
      'invalid_request',
      `"${address.protocol}" is not spoken here; http and https are`,
      { remedy }
    );
  // A name and a token in the address are used, and not stored with it.
  const [name, password] = [address.username, address.password].map(decodeURIComponent);
  address.username = address.password = '';
  const secret = token ?? (password || name || undefined);
  return {
    url: address.href,
    username: username ?? (password && name ? name : 'git'),
    token: secret
  };
}

interface HttpFault extends Error {
  code?: string;
  data?: { statusCode?: number };
}

function explain(fault: HttpFault, url: string, asked: boolean, hasToken: boolean): ProblemError {
  const status = fault.data?.statusCode;
  if (status === 401 || status === 403 || fault.code === 'UserCanceledError') {
    const why = hasToken
      ? 'did not accept the token'
      : asked
        ? 'asks for a token'
        : 'refuses access';
    return problem('remote_refused', `${url} ${why}`, {
      remedy:
        'Give a token that may write to the repository, in STEPLADDER_GIT_TOKEN or with --token'
    });
  }
  if (status === 404)
    return problem(
      'remote_refused',
      `There is no repository at ${url}, or this token may not see it`,
      {
        remedy: 'Make an empty repository there first, or look at the address'
      }
    );
  if (status !== undefined)
    return problem('remote_refused', `${url} answered with status ${status}`, {
      remedy: 'Try again later, or ask whoever runs that server'
    });
  return problem('remote_refused', `${url} did not take part: ${causeOf(fault)}`, {
    remedy: 'Look at the address and the network; the versions here are as they were'
  });
}

const causeOf = ({ message, cause }: Error) =>
  cause instanceof Error ? `${message} (${cause.message})` : message;
