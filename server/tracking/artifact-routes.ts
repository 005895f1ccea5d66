// MLflow's artifact proxy: raw bodies, streamed both ways.
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ArtifactPlace } from '../artifacts/artifact-places.ts';
import { problem } from '../contract/problem.ts';
import { sendArtifact } from '../http/send-artifact.ts';
import type { Artifacts } from './artifacts.ts';
import { type ArtifactParts, PART_PATH } from './artifact-parts.ts';

const BASE = '/mlflow-artifacts/artifacts';
/** What a page may send in one piece, as MLflow has it. */
const UPLOAD_LIMIT = 10 * 1024 * 1024;

interface AtPath {
  Params: { '*': string };
}

interface OfOwner {
  Params: { id: string; '*': string };
}

export function artifactRoutes(
  scope: FastifyInstance,
  artifacts: Artifacts,
  parts: ArtifactParts
): void {
  const listed = async (folder: string) => {
    const { files } = await artifacts.listFolder(folder);
    return files.length > 0 ? { files } : {};
  };

  scope.get<{ Querystring: { path?: string } }>(BASE, request => listed(request.query.path ?? ''));

  scope.put<AtPath>(`${BASE}/*`, async request =>
    store(artifacts.proxied(request.params['*']), request)
  );

  scope.get<AtPath>(`${BASE}/*`, async (request, reply) => {
    const place = artifacts.proxied(request.params['*']);
    if (place.path === '') return listed('');
    return sendArtifact(request, reply, place);
  });

  scope.delete<AtPath>(`${BASE}/*`, async request => {
    const { store, path } = artifacts.proxied(request.params['*']);
    await store.delete(path);
    return {};
  });

  // Ours, for the logging verbs: whatever the artifacts' root is, of a run or logged model, streamed.
  scope.put<OfOwner>('/mlflow/runs/:id/artifacts/*', async request =>
    store(await artifacts.ofRun(request.params.id, request.params['*']), request)
  );
  scope.put<OfOwner>('/mlflow/logged-models/:id/artifacts/*', async request =>
    store(await artifacts.ofModel(request.params.id, request.params['*']), request)
  );

  scope.put<{ Params: { upload: string; part: string; '*': string } }>(
    `${PART_PATH}/:upload/:part/*`,
    async (request, reply) => {
      const { upload, part, '*': path } = request.params;
      const content = (request.body as Readable | undefined) ?? Readable.from([]);
      return reply.header('etag', `"${await parts.put(upload, part, path, content)}"`).send({});
    }
  );

  scope.get<{ Params: { model_id: string }; Querystring: { artifact_file_path?: string } }>(
    '/mlflow/logged-models/:model_id/artifacts/files',
    async (request, reply) => {
      const path = request.query.artifact_file_path;
      if (!path) {
        throw problem(
          'invalid_request',
          'Request must include the "artifact_file_path" query parameter.'
        );
      }
      return sendArtifact(request, reply, await artifacts.ofModel(request.params.model_id, path));
    }
  );

  scope.post<{ Querystring: { run_uuid?: string; run_id?: string; path?: string } }>(
    '/mlflow/upload-artifact',
    async request => {
      const { run_uuid, run_id = run_uuid, path } = request.query;
      if (!run_id) throw problem('invalid_request', 'Request must specify run_id or run_uuid.');
      if (!path) throw problem('invalid_request', 'Request must specify path.');
      const place = await artifacts.ofRun(run_id, path);
      const content = await readWhole(request.body as Readable | undefined);
      if (content.length === 0) throw problem('invalid_request', 'Request must specify data.');
      await place.store.put(place.path, content);
      return {};
    }
  );
}

async function store({ store, path }: ArtifactPlace, { body }: FastifyRequest) {
  // An empty file comes without any body.
  await store.put(path, (body as Readable | undefined) ?? Readable.from([]));
  return {};
}

/** MLflow's address for a file of a run, outside its API. */
export function artifactPages(scope: FastifyInstance, artifacts: Artifacts): void {
  scope.get<{ Querystring: { run_id?: string; run_uuid?: string; path?: string } }>(
    '/get-artifact',
    async (request, reply) => {
      const { run_uuid, run_id = run_uuid, path } = request.query;
      if (!run_id || !path)
        throw problem('invalid_request', 'Request must specify run_id and path.');
      return sendArtifact(request, reply, await artifacts.ofRun(run_id, path));
    }
  );
}

async function readWhole(body: Readable | undefined): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of (body ?? []) as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > UPLOAD_LIMIT)
      throw problem('invalid_request', 'Artifact size is too large. Max size is 10MB.');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
