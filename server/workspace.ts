// Where notebooks are. A path from a client is checked here and nowhere else.
import { realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, resolve, sep } from 'node:path';
import { problem } from './contract/problem.ts';

export interface Workspace {
  readonly root: string;
  /** The one spelling of a notebook's path that everything is stored under; the file need not exist. */
  identify(path: string): string;
  /** The folder that a notebook's code runs in. @throws notebook_not_found when there is no such folder. */
  folderOf(path: string): string;
}

export function createWorkspace(root: string): Workspace {
  function identify(path: string): string {
    if (path.includes('\0'))
      throw problem('invalid_request', 'A notebook path cannot hold a NUL character');
    const full = resolve(root, path);
    if (
      !isAbsolute(path) &&
      full !== root &&
      !full.startsWith(root.endsWith(sep) ? root : root + sep)
    ) {
      throw problem('invalid_request', `The notebook path "${path}" leaves the workspace`, {
        remedy: 'Give a path below the workspace, or an absolute one'
      });
    }
    try {
      return realpathSync(full);
    } catch {
      return full;
    }
  }
  return {
    root,
    identify,
    folderOf(path) {
      const folder = dirname(identify(path));
      if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
        throw problem('notebook_not_found', `The notebook's folder "${folder}" does not exist`);
      }
      return folder;
    }
  };
}
