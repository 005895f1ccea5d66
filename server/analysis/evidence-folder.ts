// A copy of the notebook's folder, in which cells may write what they like.
import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  symlinkSync
} from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

export const LARGEST_COPY = 200 * 1024 * 1024;

const NOT_COPIED = new Set([
  '.git',
  '.venv',
  'venv',
  'node_modules',
  '__pycache__',
  '.ipynb_checkpoints',
  '.stepladder'
]);

interface Entry {
  path: string;
  size: number;
  link?: string;
}

export interface FolderCopy {
  /** Relative paths that are not in the copy, and why. */
  leftOut: { path: string; why: 'link' | 'size' }[];
}

/**
 * Links that lead out of the folder are not followed. Beyond `largest` bytes only what the code mentions is copied.
 */
export function copyFolder(
  from: string,
  to: string,
  code: string,
  largest = LARGEST_COPY
): FolderCopy {
  const root = realpathSync(from);
  const leftOut: FolderCopy['leftOut'] = [];
  const entries = entriesBelow(root);
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  let room = largest;
  for (const { path, size, link } of entries) {
    const name = relative(root, path);
    const target = join(to, name);
    if (link !== undefined && !isInside(root, resolve(dirname(path), link))) {
      leftOut.push({ path: name, why: 'link' });
      continue;
    }
    const wanted = total <= largest || isMentioned(name, code);
    if (!wanted || size > room) {
      leftOut.push({ path: name, why: 'size' });
      continue;
    }
    room -= size;
    mkdirSync(dirname(target), { recursive: true });
    if (link === undefined) copyFileSync(path, target);
    else symlinkSync(relative(dirname(path), resolve(dirname(path), link)), target);
  }
  return { leftOut };
}

function entriesBelow(root: string): Entry[] {
  const found: Entry[] = [];
  const folders = [root];
  for (const folder of folders) {
    for (const each of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, each.name);
      if (each.isDirectory()) {
        if (!NOT_COPIED.has(each.name)) folders.push(path);
      } else if (each.isSymbolicLink()) found.push({ path, size: 0, link: readlinkSync(path) });
      else if (each.isFile()) found.push({ path, size: lstatSync(path).size });
    }
  }
  return found;
}

/** Also by what it really leads to: a link to a link may leave the folder later. */
function isInside(root: string, target: string): boolean {
  try {
    return realpathSync(target).startsWith(root + sep);
  } catch {
    return false;
  }
}

function isMentioned(name: string, code: string): boolean {
  const file = basename(name);
  return code.includes(file) || (file.endsWith('.py') && code.includes(file.slice(0, -3)));
}
