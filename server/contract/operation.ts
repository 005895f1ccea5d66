// One operation = one method and path of our API, with what goes in and what comes out. Everything else
// (routes, client, types) follows from it.
import type { z } from 'zod';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * A method and path of the API. Fields of `request` that the path names (`/runs/:runId`) travel in the path;
 * the others in the query for GET and DELETE (as JSON where they are not strings), in the JSON body otherwise.
 */
export interface Operation<
  Request extends z.ZodType = z.ZodType,
  Response extends z.ZodType = z.ZodType
> {
  /** The verb of the product: the command and the test bear the same name. */
  readonly name: string;
  readonly method: Method;
  /** Below the base address, e.g. `/stepladder/v1/runs/:runId`. */
  readonly path: string;
  readonly request: Request;
  readonly response: Response;
}

export type RequestOf<O> = O extends Operation<infer Request, z.ZodType> ? z.input<Request> : never;
export type InputOf<O> = O extends Operation<infer Request, z.ZodType> ? z.output<Request> : never;
export type ResponseOf<O> =
  O extends Operation<z.ZodType, infer Response> ? z.output<Response> : never;

export function operation<Request extends z.ZodType, Response extends z.ZodType>(
  definition: Operation<Request, Response>
): Operation<Request, Response> {
  return definition;
}

/** The part of every path of ours that does not change within a major version. */
export const API = '/stepladder/v1';

/** Names of the fields that travel in the path. */
export function pathFields(path: string): string[] {
  return [...path.matchAll(/:(\w+)/g)].map(match => match[1]!);
}

/** Where and how a call of the operation travels; `input` is the request before validation. */
export function toRequest(
  { method, path }: Pick<Operation, 'method' | 'path'>,
  input: unknown
): { method: Method; path: string; body: string | undefined } {
  const rest: Record<string, unknown> = { ...(input as object) };
  const address = path.replace(/:(\w+)/g, (_, name: string) => {
    const value = String(rest[name]);
    delete rest[name];
    return encodeURIComponent(value);
  });
  if (method !== 'GET' && method !== 'DELETE')
    return { method, path: address, body: JSON.stringify(rest) };
  const query = Object.entries(rest)
    .filter(([, value]) => value !== undefined)
    .map(
      ([name, value]) =>
        `${name}=${encodeURIComponent(typeof value === 'string' ? value : JSON.stringify(value))}`
    );
  return {
    method,
    path: query.length > 0 ? `${address}?${query.join('&')}` : address,
    body: undefined
  };
}
