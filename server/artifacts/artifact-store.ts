// Where files of runs and models are kept. A port: local folder now, object storage later, one suite for all.
import type { Readable } from 'node:stream';

export interface ArtifactEntry {
  /** Below the folder that was listed: its last segment. */
  name: string;
  isFolder: boolean;
  bytes: number;
}

/** From `start` to `end`, both included. */
export interface ByteRange {
  start: number;
  end: number;
}

/** Parts of one large file, sent side by side and put together in the order of their numbers. */
export interface PartStore {
  /** @returns the upload's id, which names it together with the path. */
  begin(path: string): Promise<string>;
  /** @returns the part's etag. Sent again, it replaces the former one. */
  put(path: string, upload: string, part: number, content: Readable): Promise<string>;
  /** The file is there afterwards. @throws invalid_request when a part is missing or another than it was. */
  join(
    path: string,
    upload: string,
    parts: readonly { part: number; etag: string }[]
  ): Promise<void>;
  /** Forgets it; harmless when it is forgotten already. */
  drop(path: string, upload: string): Promise<void>;
}

/** Paths are relative, with `/`; every driver refuses `..`, absolute and empty segments with `invalid_request`. */
export interface ArtifactStore {
  /** Streams to a temporary place and moves it into place when whole: readers never see half a file. */
  put(path: string, content: Readable | Uint8Array): Promise<{ bytes: number }>;
  /** The whole file, or a part of it; `bytes` is the size of the whole. @throws not_found */
  get(path: string, range?: ByteRange): Promise<{ content: Readable; bytes: number }>;
  /** @throws not_found for what is no file. */
  size(path: string): Promise<number>;
  /** Empty for a file, and for what does not exist. */
  list(path: string): Promise<ArtifactEntry[]>;
  delete(path: string): Promise<void>;
  /** A folder or file of this machine with the same content, for programs that need one (the model worker). */
  local(path: string): Promise<string>;
  /** Where large files can be sent in parts. */
  readonly parts?: PartStore;
}
