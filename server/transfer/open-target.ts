// What a person names as the place to export to: an `mlruns` folder, an `mlflow.db`, or a server's address.
import { existsSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Receiver } from './carry-over.ts';
import { pathOf } from './place.ts';
import type { ServerAccess } from './sources/mlflow-server.ts';
import { createMlflowDatabase } from './targets/mlflow-db-store.ts';
import { createMlflowServer } from './targets/mlflow-server.ts';
import { createMlruns } from './targets/mlruns.ts';

export function openTarget(
  place: string,
  access: ServerAccess = {}
): Receiver & { close?(): void } {
  if (/^https?:\/\//i.test(place)) return createMlflowServer(place, access);
  const path = resolve(pathOf(place));
  if (/\.(db|sqlite3?)$/i.test(path) || /^sqlite/i.test(place)) return createMlflowDatabase(path);
  const isProject = basename(path) !== 'mlruns' && existsSync(path) && statSync(path).isDirectory();
  return createMlruns(isProject ? join(path, 'mlruns') : path);
}
