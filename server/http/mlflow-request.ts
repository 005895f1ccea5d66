// What a client of MLflow's wire sends: read leniently as its server does, refused in its words.
import type { z } from 'zod';
import { asJsonNumber, parseExactly, rawJson } from '../contract/int64.ts';
import { problem } from '../contract/problem.ts';

export type Fields = Record<string, unknown>;

/** The fields of a request with a body. @throws invalid_request for what is no JSON object. */
export function readBody(
  method: string,
  type: string | undefined,
  body: unknown,
  parse: (json: string) => unknown = JSON.parse
): Fields {
  const mediaType = type?.split(';', 1)[0]!.trim().toLowerCase();
  if ((method === 'POST' || method === 'PUT') && mediaType !== 'application/json') {
    throw problem(
      'invalid_request',
      `Bad Request. Content-Type must be one of ['application/json'], not ${JSON.stringify(type ?? '')}`
    );
  }
  let value: unknown = typeof body === 'string' && body.trim() !== '' ? body : '{}';
  // Some clients send the JSON as a JSON string.
  for (let depth = 0; depth < 2 && typeof value === 'string'; depth += 1)
    value = parseJson(value, parse);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw problem('invalid_request', 'The request body is not a JSON object');
}

function parseJson(text: string, parse: (json: string) => unknown): unknown {
  try {
    return parse(text);
  } catch {
    throw problem('invalid_request', 'The request body is not JSON');
  }
}

const SEE = 'See the API docs for more information about request parameters.';

interface MlflowRequest {
  /** The text that the fields came from, to quote numbers as they were written. */
  body: unknown;
  /** Reads the fields; `JSON.parse` loses digits of large whole numbers, which few send and `parseExactly` keeps. */
  readFields(parse: (json: string) => unknown): Fields;
}

/** @throws invalid_request in the wording that MLflow's own tests look for. */
export function parseMlflow<Schema extends z.ZodType>(
  schema: Schema,
  { body, readFields }: MlflowRequest
): z.output<Schema> {
  const fields = readFields(JSON.parse);
  const mayHaveNulls = typeof body !== 'string' || body.includes('null');
  const first = schema.safeParse(mayHaveNulls ? withoutNulls(fields) : fields);
  if (first.success) return first.data;
  const given = withoutNulls(readFields(parseExactly));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  const where = path
    .map(String)
    .reduce((whole, part) => whole + nameOfPart(part), '')
    .slice(1);
  const value = valueAt(given, path);
  if (value === undefined || value === '')
    throw problem('invalid_request', `Missing value for required parameter '${where}'. ${SEE}`);
  const isNumber = typeof value === 'number' || typeof value === 'bigint';
  const quoted = JSON.stringify(isNumber ? asWritten(body, path, value) : value, withDigits);
  throw problem(
    'invalid_request',
    `Invalid value ${quoted} for parameter '${where}' supplied: ${message}. ${SEE}`
  );
}

const nameOfPart = (part: string): string => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`);

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (held, part) => (held as Record<PropertyKey, unknown> | undefined)?.[part],
    value
  );

/** Null is proto's "not set". What has none, nearly always, is not copied. */
function withoutNulls(value: unknown): unknown {
  if (!hasNull(value)) return value;
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) =>
      item === null ? [] : [[key, withoutNulls(item)]]
    )
  );
}

/** No message of MLflow's is deeper than a few. */
const DEPTH = 64;

function hasNull(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object') return false;
  if (value === null) return true;
  if (depth > DEPTH) throw problem('invalid_request', 'The request is nested too deeply');
  if (Array.isArray(value)) return value.some(item => hasNull(item, depth + 1));
  for (const field in value)
    if (hasNull((value as Record<string, unknown>)[field], depth + 1)) return true;
  return false;
}

/** `9.0` is not said to be `9`. */
function asWritten(body: unknown, path: readonly PropertyKey[], value: number | bigint): unknown {
  if (typeof body !== 'string') return value;
  const keepSource = (_key: string, item: unknown, context?: { source?: string }) =>
    typeof item === 'number' && context?.source !== undefined ? rawJson(context.source) : item;
  return valueAt(JSON.parse(body, keepSource), path) ?? value;
}

const withDigits = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? asJsonNumber(value) : value;
