// Who captures: the name that git knows in the notebook's folder, else that of the account.
import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import type { Author } from './repository.ts';

const run = promisify(execFile);

export function createAuthors(): (folder: string) => Promise<Author> {
  const known = new Map<string, Promise<Author>>();
  return folder => {
    let author = known.get(folder);
    if (!author) known.set(folder, (author = find(folder)));
    return author;
  };
}

async function find(folder: string): Promise<Author> {
  const account = accountName();
  try {
    const { stdout } = await run(
      'git',
      ['config', '--get-regexp', String.raw`^user\.(name|email)$`],
      {
        cwd: folder,
        timeout: 5000
      }
    );
    const lines = stdout.split('\n').map(line => line.split(/ (.*)/s));
    const value = (key: string) => lines.findLast(([name]) => name === key)?.[1];
    const name = value('user.name') ?? account;
    return { name, email: value('user.email') ?? `${account}@localhost` };
  } catch {
    // No git, or git knows nobody: the account will do.
    return { name: account, email: `${account}@localhost` };
  }
}

function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    // A number without an account, as in some containers.
    return 'stepladder';
  }
}
