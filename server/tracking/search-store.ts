// Clauses of a search as SQL conditions and as keys to order by: one description a searchable thing.
import { type RawBuilder, sql } from 'kysely';
import { isInt64 } from '../contract/int64.ts';
import { problem } from '../contract/problem.ts';
import type { OrderKey } from '../database/keyset.ts';
import { type Extreme, extremeColumn } from './metric-extreme.ts';
import { hasValues, isValueClause } from './value-search-store.ts';
import {
  type FilterClause,
  type FilterEntity,
  type FilterOperator,
  type FilterTerm,
  parseOrder
} from './filter.ts';

interface Attribute {
  column: string;
  type: 'text' | 'number';
  /** Kept as a number, spoken of as text. */
  isId?: boolean;
}

/** A table of `key`, `value` rows that belong to the searched row. */
interface Belongings {
  table: string;
  owner: string;
  value: string;
  type: 'text' | 'number';
  /** The column of the value, where that is told by the key; null where there is none. */
  columnOf?: (key: string) => string;
  /** An index finds the owners of a value by its beginning. */
  byValue?: boolean;
  /** An index has the numbers, by key and owner. */
  byNumber?: boolean;
  /** One owner may have several rows of a key. */
  isMany?: boolean;
}

export interface Searchable {
  id: string;
  attributes: Record<string, Attribute>;
  belongings: Partial<Record<FilterEntity, Belongings>>;
  /** Columns of `datasets`, joined through `run_datasets`; only runs have them. */
  datasets?: boolean;
}

const text = (column: string): Attribute => ({ column, type: 'text' });
const number = (column: string): Attribute => ({ column, type: 'number' });
const values = (table: string, owner: string): Belongings => ({
  table,
  owner,
  value: 'value',
  type: 'text'
});

const metricSeries: Belongings = {
  table: 'metric_series',
  owner: 'run_id',
  value: 'value',
  type: 'number',
  byNumber: true
};
const extreme = (which: Extreme): Belongings => ({
  ...metricSeries,
  byNumber: false,
  columnOf: key => extremeColumn(which, key)
});

export const searchableRuns: Searchable = {
  id: 'runs.run_id',
  attributes: {
    run_id: text('runs.run_id'),
    run_name: text('runs.name'),
    'run name': text('runs.name'),
    'Run name': text('runs.name'),
    'Run Name': text('runs.name'),
    user_id: text('runs.user_id'),
    status: text('runs.state'),
    artifact_uri: text('runs.artifact_uri'),
    start_time: number('runs.start_time'),
    created: number('runs.start_time'),
    Created: number('runs.start_time'),
    end_time: number('runs.end_time')
  },
  belongings: {
    param: { ...values('params', 'run_id'), byValue: true },
    tag: { ...values('tags', 'run_id'), byValue: true },
    metric: metricSeries,
    best: extreme('best'),
    max: extreme('max'),
    min: extreme('min')
  },
  datasets: true
};

export const searchableExperiments: Searchable = {
  id: 'experiments.experiment_id',
  attributes: {
    name: text('experiments.name'),
    experiment_id: { ...text('experiments.experiment_id'), isId: true },
    creation_time: number('experiments.created_at'),
    last_update_time: number('experiments.updated_at')
  },
  belongings: { tag: values('experiment_tags', 'experiment_id') }
};

export const searchableModels: Searchable = {
  id: 'logged_models.model_id',
  attributes: {
    name: text('logged_models.name'),
    model_id: text('logged_models.model_id'),
    model_type: text('logged_models.model_type'),
    status: text('logged_models.status'),
    source_run_id: text('logged_models.source_run_id'),
    creation_timestamp: number('logged_models.created_at'),
    creation_time: number('logged_models.created_at'),
    last_updated_timestamp: number('logged_models.updated_at')
  },
  belongings: {
    param: values('logged_model_params', 'model_id'),
    tag: values('logged_model_tags', 'model_id'),
    metric: {
      table: 'logged_model_metrics',
      owner: 'model_id',
      value: 'value',
      type: 'number',
      isMany: true
    }
  }
};

const NO_ESCAPE = '\u0001';
const NUMERIC: readonly FilterOperator[] = ['=', '!=', '<', '<=', '>', '>='];
const TEXTUAL: readonly FilterOperator[] = ['=', '!=', 'LIKE', 'ILIKE', 'IN', 'NOT IN'];

/** What has to hold so that all terms do. */
export function filterConditions(
  searched: Searchable,
  terms: readonly FilterTerm[]
): RawBuilder<boolean>[] {
  const values = terms.filter(term => isValueClause(searched, term));
  const others = terms.filter(term => !isValueClause(searched, term));
  const conditions = others.map(term => filterCondition(searched, term));
  return values.length === 0
    ? conditions
    : [hasValues(searched, sql.ref(searched.id), values), ...conditions];
}

function filterCondition(searched: Searchable, term: FilterTerm): RawBuilder<boolean> {
  if (!('anyOf' in term)) return clauseCondition(searched, term);
  const alternatives = term.anyOf.map(
    terms => sql`(${sql.join(filterConditions(searched, terms), sql` and `)})`
  );
  return sql`(${sql.join(alternatives, sql` or `)})`;
}

function clauseCondition(searched: Searchable, clause: FilterClause): RawBuilder<boolean> {
  const { entity, key, operator } = clause;
  if (entity === 'attribute') {
    const { column, type, isId } = attributeOf(searched, key);
    return compare(isId ? sql`cast(${sql.ref(column)} as text)` : sql.ref(column), type, clause);
  }
  if (entity === 'dataset' && searched.datasets) return datasetCondition(clause);
  const found = belongingsOf(searched, entity);
  const rows = sql`select 1 from ${sql.table(found.table)} as b where ${sql.ref(`b.${found.owner}`)} = ${sql.ref(searched.id)} and b.key = ${key}`;
  if (operator === 'IS NULL') return sql`not exists (${rows})`;
  if (operator === 'IS NOT NULL') return sql`exists (${rows})`;
  const holds = compare(sql.ref(`b.${found.columnOf?.(key) ?? found.value}`), found.type, clause);
  if (found.columnOf) return sql`exists (${rows} and ${holds})`;
  const isNumber = found.type === 'number';
  // NaN is neither more nor less than anything, and not equal to it either.
  if (isNumber && operator === '!=') return sql`exists (${rows} and (${holds} or b.kind = 1))`;
  return sql`exists (${rows} and ${holds}${isNumber ? sql` and b.kind <> 1` : sql``})`;
}

function datasetCondition(clause: FilterClause): RawBuilder<boolean> {
  const { key } = clause;
  const joined = sql`select 1 from run_datasets as l join datasets as d on d.dataset_id = l.dataset_id where l.run_id = runs.run_id`;
  if (key === 'name' || key === 'digest') {
    return sql`exists (${joined} and ${compare(sql.ref(`d.${key}`), 'text', clause)})`;
  }
  if (key === 'context') {
    const held = sql`json_extract(t.value, '$.value')`;
    return sql`exists (${joined} and exists (select 1 from json_each(l.tags) as t
      where json_extract(t.value, '$.key') = 'mlflow.data.context' and ${compare(held, 'text', clause)}))`;
  }
  throw problem(
    'invalid_request',
    `Invalid dataset key '${key}' in filter. Valid keys are 'name', 'digest', 'context'`
  );
}

function compare(
  held: RawBuilder<unknown>,
  type: 'text' | 'number',
  { key, operator, value }: FilterClause
): RawBuilder<boolean> {
  const allowed = type === 'number' ? NUMERIC : TEXTUAL;
  if (!allowed.includes(operator)) {
    throw problem(
      'invalid_request',
      `Invalid comparator '${operator}' for '${key}'. Valid comparators are ${allowed.join(', ')}`
    );
  }
  const isNumber = typeof value === 'number' || typeof value === 'bigint';
  if (type === 'number' && !isNumber) {
    throw problem(
      'invalid_request',
      `Expected numeric value type for '${key}'. Found ${JSON.stringify(value)}`
    );
  }
  if (type === 'text' && isNumber) {
    throw problem('invalid_request', `Expected a quoted string value for '${key}'. Found ${value}`);
  }
  if (Array.isArray(value)) {
    return sql`${held} ${sql.raw(operator === 'IN' ? 'in' : 'not in')} (${sql.join(value)})`;
  }
  // A back-slash is itself, as it is in SQLite without an escape character; nobody searches for this one.
  if (operator === 'LIKE') return sql`${held} like ${value} escape ${NO_ESCAPE}`;
  if (operator === 'ILIKE') return sql`lower(${held}) like lower(${value}) escape ${NO_ESCAPE}`;
  if (type === 'number' && !isInt64(value)) {
    return sql`${held} ${sql.raw(operator)} cast(${value} as double precision)`;
  }
  return sql`${held} ${sql.raw(operator)} ${value}`;
}

/** Two keys a clause: what has no value (or NaN) comes last in either direction, then the value itself. */
export function orderKeys(searched: Searchable, orders: readonly string[]): OrderKey[] {
  const seen = new Set<string>();
  return orders.flatMap((order, index) => {
    const { entity, key, descending } = parseOrder(order);
    if (seen.has(`${entity}.${key}`)) {
      throw problem('invalid_request', `\`order_by\` contains duplicate fields: '${order}'`);
    }
    seen.add(`${entity}.${key}`);
    if (entity === 'attribute') {
      const { column, type, isId } = attributeOf(searched, key);
      const none = type === 'number' || isId ? 0 : '';
      return [
        {
          expression: sql`case when ${sql.ref(column)} is null then 1 else 0 end`,
          descending: false
        },
        { expression: sql`coalesce(${sql.ref(column)}, ${none})`, descending }
      ];
    }
    return belongingKeys(searched, belongingsOf(searched, entity), key, descending, index);
  });
}

function belongingKeys(
  searched: Searchable,
  { table, owner, value, type, isMany, columnOf, byNumber }: Belongings,
  key: string,
  descending: boolean,
  index: number
): OrderKey[] {
  const name = isMany ? 'b' : `o${index}`;
  const held = sql.ref(`${name}.${columnOf?.(key) ?? value}`);
  const none = type === 'number' ? 0 : '';
  const rows = sql`${sql.table(table)} as ${sql.ref(name)}`;
  const one = sql`${sql.ref(`${name}.${owner}`)} = ${sql.ref(searched.id)} and ${sql.ref(`${name}.key`)} = ${key}`;
  // All values are: said so, SQLite reads them from the index by value, four times as fast as from the rows.
  const isAny = sql`${sql.ref(`${name}.${value}`)} >= ${sql.lit(-Number.MAX_VALUE)}`;
  const owned = byNumber ? sql`${one} and ${isAny}` : one;
  const isNone = columnOf ? sql`${held} is null` : sql`${sql.ref(`${name}.kind`)} = 1`;
  const rank = type === 'number' ? sql`case when ${isNone} then 1 else 0 end` : sql`0`;
  // A join looks once, where only one row can be.
  const first = (what: RawBuilder<unknown>) =>
    isMany ? sql`(select ${what} from ${rows} where ${owned} limit 1)` : what;
  const hasNone = sql`${first(sql.ref(`${name}.${owner}`))} is null`;
  return [
    {
      expression: sql`case when ${hasNone} then 2 else ${first(rank)} end`,
      descending: false,
      ...(isMany ? {} : { join: sql`left join ${rows} on ${owned}` })
    },
    { expression: sql`coalesce(${first(held)}, ${none})`, descending }
  ];
}

function attributeOf({ attributes }: Searchable, key: string): Attribute {
  const attribute = attributes[key];
  if (attribute) return attribute;
  const valid = Object.keys(attributes).join("', '");
  throw problem(
    'invalid_request',
    `Invalid attribute key '${key}' specified. Valid keys are '${valid}'`
  );
}

function belongingsOf({ belongings }: Searchable, entity: FilterEntity): Belongings {
  const found = belongings[entity];
  if (found) return found;
  const valid = ['attribute', ...Object.keys(belongings)].join("', '");
  throw problem('invalid_request', `Invalid entity type '${entity}'. Valid values are '${valid}'`);
}
