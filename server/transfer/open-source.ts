// What a person names as the place of another tracker: `mlflow.db`, `mlruns`, a server's address, or MLflow's URI of them.
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { problem } from '../contract/problem.ts';
import { pathOf } from './place.ts';
import type { Source } from './source.ts';
import { openMlflowDatabase } from './sources/mlflow-db-store.ts';
import { openMlflowServer, type ServerAccess } from './sources/mlflow-server.ts';
import { openMlruns } from './sources/mlruns.ts';

export interface SourceOptions extends ServerAccess {
  /** Folder behind `mlflow-artifacts:/` addresses of an `mlflow.db`. */
  artifacts?: string | undefined;
}

/** @throws invalid_request for what is no tracker. */
export function openSource(place: string, options: SourceOptions = {}): Source {
  if (/^https?:\/\//i.test(place)) return openMlflowServer(place, options);
  const path = resolve(pathOf(place));
  if (!existsSync(path)) {
    throw problem('invalid_request', `There is nothing at "${place}" to import from`, {
      remedy: 'Name an mlflow.db, an mlruns folder, or the address of an MLflow server'
    });
  }
  const artifacts = options.artifacts === undefined ? undefined : resolve(options.artifacts);
  if (!statSync(path).isDirectory()) return openMlflowDatabase(path, artifacts);
  const inside = ['mlflow.db', 'mlruns'].map(name => join(path, name)).find(existsSync);
  if (inside?.endsWith('.db')) return openMlflowDatabase(inside, artifacts);
  return openMlruns(inside ?? path, artifacts);
}
