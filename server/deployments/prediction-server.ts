// The HTTP face of one prediction service, on a port of its own: the Open Inference Protocol v2 and MLflow's scoring
// protocol. Other people's contracts: their paths, their answers, their errors.
import { promisify } from 'node:util';
import { gunzip, gzip, inflate, deflate } from 'node:zlib';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { guard } from '../auth/guard.ts';
import { problem } from '../contract/problem.ts';
import { toProblem } from '../http/problems.ts';
import { VERSION } from '../version.ts';
import { type ReadRequest, readInference, writeInference } from './inference-protocol.ts';
import type { Answer } from './model-worker.ts';
import type { Signature } from '../text/model-signature.ts';
import { describeTensors } from './signature.ts';
import { type Tensor, TensorError } from './tensor.ts';

export interface Predictor {
  /** What answers now; nothing while the first version is loading. */
  model(): { name: string; version: string; signature: Signature; loader: string } | undefined;
  /** Names that the model is known by in an address. */
  names: readonly string[];
  ask(
    header: Record<string, unknown>,
    bodies: readonly Uint8Array[]
  ): Promise<{ answer: Answer; version: string }>;
  record(milliseconds: number, failed: boolean): void;
}

const BODY = 64 * 1024 * 1024;
const COMPRESSED_FROM = 1024;
const PROBES = ['/ping', '/health', '/v2/health/live', '/v2/health/ready'];

const unpack = { gzip: promisify(gunzip), deflate: promisify(inflate) } as const;
const pack = { gzip: promisify(gzip), deflate: promisify(deflate) } as const;

export function buildPredictionServer(
  predictor: Predictor,
  token: string | undefined
): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: BODY,
    forceCloseConnections: true,
    requestTimeout: 120_000,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 1000 }
  });
  guard(app, { token, open: PROBES });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setErrorHandler(sendError);
  app.setNotFoundHandler((request, reply) =>
    sendError(
      problem('not_found', `There is nothing at ${request.method} ${request.url.split('?', 1)[0]}`),
      request,
      reply
    )
  );
  app.addHook('onSend', compress);
  probeRoutes(app, predictor);
  inferenceRoutes(app, predictor);
  app.post('/invocations', (request, reply) =>
    timed(predictor, reply, () => invoke(predictor, request, reply))
  );
  return app;
}

function probeRoutes(app: FastifyInstance, { model }: Predictor): void {
  const ready = (_request: FastifyRequest, reply: FastifyReply) =>
    reply
      .code(model() ? 200 : 503)
      .type('application/json')
      .send({ ready: !!model(), live: true });
  const ping = (_request: FastifyRequest, reply: FastifyReply) =>
    reply
      .code(model() ? 200 : 503)
      .type('text/plain')
      .send('\n');
  app.get('/ping', ping);
  app.get('/health', ping);
  app.get('/version', (_request, reply) => reply.type('text/plain').send(VERSION));
  app.get('/v2/health/live', (_request, reply) => reply.send({ live: true }));
  app.get('/v2/health/ready', ready);
  app.get('/v2', () => ({
    name: 'stepladder',
    version: VERSION,
    extensions: ['binary_tensor_data']
  }));
}

function inferenceRoutes(app: FastifyInstance, predictor: Predictor): void {
  app.get('/v2/models', () => ({ models: [predictor.model()?.name].filter(Boolean) }));
  for (const path of ['/v2/models/:model', '/v2/models/:model/versions/:version']) {
    app.get(path, request => {
      const { name, version, signature, loader } = currentModel(predictor, request);
      return {
        name,
        versions: [version],
        platform: `stepladder-${loader}`,
        inputs: inputsOf(signature),
        outputs: describeTensors(signature.outputs, 'predict')
      };
    });
    app.get(`${path}/ready`, request => ({
      name: currentModel(predictor, request).name,
      ready: true
    }));
    app.post(`${path}/infer`, (request, reply) =>
      timed(predictor, reply, () => infer(predictor, request, reply))
    );
  }
}

/** A table may come as one matrix or a column an input; the metadata says it by columns. */
function inputsOf({ columns, tensors }: Signature) {
  return describeTensors(columns ?? tensors ?? [], 'input-0');
}

function currentModel(predictor: Predictor, request: FastifyRequest) {
  const { model: name, version } = request.params as { model: string; version?: string };
  if (!predictor.names.includes(name)) {
    throw problem(
      'not_found',
      `There is no model "${name}" here; this service has "${predictor.names[0]}"`
    );
  }
  const model = predictor.model();
  if (!model) throw unavailable(`The model "${name}" is not ready yet`);
  if (version !== undefined && version !== model.version) {
    throw problem(
      'not_found',
      `Version ${version} of "${name}" is not served here; version ${model.version} is`
    );
  }
  return model;
}

async function timed(
  predictor: Predictor,
  reply: FastifyReply,
  work: () => Promise<FastifyReply>
): Promise<FastifyReply> {
  const start = performance.now();
  let failed = true;
  try {
    await work();
    failed = reply.statusCode >= 400;
    return reply;
  } finally {
    predictor.record(performance.now() - start, failed);
  }
}

async function infer(
  predictor: Predictor,
  request: FastifyRequest,
  reply: FastifyReply
): Promise<FastifyReply> {
  const { name, signature } = currentModel(predictor, request);
  const asked = readInference(await bodyOf(request), headerLength(request));
  const params = pick(asked, signature.params);
  const inputs = asked.inputs.map(({ data, ...input }) => ({ ...input, bytes: data.byteLength }));
  const { answer, version } = await predictor.ask(
    { kind: 'tensors', inputs, params },
    asked.inputs.map(({ data }) => data)
  );
  const results = readOutputs(unwrap(answer));
  const { body, headerLength: length } = writeInference({ name, version }, asked, results);
  if (length === undefined) return reply.type('application/json').send(body);
  return reply
    .type('application/octet-stream')
    .header('inference-header-content-length', length)
    .send(body);
}

async function invoke(
  predictor: Predictor,
  request: FastifyRequest,
  reply: FastifyReply
): Promise<FastifyReply> {
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '')
    .toLowerCase()
    .split(/\s*;\s*/);
  const kind = { 'application/json': 'json', 'text/csv': 'csv', 'application/csv': 'csv' }[type];
  const isPlain = parameters.every(
    parameter => /^charset="?utf-?8"?$/.test(parameter) || parameter === ''
  );
  if (kind === undefined || !isPlain) {
    const text = `This predictor only supports text/csv and application/json in UTF-8, not "${request.headers['content-type'] ?? ''}"`;
    return reply.code(415).type('text/plain').send(text);
  }
  if (!predictor.model()) throw unavailable('The model is not ready yet');
  const { answer } = await predictor.ask({ kind }, [await bodyOf(request)]);
  return reply.type('application/json').send(Buffer.from(unwrap(answer).body));
}

async function bodyOf(request: FastifyRequest): Promise<Buffer> {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return body;
  const decode = unpack[encoding as keyof typeof unpack];
  if (!decode)
    throw new TensorError(
      `The content encoding "${encoding}" is not supported; use gzip or deflate`
    );
  try {
    return await decode(body, { maxOutputLength: BODY });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') {
      throw problem('too_large', `The body unpacks to more than ${BODY} bytes`);
    }
    throw new TensorError(`The body is not ${encoding} data`);
  }
}

/** Bodies of a few bytes are sent as they are: packing them costs more than it saves. */
async function compress(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown
): Promise<unknown> {
  const size = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.length : 0;
  if (size < COMPRESSED_FROM) return payload;
  const accepted = String(request.headers['accept-encoding'] ?? '');
  const encoding = (['gzip', 'deflate'] as const).find(name => accepted.includes(name));
  if (!encoding) return payload;
  reply.header('content-encoding', encoding).removeHeader('content-length');
  return pack[encoding](payload as string | Buffer);
}

function headerLength(request: FastifyRequest): number | undefined {
  const value = request.headers['inference-header-content-length'];
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(String(value))) return Number(value);
  throw new TensorError(
    `Inference-Header-Content-Length "${String(value)}" is not a number of bytes`
  );
}

function pick({ parameters }: ReadRequest, names: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => names.includes(name)));
}

function readOutputs({
  header,
  body
}: {
  header: Record<string, unknown>;
  body: Uint8Array;
}): Tensor[] {
  let at = 0;
  return (header['outputs'] as (Omit<Tensor, 'data'> & { bytes: number })[]).map(
    ({ bytes, ...output }) => {
      const data = body.subarray(at, at + bytes);
      at += bytes;
      return { ...output, data };
    }
  );
}

class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const unavailable = (message: string) => new Refusal(503, message);
const STATUS = { input: 400, timeout: 504, died: 500, busy: 429, closed: 503 } as const;

function unwrap(answer: Answer): { header: Record<string, unknown>; body: Uint8Array } {
  if (answer.ok) return answer;
  throw new Refusal(STATUS[answer.reason], answer.message);
}

const MLFLOW_CODES: Record<number, string> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'RESOURCE_DOES_NOT_EXIST',
  413: 'BAD_REQUEST',
  429: 'RESOURCE_EXHAUSTED',
  503: 'TEMPORARILY_UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED'
};

/** In the protocol's own form: `{"error"}` below /v2, MLflow's `{"error_code", "message"}` elsewhere. */
function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, message } = wordsFor(error);
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  reply.code(status).type('application/json');
  if (request.url.startsWith('/v2')) return reply.send({ error: message });
  return reply.send({ error_code: MLFLOW_CODES[status] ?? 'INTERNAL_ERROR', message });
}

function wordsFor(error: unknown): { status: number; message: string } {
  if (error instanceof TensorError) return { status: 400, message: error.message };
  if (error instanceof Refusal) return error;
  const { status, detail, remedy } = toProblem(error);
  return { status, message: remedy ? `${detail}. ${remedy}` : detail };
}
