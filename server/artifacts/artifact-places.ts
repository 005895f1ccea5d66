// Which addresses of artifacts this server opens: the proxied ones, and those below the root that whoever started it named.
// An address that a client makes up is kept as it is and never opened.
import { fileURLToPath } from 'node:url';
import type { ArtifactStore } from './artifact-store.ts';
import { openArtifactStore, type S3Parts } from './open-artifact-store.ts';

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
  /** Needed for `s3://` addresses only. */
  s3?: S3Parts | undefined;
}

export function createArtifactPlaces({ destination, root, s3 }: ArtifactRoots): ArtifactPlaces {
  const proxied = openArtifactStore(destination, s3);
  // The address of an MLflow proxy is taken to be this server's own.
  const isOwn = /^https?:.*\/mlflow-artifacts\/artifacts\/?$/i.test(root);
  const direct = isOwn ? proxied : isProxied(root) ? undefined : openArtifactStore(root, s3);
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

/** `file:///a/b` and `/a/b` are one place; an address of another machine is none. */
function plainAddress(uri: string): string {
  if (!/^file:/i.test(uri)) return uri;
  try {
    return fileURLToPath(uri);
  } catch {
    return uri;
  }
}
