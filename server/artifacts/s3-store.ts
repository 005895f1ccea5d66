// Artifacts in an S3-compatible bucket. A file appears there whole or not at all, since that is how S3 writes.
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { problem } from '../contract/problem.ts';
import type { ArtifactEntry, ArtifactStore } from './artifact-store.ts';
import { resolveArtifact } from './local-place.ts';
import { createS3Client } from './s3-client.ts';
import { createLocalCopies } from './s3-copies.ts';
import { listBucket, type S3Object } from './s3-listing.ts';
import type { S3Settings } from './s3-settings.ts';
import { createS3Parts, upload } from './s3-upload.ts';

const DELETED_AT_ONCE = 16;

/**
 * @param address `s3://bucket/prefix`
 * @param copies a folder for what programs of this machine need as files; emptied at start.
 */
export function createS3ArtifactStore(
  address: string,
  settings: S3Settings,
  copies: string
): ArtifactStore {
  const { bucket, prefix } = readAddress(address);
  const client = createS3Client(bucket, settings);

  function keyOf(path: string): string {
    // For its check only: a key that leaves the prefix would be as bad as a path that leaves its folder.
    resolveArtifact('/', path);
    return prefix + path;
  }
  const below = (path: string) => (path === '' ? prefix : `${keyOf(path)}/`);
  const missing = (path: string) => problem('not_found', `There is no artifact "${path}"`);

  async function size(path: string): Promise<number> {
    const answer = await client.send({ method: 'HEAD', key: keyOf(path) });
    if (answer.status === 404) throw missing(path);
    return Number(answer.headers.get('content-length'));
  }

  const get: ArtifactStore['get'] = async (path, range) => {
    const headers: Record<string, string> = range
      ? { range: `bytes=${range.start}-${range.end}` }
      : {};
    const answer = await client.send({ method: 'GET', key: keyOf(path), headers });
    if (answer.status === 404) throw missing(path);
    const whole = /\/(\d+)$/.exec(answer.headers.get('content-range') ?? '')?.[1];
    const bytes = Number(whole ?? answer.headers.get('content-length'));
    const content = answer.body
      ? Readable.fromWeb(answer.body as ReadableStream)
      : Readable.from([]);
    return { content, bytes };
  };

  async function filesBelow(folder: string): Promise<S3Object[]> {
    const found: S3Object[] = [];
    for await (const { objects } of listBucket(client, folder, true)) found.push(...objects);
    // A key that ends so only marks a folder.
    return found.filter(({ key }) => !key.endsWith('/'));
  }

  const remove = (key: string) => client.send({ method: 'DELETE', key });

  return {
    put: async (path, content) => ({ bytes: await upload(client, keyOf(path), content) }),
    get,
    size,
    parts: createS3Parts(client, keyOf),

    async list(path) {
      const folder = below(path);
      const entries: ArtifactEntry[] = [];
      for await (const { objects, folders } of listBucket(client, folder, false)) {
        for (const { key, bytes } of objects)
          entries.push({ name: key.slice(folder.length), isFolder: false, bytes });
        for (const one of folders)
          entries.push({ name: one.slice(folder.length, -1), isFolder: true, bytes: 0 });
      }
      return entries.filter(({ name }) => name !== '').sort((a, b) => (a.name < b.name ? -1 : 1));
    },

    async delete(path) {
      const keys = [keyOf(path)];
      for await (const { objects } of listBucket(client, below(path), true))
        keys.push(...objects.map(({ key }) => key));
      const isMarker = (key: string) => key.endsWith('/');
      const files = keys.filter(key => !isMarker(key));
      while (files.length > 0) {
        await Promise.all(files.splice(0, DELETED_AT_ONCE).map(remove));
      }
      // Marks of folders go after what is in them: some storages make folders of them.
      for (const key of keys.filter(isMarker).reverse()) await remove(key);
    },

    local: createLocalCopies(copies, {
      get,
      async find(path) {
        const folder = below(path);
        const inside = (await filesBelow(folder)).map(({ key, bytes, etag }) => ({
          path: key.slice(folder.length),
          version: `${etag} ${bytes}`
        }));
        if (inside.length > 0) return inside;
        const answer = await client.send({ method: 'HEAD', key: keyOf(path) });
        if (answer.status === 404) throw missing(path);
        return [{ path: '', version: String(answer.headers.get('etag')) }];
      }
    })
  };
}

/** @throws invalid_request */
function readAddress(address: string): { bucket: string; prefix: string } {
  const match = /^s3:\/\/([a-z0-9][a-z0-9._-]{1,62})(?:\/+(.*?))?\/*$/i.exec(address);
  if (!match) {
    throw problem('invalid_request', `"${address}" is not an address of a bucket`, {
      remedy: 'Give s3://bucket or s3://bucket/prefix'
    });
  }
  return { bucket: match[1]!, prefix: match[2] ? `${match[2]}/` : '' };
}
