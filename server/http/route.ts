// An operation as a Fastify route: the contract's schemas check what comes in; the service's answer goes out.
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import {
  type InputOf,
  type Operation,
  pathFields,
  type ResponseOf
} from '../contract/operation.ts';
import { notebookFault } from '../contract/notebook-fault.ts';
import { problem } from '../contract/problem.ts';

export type Handler<O extends Operation> = (
  input: InputOf<O>
) => Promise<ResponseOf<O>> | ResponseOf<O>;

export function route<O extends Operation>(
  app: FastifyInstance,
  operation: O,
  handle: Handler<O>
): void {
  const inPath = new Set(pathFields(operation.path));
  app.route({
    method: operation.method,
    url: operation.path,
    config: { operation: operation.name },
    handler: async request => {
      const rest =
        operation.method === 'GET' || operation.method === 'DELETE'
          ? request.query
          : (request.body ?? {});
      if (typeof rest !== 'object' || rest === null || Array.isArray(rest)) {
        throw problem(
          'invalid_request',
          `${operation.name} takes a JSON object, not ${Array.isArray(rest) ? 'a list' : typeof rest}`
        );
      }
      const fields = {
        ...(rest as object),
        ...pick(request.params as Record<string, unknown>, inPath)
      };
      return handle(parse(operation.name, operation.request, fields) as InputOf<O>);
    }
  });
}

function pick(values: Record<string, unknown>, names: Set<string>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name)));
}

export function parse<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  value: unknown
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.slice(0, 5).map(issue => {
    const where = issue.path.join('.') || 'request';
    return `"${where}": ${issue.message}`;
  });
  const isNotebook = result.error.issues[0]?.path[0] === 'notebook';
  const fault = isNotebook ? notebookFault((value as { notebook?: unknown }).notebook) : undefined;
  if (fault) {
    const { what, ...where } = fault;
    throw problem('invalid_notebook', `The notebook ${what}`, where);
  }
  throw problem('invalid_request', `${name} cannot use ${faults.join('; ')}`);
}
