// MLflow's REST wire as others wrote it: proto JSON with snake_case names. Lenient in, exact in what is refused.
import { z } from 'zod';
import { type Int64, isInt64, toInt64 } from './int64.ts';
import type { Method } from './operation.ts';

/** A call of MLflow's API. Served below `/api/<version>` and `/ajax-api/<version>`. */
export interface MlflowOperation<Request extends z.ZodType = z.ZodType> {
  /** `runs/create`: the path's words, for logs and tests. */
  readonly name: string;
  readonly method: Method | readonly Method[];
  /** Below the prefix; `:field` parts fill fields of the request. */
  readonly path: string;
  readonly version: '2.0' | '3.0';
  readonly request: Request;
}

export function mlflowOperation<Request extends z.ZodType>(
  method: Method | readonly Method[],
  path: string,
  request: Request,
  version: '2.0' | '3.0' = '2.0'
): MlflowOperation<Request> {
  return { name: path.replace(/^\/mlflow\//, ''), method, path, version, request };
}

// Scalars of proto JSON. A required field is plain (`text`, `int64`), an optional one says `.optional()`.

/** Required text; empty counts as missing, as it does to proto. */
export const text = z.string().min(1);

const asInteger = (value: unknown): unknown =>
  typeof value === 'string' && /^-?\d+$/.test(value) ? toInt64(value) : value;

/** int64 as number or decimal string (Java's client). */
export const int64 = z.preprocess(
  asInteger,
  z.custom<Int64>(isInt64, 'It must be a whole number of 64 bits')
);

/** A whole number of what is counted. */
export const count = z.preprocess(asInteger, z.number().int());

/** double: number, decimal string, or the three names that JSON numbers cannot say. */
export const double = z.preprocess(
  value => {
    if (typeof value === 'bigint') return Number(value);
    if (typeof value !== 'string') return value;
    if (value === 'NaN' || /^-?Infinity$/.test(value)) return Number(value);
    return /^-?\d/.test(value) ? Number(value) : value;
  },
  z.custom<number>(value => typeof value === 'number')
);

export const bool = z.preprocess(
  value =>
    typeof value === 'string' && /^(true|false)$/i.test(value) ? /^true$/i.test(value) : value,
  z.boolean()
);

/** A repeated field of a body: a list, or absent; a single value is a mistake there. */
export const list = <Item extends z.ZodType>(item: Item) => z.array(item).default([]);

/** A repeated field of a query, where one value gives no list. */
export const many = <Item extends z.ZodType>(item: Item) =>
  z.preprocess(
    value => (value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]),
    z.array(item)
  );

/** An enum by name or by number. */
export const enumOf = <const Names extends readonly [string, ...string[]]>(
  names: Names,
  numbers: Partial<Record<number, Names[number]>> = {}
) =>
  z.preprocess(value => {
    const isNumber =
      typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value));
    return isNumber ? (numbers[Number(value)] ?? value) : value;
  }, z.enum(names));

export const KeyValue = z.object({ key: text, value: z.string().default('') });
export type KeyValue = z.infer<typeof KeyValue>;

export const ViewType = enumOf(['ACTIVE_ONLY', 'DELETED_ONLY', 'ALL'], {
  1: 'ACTIVE_ONLY',
  2: 'DELETED_ONLY',
  3: 'ALL'
}).default('ACTIVE_ONLY');
export type ViewType = z.output<typeof ViewType>;
