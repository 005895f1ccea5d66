// The one place that turns an error into an answer.
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { type Problem, problem, ProblemError } from '../contract/problem.ts';

export function toProblem(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  const status = (error as Partial<FastifyError>).statusCode;
  const message = error instanceof Error ? error.message : String(error);
  if (status === 413) return problem('too_large', message).problem;
  if (status && status >= 400 && status < 500) return problem('invalid_request', message).problem;
  return problem('internal', 'Something went wrong on our side; the server log has the details')
    .problem;
}

export function sendProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply
): FastifyReply {
  const body = toProblem(error);
  if (body.status >= 500)
    request.log.error({ err: error, operation: request.routeOptions.config }, 'unexpected');
  return reply.code(body.status).type('application/problem+json').send(body);
}
