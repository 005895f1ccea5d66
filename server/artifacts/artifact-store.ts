// Where files of runs and models are kept. A port: local folder now, object storage later, one suite for all.
import type { Readable } from 'node:stream';

export interface ArtifactEntry {
  /** Below the folder that was listed: its last segment. */
  name: string;
  isFolder: boolean;
  bytes: number;
}

/** Paths are relative, with `/`; every driver refuses `..`, absolute and empty segments with `invalid_request`. */
export interface ArtifactStore {
  /** Streams to a temporary place and moves it into place when whole: readers never see half a file. */
  put(path: string, content: Readable | Uint8Array): Promise<{ bytes: number }>;
  /** @throws not_found */
  get(path: string): Promise<{ content: Readable; bytes: number }>;
  /** Empty for a file, and for what does not exist. */
  list(path: string): Promise<ArtifactEntry[]>;
  delete(path: string): Promise<void>;
  /** A folder or file of this machine with the same content, for programs that need one (the model worker). */
  local(path: string): Promise<string>;
}
