// The copy that a proof works in: always at one path, so that what shows a path shows the same one each time.
import {
  constants,
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { copyFolder, LARGEST_COPY } from '../analysis/service.ts';

export interface WorkFolder {
  /** What the notebook's own folder is in the copy. */
  folder: string;
  /** For what must not lie in the copy. */
  own: string;
  /** What is not in the copy, in words. */
  notes: string[];
  /** Puts everything back as it was before anything ran. */
  reset(): void;
  remove(): void;
}

const MOST_FILES = 20_000;

/** @param code of the whole notebook: how far up its paths lead, and which files it mentions */
export function makeWorkFolder(notebookFolder: string, code: string): WorkFolder {
  const source = realpathSync(notebookFolder);
  const root = rootFor(source, code);
  const place = realpathSync(mkdtempSync(join(tmpdir(), 'stepladder-proof-')));
  const [pristine, work, own] = ['pristine', 'work', 'own'].map(name => join(place, name)) as [
    string,
    string,
    string
  ];
  for (const each of [pristine, own]) mkdirSync(each);
  const { leftOut } = copyFolder(root, pristine, code);
  // Packages of a TypeScript notebook are found in folders above it.
  const packages = findAbove(root, 'node_modules');
  if (packages) symlinkSync(packages, join(place, 'node_modules'));
  cpSync(pristine, work, COPY);
  const folder = join(work, relative(root, source));
  mkdirSync(folder, { recursive: true });
  let stamps = stampsOf(work);
  return {
    folder,
    own,
    notes: notesOn(leftOut),
    reset() {
      const now = stampsOf(work);
      for (const [path, stamp] of now)
        if (stamps.get(path) !== stamp) rmSync(join(work, path), { recursive: true, force: true });
      for (const path of stamps.keys()) {
        if (existsSync(join(work, path))) continue;
        mkdirSync(dirname(join(work, path)), { recursive: true });
        if (lstatSync(join(pristine, path)).isFile())
          copyFileSync(join(pristine, path), join(work, path), constants.COPYFILE_FICLONE);
        else cpSync(join(pristine, path), join(work, path), COPY);
      }
      stamps = stampsOf(work);
    },
    remove: () => rmSync(place, { recursive: true, force: true, maxRetries: 3 })
  };
}

const COPY = {
  recursive: true,
  verbatimSymlinks: true,
  mode: constants.COPYFILE_FICLONE
} as const;

/** As far up as the notebook's own paths lead; the whole repository where that is small enough. */
export function rootFor(folder: string, code: string): string {
  const chains = code.match(/(?:\.\.[\\/]?)+(?=[\\/'"\w]|$)/g) ?? [];
  const up = Math.max(0, ...chains.map(chain => chain.match(/\.\./g)!.length));
  let root = folder;
  for (let level = 0; level < up && mayBeRoot(dirname(root)); level++) root = dirname(root);
  const git = findAbove(folder, '.git');
  const repository = git && dirname(git);
  if (repository && root.startsWith(repository + sep) && isSmall(repository)) return repository;
  return root;
}

/** Of a large folder only what the cells mention is copied, but nobody walks through a whole disk for it. */
const mayBeRoot = (folder: string) =>
  folder !== dirname(folder) &&
  folder !== homedir() &&
  folder !== tmpdir() &&
  isSmall(folder, Infinity);

function findAbove(folder: string, name: string): string | undefined {
  for (let at = folder; at !== dirname(at); at = dirname(at))
    if (existsSync(join(at, name))) return join(at, name);
  return undefined;
}

function isSmall(folder: string, largest = LARGEST_COPY): boolean {
  let size = 0;
  let count = 0;
  const folders = [folder];
  for (const each of folders) {
    let entries;
    try {
      entries = readdirSync(each, { withFileTypes: true });
    } catch {
      continue;
    }
    for (const entry of entries) {
      if (++count > MOST_FILES || size > largest) return false;
      if (entry.isDirectory() && entry.name !== '.git') folders.push(join(each, entry.name));
      else if (entry.isFile()) size += lstatSync(join(each, entry.name)).size;
    }
  }
  return true;
}

/** Size and time of every file, links by themselves. */
function stampsOf(root: string): Map<string, string> {
  const found = new Map<string, string>();
  const folders = [''];
  for (const folder of folders) {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else {
        const { size, mtimeMs, ino } = lstatSync(join(root, path));
        found.set(path, `${size} ${mtimeMs} ${ino}`);
      }
    }
  }
  return found;
}

function notesOn(leftOut: { path: string; why: 'link' | 'size' }[]): string[] {
  const words = {
    link: 'Links that lead out of the folder are not in the copy that ran',
    size: 'The folder is larger than what is copied, so only the files that the cells mention are in the copy; left out'
  };
  return (['link', 'size'] as const).flatMap(why => {
    const paths = leftOut.filter(each => each.why === why).map(({ path }) => path);
    if (paths.length === 0) return [];
    const more = paths.length > 5 ? ` and ${paths.length - 5} more` : '';
    return [`${words[why]}: ${paths.slice(0, 5).join(', ')}${more}`];
  });
}
