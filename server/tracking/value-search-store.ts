// Searches that begin at a value: an index finds the owners of a param or tag, so that the rest is not looked at.
import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../database/open.ts';
import type { FilterClause, FilterTerm } from './filter.ts';
import type { Searchable } from './search-store.ts';

/** `key = 'text'` of what has an index by value. */
export type ValueClause = FilterClause & { value: string };

export function isValueClause({ belongings }: Searchable, term: FilterTerm): term is ValueClause {
  if ('anyOf' in term) return false;
  const { entity, operator, value } = term;
  return belongings[entity]?.byValue === true && operator === '=' && typeof value === 'string';
}

/** That all the values are there: each is looked up within those that have the next. */
export function hasValues(
  searched: Searchable,
  id: RawBuilder<unknown>,
  [clause, ...others]: readonly ValueClause[]
): RawBuilder<boolean> {
  if (!clause) return sql`1 = 1`;
  const owner = sql.ref(`b.${searched.belongings[clause.entity]!.owner}`);
  return sql`${id} in (select ${owner} from ${having(searched, clause)} and ${hasValues(searched, owner, others)})`;
}

/** Whether no more than so many have one of the values. */
export async function fewHave(
  db: Db,
  searched: Searchable,
  clauses: readonly ValueClause[],
  most: number
): Promise<boolean> {
  for (const clause of clauses) {
    const found = sql`select 1 as one from ${having(searched, clause)} limit ${most + 1}`;
    const { rows } = await sql<{
      count: number;
    }>`select count(*) as count from (${found}) as found`.execute(db);
    if (rows[0]!.count <= most) return true;
  }
  return false;
}

/** Characters of a value in its index. */
const INDEXED = 200;

function having(searched: Searchable, { entity, key, value }: ValueClause): RawBuilder<unknown> {
  const beginning = sql`substr(b.value, 1, ${sql.lit(INDEXED)})`;
  // The index alone tells, unless the value goes on beyond what it holds.
  const isValue =
    [...value].length < INDEXED
      ? sql`${beginning} = ${value}`
      : sql`${beginning} = substr(${value}, 1, ${sql.lit(INDEXED)}) and b.value = ${value}`;
  return sql`${sql.table(searched.belongings[entity]!.table)} as b where b.key = ${key} and ${isValue}`;
}
