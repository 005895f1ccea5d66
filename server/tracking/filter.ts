// MLflow's search grammar: `[type.]key operator value` joined by AND; ours also by OR, with parentheses, and of runs `best.key`,
// `max.key`, `min.key`: what a metric was at its best, not at last. Text in, terms out.
import { type Int64, isInt64, toInt64 } from '../contract/int64.ts';
import { problem } from '../contract/problem.ts';
import type { Extreme } from './metric-extreme.ts';

export type FilterEntity = 'attribute' | 'metric' | 'param' | 'tag' | 'dataset' | Extreme;
export type FilterOperator =
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'LIKE'
  | 'ILIKE'
  | 'IN'
  | 'NOT IN'
  | 'IS NULL'
  | 'IS NOT NULL';

export interface FilterClause {
  entity: FilterEntity;
  key: string;
  operator: FilterOperator;
  /** A list for IN and NOT IN, nothing for IS (NOT) NULL. */
  value: string | Int64 | string[] | undefined;
}

/** At least one of these holds; each is a list of terms that hold together. */
export interface FilterChoice {
  anyOf: FilterTerm[][];
}
export type FilterTerm = FilterClause | FilterChoice;

/** Nobody writes more parentheses within each other. */
const DEPTH = 50;

const ENTITIES: Record<string, FilterEntity> = {
  attribute: 'attribute',
  attributes: 'attribute',
  attr: 'attribute',
  run: 'attribute',
  metric: 'metric',
  metrics: 'metric',
  param: 'param',
  params: 'param',
  parameter: 'param',
  parameters: 'param',
  tag: 'tag',
  tags: 'tag',
  dataset: 'dataset',
  datasets: 'dataset',
  best: 'best',
  max: 'max',
  min: 'min'
};

const SPACE = /\s*/y;
const IDENTIFIER = /(?:(\w+)\.)?(?:`([^`]+)`|"([^"]+)"|([^\s=!<>'"`(),]+))/y;
const OPERATOR = /!=|<=|>=|=|<|>|(?:not\s+)?(?:like|ilike|in)\b|is\s+(?:not\s+)?null\b/iy;
const STRING = /'((?:[^']|'')*)'|"((?:[^"]|"")*)"/y;
const NUMBER = /[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?(?![\w.])/iy;
const AND = /and\b/iy;
const OR = /or\b/iy;

/** Terms that hold together. @throws invalid_request that quotes where the text stops making sense. */
export function parseFilter(text: string | undefined): FilterTerm[] {
  const filter = text ?? '';
  let place = 0;

  function take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = place;
    const match = pattern.exec(filter);
    if (!match) return undefined;
    place = pattern.lastIndex;
    SPACE.lastIndex = place;
    SPACE.exec(filter);
    place = SPACE.lastIndex;
    return match;
  }
  function refuse(expected: string): never {
    const rest = filter.slice(place, place + 40);
    const found = rest === '' ? 'the end' : `'${rest}'`;
    throw problem(
      'invalid_request',
      `Invalid clause(s) in filter string '${filter}': expected ${expected}, found ${found}`
    );
  }
  function takeText(): string | undefined {
    const match = take(STRING);
    return match ? (match[1]?.replaceAll("''", "'") ?? match[2]!.replaceAll('""', '"')) : undefined;
  }
  function takeList(): string[] {
    if (!take(/\(/y)) refuse('a list in parentheses');
    const items: string[] = [];
    do items.push(takeText() ?? refuse('a quoted string value'));
    while (take(/,/y));
    if (!take(/\)/y)) refuse("')'");
    return items;
  }
  function takeValue(operator: FilterOperator): FilterClause['value'] {
    if (operator === 'IN' || operator === 'NOT IN') return takeList();
    if (operator.startsWith('IS')) return undefined;
    const word = takeText();
    if (word !== undefined) return word;
    const number = take(NUMBER);
    if (!number) refuse('a quoted string value or a number');
    const whole = /^[-+]?\d+$/.test(number[0]) ? toInt64(number[0].replace('+', '')) : undefined;
    return isInt64(whole) ? whole : Number(number[0]);
  }

  function takeClause(): FilterClause {
    const identifier = take(IDENTIFIER) ?? refuse('a name');
    const [, type, ticked, quoted, plain] = identifier;
    const word = (take(OPERATOR) ?? refuse('an operator'))[0].toUpperCase().replace(/\s+/g, ' ');
    if (word === 'NOT LIKE' || word === 'NOT ILIKE') refuse('one of LIKE, ILIKE, IN, NOT IN');
    const operator = word as FilterOperator;
    return {
      entity: entityOf(type),
      key: ticked ?? quoted ?? plain!,
      operator,
      value: takeValue(operator)
    };
  }
  function takeTerms(depth: number): FilterTerm[] {
    if (depth > DEPTH) refuse('fewer parentheses');
    const alternatives: FilterTerm[][] = [];
    do {
      const terms: FilterTerm[] = [];
      do {
        if (!take(/\(/y)) {
          terms.push(takeClause());
          continue;
        }
        terms.push(...takeTerms(depth + 1));
        if (!take(/\)/y)) refuse("')'");
      } while (take(AND));
      alternatives.push(terms);
    } while (take(OR));
    return alternatives.length === 1 ? alternatives[0]! : [{ anyOf: alternatives }];
  }

  take(/(?=)/y);
  if (place === filter.length) return [];
  const terms = takeTerms(0);
  if (place < filter.length) refuse('AND or OR');
  return terms;
}

export interface OrderClause {
  entity: FilterEntity;
  key: string;
  descending: boolean;
}

/** `[type.]key [ASC|DESC]` */
export function parseOrder(text: string): OrderClause {
  const match = /^\s*(?:(\w+)\.)?(?:`([^`]+)`|"([^"]+)"|(\S+))(?:\s+(asc|desc))?\s*$/i.exec(text);
  if (!match) {
    throw problem('invalid_request', `Invalid order_by clause '${text}'`, {
      remedy: 'Say a name, then ASC or DESC, e.g. metrics.accuracy DESC'
    });
  }
  const [, type, ticked, quoted, plain, direction] = match;
  return {
    entity: entityOf(type),
    key: ticked ?? quoted ?? plain!,
    descending: direction?.toLowerCase() === 'desc'
  };
}

function entityOf(type: string | undefined): FilterEntity {
  if (type === undefined) return 'attribute';
  const entity = ENTITIES[type.toLowerCase()];
  if (entity) return entity;
  throw problem(
    'invalid_request',
    `Invalid entity type '${type}'. Valid values are 'attribute', 'metric', 'parameter', 'tag', 'dataset'`
  );
}
