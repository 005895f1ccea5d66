// The driver of a place of artifacts, by the form of its address.
import { fileURLToPath } from 'node:url';
import { problem } from '../contract/problem.ts';
import type { ArtifactStore } from './artifact-store.ts';
import { createLocalArtifactStore } from './local-folder.ts';

/** @param address absolute folder, or `file://` address. @throws invalid_request for any other kind. */
export function openArtifactStore(address: string): ArtifactStore {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(address)?.[1]?.toLowerCase();
  if (scheme === undefined) return createLocalArtifactStore(address);
  if (scheme === 'file') return createLocalArtifactStore(fileURLToPath(address));
  throw problem('invalid_request', `Artifacts cannot be kept at "${address}"`, {
    remedy: 'Give a folder or a file:// address'
  });
}
