// The driver of a place of artifacts, by the form of its address.
import { fileURLToPath } from 'node:url';
import { problem } from '../contract/problem.ts';
import type { ArtifactStore } from './artifact-store.ts';
import { createLocalArtifactStore } from './local-folder.ts';
import type { S3Settings } from './s3-settings.ts';
import { createS3ArtifactStore } from './s3-store.ts';

/** What an address in a bucket needs besides. */
export interface S3Parts {
  settings: S3Settings;
  /** Folder for copies that programs of this machine need. */
  copies: string;
}

/** @param address absolute folder, or `file://` or `s3://` address. @throws invalid_request for any other kind. */
export function openArtifactStore(address: string, s3?: S3Parts): ArtifactStore {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(address)?.[1]?.toLowerCase();
  if (scheme === undefined) return createLocalArtifactStore(address);
  if (scheme === 'file') return createLocalArtifactStore(fileURLToPath(address));
  if (scheme === 's3' && s3) return createS3ArtifactStore(address, s3.settings, s3.copies);
  throw problem('invalid_request', `Artifacts cannot be kept at "${address}"`, {
    remedy: 'Give a folder, a file:// or an s3:// address'
  });
}
