// Which files a TypeScript step reads and writes: Node has no audit events, so the usual calls are listened in on.
import fs from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { resolve, sep } from 'node:path';
import type { FilePaths } from './job.ts';

const READERS = ['readFileSync', 'readFile', 'createReadStream'] as const;
const WRITERS = [
  'writeFileSync',
  'writeFile',
  'appendFileSync',
  'appendFile',
  'createWriteStream'
] as const;
type Callable = (path: unknown, ...rest: unknown[]) => unknown;

/** @param own folder of our values, which is nobody's business. */
export function watchFiles(folder: string, own: string): { report(): FilePaths } {
  const reads = new Set<string>();
  const writes = new Set<string>();
  const note = (paths: Set<string>, path: unknown) => {
    if (typeof path !== 'string' && !(path instanceof URL)) return;
    const full = path instanceof URL ? path.pathname : resolve(path);
    if (counts(full)) paths.add(full);
  };
  const counts = (full: string) =>
    !full.startsWith(own + sep) &&
    !full.includes(`${sep}node_modules${sep}`) &&
    !/^\/(proc|dev|sys|etc)\//.test(full);

  function listen(target: object, names: readonly string[], paths: Set<string>): void {
    const functions = target as Record<string, Callable | undefined>;
    for (const name of names) {
      const original = functions[name];
      if (!original) continue;
      functions[name] = function (this: unknown, path, ...rest) {
        note(paths, path);
        return original.call(this, path, ...rest);
      };
    }
  }
  for (const target of [fs, fs.promises]) {
    listen(target, READERS, reads);
    listen(target, WRITERS, writes);
  }
  syncBuiltinESMExports();

  return {
    report() {
      const here = folder.endsWith(sep) ? folder : folder + sep;
      const modules = Object.keys(createRequire(import.meta.url).cache).filter(
        path => path.startsWith(here) && counts(path)
      );
      const isFile = (path: string) =>
        fs.statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
      const written = [...writes].filter(isFile);
      const read = [...new Set([...reads, ...modules])].filter(
        path => !writes.has(path) && isFile(path)
      );
      return { reads: read.sort(), writes: written.sort(), listings: [] };
    }
  };
}
