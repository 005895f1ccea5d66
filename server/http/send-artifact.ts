import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ArtifactPlace } from '../artifacts/artifact-places.ts';
import { mediaTypeOf } from '../artifacts/media-type.ts';
import { sendFile } from './send-file.ts';

/** Streams a file of a store. @throws not_found for what is no file. */
export async function sendArtifact(
  request: FastifyRequest,
  reply: FastifyReply,
  { store, path }: ArtifactPlace
): Promise<FastifyReply> {
  return sendFile(request, reply, {
    name: path.slice(path.lastIndexOf('/') + 1),
    mediaType: mediaTypeOf(path),
    bytes: await store.size(path),
    open: async range => (await store.get(path, range)).content
  });
}
