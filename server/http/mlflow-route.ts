// MLflow's transport rules, once for tracking and registry: its prefixes, lenient bodies, its error form.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type MlflowOperation } from '../contract/mlflow.ts';
import { pathFields } from '../contract/operation.ts';
import { problem } from '../contract/problem.ts';
import { protoJson } from './mlflow-answer.ts';
import { sendMlflowError } from './mlflow-error.ts';
import { type Fields, parseMlflow, readBody } from './mlflow-request.ts';

export interface MlflowCaller {
  /** The kernel session that speaks, when its token names one. */
  session: string | undefined;
  /** This server as the caller reaches it, e.g. `http://127.0.0.1:5000`. */
  origin: string;
  /** The header that it came with. */
  authorization: string | undefined;
}

/**
 * What the handler returns is the answer's body: `undefined` fields and empty lists are left out, NaN and infinities
 * travel as strings, no value at all is `{}`.
 */
export type MlflowHandler<O extends MlflowOperation> = (
  input: z.output<O['request']>,
  caller: MlflowCaller
) => unknown;

/** Its pages ask below `/ajax-api` for what stands below `/api`; clients of 1.x know the registry by an address of its first days. */
export const mlflowAddress = (url: string): string =>
  url.replace(/^\/+ajax-api(?=\/)/, '/api').replace(/^(\/+api\/2\.0)\/preview(?=\/mlflow\/)/, '$1');

/** Where calls of the wire are added, below `/api`; the server's addresses go through `mlflowAddress` first. */
export interface MlflowWire {
  /** A call with JSON in and JSON out. */
  route<O extends MlflowOperation>(operation: O, handle: MlflowHandler<O>): void;
  /** Anything else (raw bodies), below `/api/2.0`. */
  raw(register: (scope: FastifyInstance) => void): void;
  /** What MLflow serves outside its API, below no prefix. */
  pages(register: (scope: FastifyInstance) => void): void;
}

/** Opens the wire: everything below `/api` that `register` does not add is ENDPOINT_NOT_FOUND at once. */
export function mlflowWire(app: FastifyInstance, register: (wire: MlflowWire) => void): void {
  const routes: ((scope: FastifyInstance) => void)[] = [];
  const raws: ((scope: FastifyInstance) => void)[] = [];
  const pages: ((scope: FastifyInstance) => void)[] = [];
  register({
    route: (operation, handle) => routes.push(scope => jsonRoute(scope, operation, handle)),
    raw: added => raws.push(added),
    pages: added => pages.push(added)
  });

  void app.register(
    async scope => {
      scope.setErrorHandler(sendMlflowError);
      scope.setNotFoundHandler((request, reply) =>
        sendMlflowError(
          problem(
            'endpoint_missing',
            `There is nothing at ${request.method} ${pathOf(request.url)}`
          ),
          request,
          reply
        )
      );
      await scope.register(async json => {
        json.removeAllContentTypeParsers();
        json.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) =>
          done(null, body)
        );
        for (const add of routes) add(json);
      });
      await scope.register(
        async raw => {
          raw.removeAllContentTypeParsers();
          raw.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
          for (const add of raws) add(raw);
        },
        { prefix: '/2.0' }
      );
    },
    { prefix: '/api' }
  );
  void app.register(async scope => {
    scope.setErrorHandler(sendMlflowError);
    for (const add of pages) add(scope);
  });
}

function jsonRoute<O extends MlflowOperation>(
  scope: FastifyInstance,
  operation: O,
  handle: MlflowHandler<O>
): void {
  const { name, method, path, version } = operation;
  const inPath = pathFields(path);
  const url = `/${version}${path}`;
  // The rest of a path (`*`) may be nothing at all.
  const urls = url.endsWith('/*') ? [url, url.slice(0, -'/*'.length)] : [url];
  if (urls.length > 1) inPath.push('*');
  for (const address of urls)
    scope.route({
      method: Array.isArray(method) ? [...method] : (method as string),
      url: address,
      // A server that starts soon has few routes.
      exposeHeadRoute: false,
      config: { operation: name },
      handler: async (request, reply) => {
        const readFields = (parse: (json: string) => unknown): Fields => {
          const { body, headers } = request;
          const fields: Fields =
            request.method === 'GET'
              ? { ...(request.query as object) }
              : readBody(request.method, headers['content-type'], body, parse);
          for (const field of inPath)
            fields[field] = (request.params as Record<string, string>)[field] ?? '';
          // The older name of a run's id is accepted wherever the newer one is.
          if (fields['run_id'] === undefined && fields['run_uuid'] !== undefined)
            fields['run_id'] = fields['run_uuid'];
          return fields;
        };
        const input = parseMlflow(operation.request, { body: request.body, readFields });
        const answer = await handle(input as z.output<O['request']>, callerOf(request));
        return reply.type('application/json').send(protoJson(answer ?? {}));
      }
    });
}

function callerOf({ session, headers, protocol }: FastifyRequest): MlflowCaller {
  // Behind a proxy that ends TLS; a client that says so of itself misleads nobody else.
  const scheme = headers['x-forwarded-proto'] === 'https' ? 'https' : protocol;
  return {
    session,
    origin: `${scheme}://${headers.host ?? ''}`,
    authorization: headers.authorization
  };
}

function pathOf(url: string): string {
  return url.split('?', 1)[0]!;
}
