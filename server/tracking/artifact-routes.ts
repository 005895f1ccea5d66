// MLflow's artifact proxy: raw bodies, streamed both ways.
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { problem } from '../contract/problem.ts';
import type { Artifacts } from './artifacts.ts';

const BASE = '/mlflow-artifacts/artifacts';

interface AtPath {
  Params: { '*': string };
}

export function artifactRoutes(scope: FastifyInstance, artifacts: Artifacts): void {
  scope.get<{ Querystring: { path?: string } }>(BASE, request =>
    artifacts.listFolder(request.query.path ?? '')
  );

  scope.put<AtPath>(`${BASE}/*`, async request => {
    // An empty file comes without any body.
    await artifacts.put(
      request.params['*'],
      (request.body as Readable | undefined) ?? Readable.from([])
    );
    return {};
  });

  scope.get<AtPath>(`${BASE}/*`, async (request, reply) => {
    const path = request.params['*'];
    if (path === '') return artifacts.listFolder('');
    const { content, bytes } = await artifacts.get(path);
    return sendFile(reply, content, bytes, path);
  });

  scope.delete<AtPath>(`${BASE}/*`, async request => {
    await artifacts.remove(request.params['*']);
    return {};
  });

  scope.all(`/mlflow-artifacts/mpu/*`, () => {
    throw problem(
      'not_implemented',
      'Multipart upload is not supported for the current artifact repository'
    );
  });
  scope.all(`/mlflow-artifacts/presigned/*`, () => {
    throw problem(
      'not_implemented',
      'Presigned downloads are not supported for the current artifact repository'
    );
  });
}

/** Always as a download: a logged HTML file must not run as a page of this server. */
function sendFile(
  reply: FastifyReply,
  content: Readable,
  bytes: number,
  path: string
): FastifyReply {
  const name = encodeURIComponent(path.split('/').at(-1)!);
  return reply
    .type('application/octet-stream')
    .header('content-length', bytes)
    .header('content-disposition', `attachment; filename*=UTF-8''${name}`)
    .header('x-content-type-options', 'nosniff')
    .send(content);
}
