// Pages by key, not by offset: a page costs the same however deep, and rows added meanwhile shift nothing.
import { type RawBuilder, sql } from 'kysely';
import { asJsonNumber, type Int64, isInt64, parseExactly } from '../contract/int64.ts';
import { problem } from '../contract/problem.ts';
import type { Db } from './open.ts';
import type { Tables } from './tables.ts';

export interface OrderKey {
  /** Never null: whoever orders says what stands in for "nothing". */
  expression: RawBuilder<unknown>;
  descending: boolean;
  /** What the expression speaks of, joined to the searched table: at most one row each. */
  join?: RawBuilder<unknown>;
}

/** The joins of all keys, to stand after the searched table. */
export const joinsOf = (keys: readonly OrderKey[]): RawBuilder<unknown> =>
  sql.join(
    keys.flatMap(({ join }) => join ?? []),
    sql` `
  );

export interface KeyedSearch {
  table: keyof Tables;
  where: readonly RawBuilder<unknown>[];
  order: readonly OrderKey[];
  /** Unique, and the last key: so the order is total. */
  id: OrderKey;
  limit: number;
  token: string | undefined;
}

export interface KeyPage<Id> {
  ids: Id[];
  /** Token of the next page, when there is one. */
  next: string | undefined;
}

type Key = string | Int64;

export async function readKeyPage<Id extends Key>(
  db: Db,
  { table, where, order, id, limit, token }: KeyedSearch
): Promise<KeyPage<Id>> {
  const keys = [...order, id];
  const names = keys.map((_, index) => sql.ref(`k${index}`));
  const selected = keys.map(({ expression }, index) => sql`${expression} as ${names[index]!}`);
  const found = sql`select ${sql.join(selected)} from ${sql.table(table)} ${joinsOf(order)} where ${sql.join([sql`1 = 1`, ...where], sql` and `)}`;
  const rest =
    token === undefined ? sql`1 = 1` : isAfter(readToken(token, keys.length), keys, names);
  const direction = keys.map(
    ({ descending }, index) => sql`${names[index]!} ${sql.raw(descending ? 'desc' : 'asc')}`
  );
  const { rows } = await sql<Record<string, Key>>`
    select * from (${found}) as found where ${rest} order by ${sql.join(direction)} limit ${limit + 1}
  `.execute(db.exact);
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    ids: page.map(row => row[`k${keys.length - 1}`] as Id),
    next: last && writeToken(keys.map((_, index) => last[`k${index}`]!))
  };
}

/** Equal in the first n keys and beyond in the next, for every n. */
function isAfter(
  values: readonly Key[],
  keys: readonly OrderKey[],
  names: readonly RawBuilder<unknown>[]
): RawBuilder<unknown> {
  const cases = keys.map(({ descending }, index) => {
    const equal = names.slice(0, index).map((name, before) => sql`${name} = ${values[before]}`);
    const beyond = sql`${names[index]!} ${sql.raw(descending ? '<' : '>')} ${values[index]}`;
    return sql`(${sql.join([...equal, beyond], sql` and `)})`;
  });
  return sql`(${sql.join(cases, sql` or `)})`;
}

export function writeToken(values: readonly Key[]): string {
  const json = JSON.stringify(values, (_key, value: unknown) =>
    typeof value === 'bigint' ? asJsonNumber(value) : value
  );
  return Buffer.from(json).toString('base64url');
}

/** @throws invalid_request for what is no token of a list ordered by that many keys. */
export function readToken(token: string, length: number): Key[] {
  try {
    const values: unknown = parseExactly(Buffer.from(token, 'base64url').toString('utf8'));
    const isKey = (value: unknown): value is string | number | bigint =>
      ['string', 'number', 'bigint'].includes(typeof value);
    if (Array.isArray(values) && values.length === length && values.every(isKey))
      // Of more than 64 bits it was a double.
      return values.map(value =>
        typeof value === 'bigint' && !isInt64(value) ? Number(value) : value
      );
  } catch {
    // Not JSON: no token of ours.
  }
  throw problem('invalid_request', `Invalid page token '${token}'`, {
    remedy: 'Take it from the page before, with the same filter and order'
  });
}
