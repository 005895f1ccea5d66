// Files of runs and models, behind MLflow's artifact proxy: `mlflow-artifacts:/<path>` is `<path>` in the store.
import type { z } from 'zod';
import { checkArtifactPath } from '../artifacts/artifact-path.ts';
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
  /** The place of a path below an address. @throws invalid_request for an address that is not ours to open. */
  function at(uri: string, path: string): ArtifactPlace {
    const place = places.find(uri);
    if (place)
      return { store: place.store, path: [place.path, path].filter(part => part !== '').join('/') };
    throw problem('invalid_request', `The artifacts at "${uri}" are not kept by this server`);
  }

  async function listUnder(uri: string, path: string) {
    const place = at(uri, path);
    const entries = await place.store.list(place.path);
    return { root_uri: uri, files: entries.map(entry => fileInfo(entry, path)) };
  }

  return {
    at,

    list: async ({ run_id, path = '' }: Input<typeof wire.listArtifacts>) => {
      const checked = checkArtifactPath(path);
      return listUnder((await runs.require(run_id)).artifact_uri, checked);
    },

    listOfModel: async ({
      model_id,
      artifact_directory_path: path = ''
    }: Input<typeof models.listLoggedModelArtifacts>) => {
      const checked = checkArtifactPath(path);
      return listUnder((await loggedModels.require(model_id)).location, checked);
    },

    listFolder: async (path: string) => ({
      files: (await places.proxied.list(checkArtifactPath(path))).map(entry => fileInfo(entry, ''))
    }),

    /** What the proxy keeps under a path. */
    proxied: (path: string): ArtifactPlace => ({
      store: places.proxied,
      path: checkArtifactPath(path)
    }),

    ofRun: async (runId: string, path: string): Promise<ArtifactPlace> => {
      const checked = checkArtifactPath(path);
      return at((await runs.require(runId)).artifact_uri, checked);
    },

    ofModel: async (modelId: string, path: string): Promise<ArtifactPlace> => {
      const checked = checkArtifactPath(path);
      return at((await loggedModels.require(modelId)).location, checked);
    },

    /** Whether large files can be sent in parts. */
    takesParts: places.proxied.parts !== undefined
  };
}

function fileInfo(
  { name, isFolder, bytes }: { name: string; isFolder: boolean; bytes: number },
  below: string
) {
  const path = below === '' ? name : `${below}/${name}`;
  return isFolder ? { path, is_dir: true } : { path, is_dir: false, file_size: bytes };
}
