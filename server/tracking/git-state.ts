// Whether a folder's repository differs from its commit: asked of git itself, which alone knows all its rules.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { GitFacts } from '../contract/run-facts.ts';
import { findGitFolder, readGitCommit, readGitBranch } from './git-commit.ts';

const run = promisify(execFile);
const PATIENCE = 10_000;
const MOST_FILES = 50;

/** @returns undefined where there is no repository, or nothing is committed yet. */
export async function readGitFacts(folder: string): Promise<GitFacts | undefined> {
  const commit = await readGitCommit(folder);
  if (commit === undefined) return undefined;
  const branch = await readGitBranch(folder);
  const changed = await changedFiles(folder);
  return {
    commit,
    ...(branch === undefined ? {} : { branch }),
    ...(changed === undefined ? {} : { dirty: changed.length > 0 }),
    changed: (changed ?? []).slice(0, MOST_FILES)
  };
}

/** Files under version control that are not as committed. @returns undefined where git cannot say. */
async function changedFiles(folder: string): Promise<string[] | undefined> {
  const place = await findGitFolder(folder);
  if (place === undefined) return undefined;
  try {
    const { stdout } = await run(
      'git',
      [
        // Neither a lock on the index nor a program that the repository names.
        '--no-optional-locks',
        '-c',
        'core.fsmonitor=false',
        'status',
        '--porcelain=v1',
        '-z',
        '--untracked-files=no',
        '--ignore-submodules=all'
      ],
      { cwd: folder, timeout: PATIENCE, maxBuffer: 16 * 1024 * 1024 }
    );
    const entries = stdout.split('\0').filter(Boolean);
    const files: string[] = [];
    for (let at = 0; at < entries.length; at += 1) {
      const entry = entries[at]!;
      files.push(entry.slice(3));
      // What was renamed is followed by its former name.
      if (/^[RC]|^.[RC]/.test(entry)) at += 1;
    }
    return files;
  } catch {
    return undefined;
  }
}
