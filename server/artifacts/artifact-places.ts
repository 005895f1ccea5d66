// Which addresses of artifacts this server opens: the proxied ones, and those below the root that whoever started it named.
// An address that a client makes up is kept as it is and never opened.
import { fileURLToPath } from 'node:url';
import type { ArtifactStore } from './artifact-store.ts';
import { openArtifactStore } from './open-artifact-store.ts';

/** A file or folder of one of our stores. */
export interface ArtifactPlace {
  store: ArtifactStore;
  path: string;
}

export interface ArtifactPlaces {
  /** Holds what comes through MLflow's proxy (`mlflow-artifacts:/…`). */
  readonly proxied: ArtifactStore;
  /** Where a new experiment keeps its artifacts. */
  locationOf(experimentId: number): string;
  /** Nothing for an address that is not ours to open. */
  find(uri: string): ArtifactPlace | undefined;
}

export interface ArtifactRoots {
  /** Folder or address behind the proxy. */
  destination: string;
  /** Below it new experiments keep their artifacts; a proxied address unless clients shall write there themselves. */
  root: string;
}

export function createArtifactPlaces({ destination, root }: ArtifactRoots): ArtifactPlaces {
  const proxied = openArtifactStore(destination);
  const direct = isProxied(root) ? undefined : openArtifactStore(root);
  const base = root.replace(/\/+$/, '');
  const prefix = plainAddress(base);

  return {
    proxied,
    locationOf: experimentId => `${base}/${experimentId}`,
    find(uri) {
      if (isProxied(uri)) return { store: proxied, path: proxiedPath(uri) };
      const address = plainAddress(uri);
      if (!direct || !address.startsWith(`${prefix}/`)) return undefined;
      return { store: direct, path: address.slice(prefix.length + 1).replace(/\/+$/, '') };
    }
  };
}

const isProxied = (uri: string): boolean => /^mlflow-artifacts:/i.test(uri);

/** `mlflow-artifacts:/a/b`, with or without a host, is `a/b` in the store behind the proxy. */
function proxiedPath(uri: string): string {
  return uri.replace(/^mlflow-artifacts:(\/\/[^/]*)?\/*/i, '').replace(/\/+$/, '');
}

/** `file:///a/b` and `/a/b` are one place. */
function plainAddress(uri: string): string {
  return /^file:/i.test(uri) ? fileURLToPath(uri) : uri;
}
