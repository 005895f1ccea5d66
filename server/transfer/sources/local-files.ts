// Artifacts that lie in folders of this machine, at the address that was written down or where the folder has been moved to.
import { createReadStream, existsSync } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SourceFile } from '../source.ts';

export interface LocalRoots {
  /** Relative addresses start here; moved folders are looked for here too. */
  base: string;
  /** What stands behind `mlflow-artifacts:/`. */
  proxied: string;
}

export function findFolder(uri: string, { base, proxied }: LocalRoots): string | undefined {
  const moved = movedFolder(uri, base);
  const folder = asFolder(uri, base, proxied);
  return [folder, moved].find(candidate => candidate !== undefined && existsSync(candidate));
}

/** Why `mlflow-artifacts:` addresses lead nowhere, when they do. */
export const missingProxy = ({ proxied }: LocalRoots): string | undefined =>
  existsSync(proxied)
    ? undefined
    : `Artifacts that an MLflow server kept were not found: there is no folder "${proxied}". Name it with --artifacts, and import again`;

/** Whether it is an address of this machine at all. */
export const isLocal = (uri: string): boolean =>
  !/^[a-z][a-z0-9+.-]+:/i.test(uri) || /^(file|mlflow-artifacts):/i.test(uri);

function asFolder(uri: string, base: string, proxied: string): string | undefined {
  if (/^mlflow-artifacts:/i.test(uri))
    return join(proxied, uri.replace(/^mlflow-artifacts:(\/\/[^/]*)?\/*/i, ''));
  if (/^file:\/\//i.test(uri)) return fileURLToPath(uri);
  if (/^file:/i.test(uri)) return resolve(base, uri.slice('file:'.length));
  if (/^[a-z][a-z0-9+.-]+:/i.test(uri)) return undefined;
  return isAbsolute(uri) ? uri : resolve(base, uri);
}

/** `/elsewhere/mlruns/1/…`: the same below the base. */
function movedFolder(uri: string, base: string): string | undefined {
  const at = uri.lastIndexOf('/mlruns/');
  if (at < 0) return undefined;
  const below = uri.slice(at + '/mlruns/'.length);
  const inside = base.endsWith(`${sep}mlruns`) ? base : join(base, 'mlruns');
  return join(inside, below);
}

export async function* filesBelow(root: string): AsyncGenerator<SourceFile> {
  const waiting = [root];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for await (const entry of await opendir(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) waiting.push(path);
      else if (entry.isFile()) {
        yield {
          path: relative(root, path).split(sep).join('/'),
          bytes: (await stat(path)).size,
          open: async () => createReadStream(path)
        };
      }
    }
  }
}
