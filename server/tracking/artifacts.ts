// Files of runs and models, behind MLflow's artifact proxy: `mlflow-artifacts:/<path>` is `<path>` in the store.
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { ArtifactPlace, ArtifactPlaces } from '../artifacts/artifact-places.ts';
import type * as models from '../contract/mlflow-logged-models.ts';
import type * as wire from '../contract/mlflow-runs.ts';
import { problem } from '../contract/problem.ts';
import type { LoggedModels } from './logged-models.ts';
import type { Runs } from './runs.ts';

type Input<O extends { request: z.ZodType }> = z.output<O['request']>;

export async function listRecursively({
  store,
  path: folder
}: ArtifactPlace): Promise<{ path: string; bytes: number }[]> {
  const found: { path: string; bytes: number }[] = [];
  async function visit(below: string): Promise<void> {
    for (const { name, isFolder, bytes } of await store.list(
      below === '' ? folder : `${folder}/${below}`
    )) {
      const path = below === '' ? name : `${below}/${name}`;
      if (isFolder) await visit(path);
      else found.push({ path, bytes });
    }
  }
  await visit('');
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

export type Artifacts = ReturnType<typeof createArtifacts>;

export function createArtifacts(places: ArtifactPlaces, runs: Runs, loggedModels: LoggedModels) {
  const { proxied: store } = places;

  async function listUnder(uri: string, path: string) {
    const place = places.find(uri);
    if (!place) {
      throw problem('invalid_request', `The artifacts at "${uri}" are not kept by this server`);
    }
    const entries = await place.store.list(path === '' ? place.path : `${place.path}/${path}`);
    return { root_uri: uri, files: entries.map(entry => fileInfo(entry, path)) };
  }

  return {
    list: async ({ run_id, path = '' }: Input<typeof wire.listArtifacts>) =>
      listUnder((await runs.require(run_id)).artifact_uri, checkPath(path)),

    listOfModel: async ({
      model_id,
      artifact_directory_path: path = ''
    }: Input<typeof models.listLoggedModelArtifacts>) =>
      listUnder((await loggedModels.require(model_id)).location, checkPath(path)),

    listFolder: async (path: string) => ({
      files: (await store.list(checkPath(path))).map(entry => fileInfo(entry, ''))
    }),

    put: async (path: string, content: Readable) =>
      void (await store.put(checkPath(path), content)),
    get: (path: string) => store.get(checkPath(path)),
    remove: (path: string) => store.delete(checkPath(path))
  };
}

/** @throws invalid_request with MLflow's word for a path that leaves its root. */
function checkPath(path: string): string {
  const segments = path.split('/').filter(segment => segment !== '' && segment !== '.');
  const isBad =
    path.startsWith('/') || segments.some(segment => segment === '..' || /[\\\0#]/.test(segment));
  if (isBad) throw problem('invalid_request', 'Invalid path');
  return segments.join('/');
}

function fileInfo(
  { name, isFolder, bytes }: { name: string; isFolder: boolean; bytes: number },
  below: string
) {
  const path = below === '' ? name : `${below}/${name}`;
  return isFolder ? { path, is_dir: true } : { path, is_dir: false, file_size: bytes };
}
