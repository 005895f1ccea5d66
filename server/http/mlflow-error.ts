// A problem in MLflow's words: `{error_code, message}` with the status that its clients expect.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ProblemCode } from '../contract/problem.ts';
import { toProblem } from './problems.ts';

type MlflowCode =
  | 'INVALID_PARAMETER_VALUE'
  | 'RESOURCE_ALREADY_EXISTS'
  | 'RESOURCE_DOES_NOT_EXIST'
  | 'ENDPOINT_NOT_FOUND'
  | 'UNAUTHENTICATED'
  | 'PERMISSION_DENIED'
  | 'NOT_IMPLEMENTED'
  | 'RESOURCE_CONFLICT'
  | 'RESOURCE_EXHAUSTED'
  | 'INTERNAL_ERROR';

const STATUS: Record<MlflowCode, number> = {
  INVALID_PARAMETER_VALUE: 400,
  RESOURCE_ALREADY_EXISTS: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  RESOURCE_DOES_NOT_EXIST: 404,
  ENDPOINT_NOT_FOUND: 404,
  RESOURCE_CONFLICT: 409,
  RESOURCE_EXHAUSTED: 429,
  INTERNAL_ERROR: 500,
  NOT_IMPLEMENTED: 501
};

const CODES: Partial<Record<ProblemCode, MlflowCode>> = {
  already_exists: 'RESOURCE_ALREADY_EXISTS',
  endpoint_missing: 'ENDPOINT_NOT_FOUND',
  not_implemented: 'NOT_IMPLEMENTED'
};

const BY_STATUS: Partial<Record<number, MlflowCode>> = {
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'RESOURCE_DOES_NOT_EXIST',
  409: 'RESOURCE_CONFLICT',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL_ERROR'
};

/** What is quoted may be as long as what was sent; nobody reads that. */
const LONGEST = 1500;

const shorten = (text: string): string =>
  text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 300)} … ${text.slice(-300)}`;

/** For `setErrorHandler` of every scope that speaks MLflow's wire. */
export function sendMlflowError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply
): FastifyReply {
  const { code, status, detail, remedy } = toProblem(error);
  const errorCode = CODES[code as ProblemCode] ?? BY_STATUS[status] ?? 'INVALID_PARAMETER_VALUE';
  if (errorCode === 'INTERNAL_ERROR')
    request.log.error({ err: error, url: request.url }, 'unexpected');
  if (errorCode === 'UNAUTHENTICATED') reply.header('www-authenticate', 'Basic realm="mlflow"');
  const message = shorten(remedy ? `${detail}. ${remedy}` : detail);
  return reply.code(STATUS[errorCode]).send({ error_code: errorCode, message });
}
