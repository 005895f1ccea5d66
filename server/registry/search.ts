// MLflow's search grammar for models and versions: clauses over attributes and tags joined by AND; ours also by OR, with
// parentheses.
import { problem, type ProblemError } from '../contract/problem.ts';

export interface Clause {
  kind: 'attribute' | 'tag';
  key: string;
  comparator: string;
  value: string | number | string[];
}

/** At least one of these holds; each is a list of terms that hold together. */
export interface Choice {
  anyOf: Term[][];
}
export type Term = Clause | Choice;

export interface Searched {
  attributes: Record<string, string | number>;
  tags: Record<string, string>;
}

/** Which attributes can be asked for, and which of them are numbers. */
export type Attributes = Record<string, 'text' | 'number'>;

const TOKEN =
  /\s*(?:(?<quoted>'(?:[^']|'')*'|"[^"]*"|`[^`]*`)|(?<operator><=|>=|!=|=|<|>|\(|\)|,|\.)|(?<word>[^\s'"`<>=!(),.]+(?:\.\d+)?))/y;
const TEXT_COMPARATORS = ['=', '!=', 'LIKE', 'ILIKE', 'IN', 'NOT IN'];
const NUMBER_COMPARATORS = ['=', '!=', '<', '<=', '>', '>='];
/** Nobody writes more parentheses within each other. */
const DEPTH = 50;
const PROMPT_TAG = 'mlflow.prompt.is_prompt';

export function parseFilter(filter: string, attributes: Attributes): Term[] {
  if (filter.trim() === '') return [];
  const tokens = tokenize(filter);
  let at = 0;

  function takeWord(word: string): boolean {
    const isThere = tokens[at]?.toUpperCase() === word;
    if (isThere) at += 1;
    return isThere;
  }
  function takeTerms(depth: number): Term[] {
    if (depth > DEPTH) throw badFilter(filter);
    const alternatives: Term[][] = [];
    do {
      const terms: Term[] = [];
      do {
        if (takeWord('(')) {
          terms.push(...takeTerms(depth + 1));
          if (!takeWord(')')) throw badFilter(filter);
        } else {
          const [clause, next] = parseClause(tokens, at, filter);
          terms.push(checkClause(clause, attributes));
          at = next;
        }
      } while (takeWord('AND'));
      alternatives.push(terms);
    } while (takeWord('OR'));
    return alternatives.length === 1 ? alternatives[0]! : [{ anyOf: alternatives }];
  }

  const terms = takeTerms(0);
  if (at < tokens.length) throw badFilter(filter);
  return terms;
}

function tokenize(filter: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (const text = filter.trimEnd(); TOKEN.lastIndex < text.length;) {
    const found = TOKEN.exec(text);
    if (!found) throw badFilter(filter);
    tokens.push(found[0].trim());
  }
  return tokens;
}

function parseClause(tokens: string[], start: number, filter: string): [Clause, number] {
  let at = start;
  const take = () => {
    const token = tokens[at++];
    if (token === undefined) throw badFilter(filter);
    return token;
  };
  const names = [bare(take())];
  while (tokens[at] === '.') {
    at += 1;
    names.push(bare(take()));
  }
  const kind =
    names.length > 1 && /^(tags?|attr|attributes?)$/i.test(names[0]!)
      ? names.shift()!
      : 'attribute';
  let comparator = take().toUpperCase();
  if (comparator === 'NOT' || comparator === 'IS') comparator += ` ${take().toUpperCase()}`;
  if (comparator === 'IS NOT') comparator += ` ${take().toUpperCase()}`;
  if (comparator.startsWith('IS')) {
    throw problem(
      'invalid_request',
      `Invalid comparator for registered models and model versions: ${comparator}`
    );
  }
  const value = comparator.endsWith('IN') ? readList(take, filter) : readValue(take());
  return [
    { kind: /^tag/i.test(kind) ? 'tag' : 'attribute', key: names.join('.'), comparator, value },
    at
  ];
}

function readList(take: () => string, filter: string): string[] {
  const values: string[] = [];
  if (take() !== '(') throw badFilter(filter);
  for (let separator = ','; separator === ','; separator = take()) {
    const token = take();
    if (!/^['"]/.test(token)) throw badFilter(filter);
    values.push(bare(token));
  }
  return values;
}

function readValue(token: string): string | number {
  if (/^['"]/.test(token)) return bare(token);
  if (/^-?\d+(\.\d+)?$/.test(token)) return Number(token);
  throw problem('invalid_request', `Expected a quoted string value or a number, but got ${token}`);
}

function bare(token: string): string {
  return /^['"`]/.test(token) ? token.slice(1, -1).replaceAll("''", "'") : token;
}

function checkClause(clause: Clause, attributes: Attributes): Clause {
  const { kind, key, comparator, value } = clause;
  const type = kind === 'tag' ? 'text' : attributes[key];
  if (type === undefined) {
    const known = Object.keys(attributes).join(', ');
    throw problem(
      'invalid_request',
      `Invalid attribute key '${key}' specified. Valid keys are '${known}'`
    );
  }
  const known = type === 'number' ? NUMBER_COMPARATORS : TEXT_COMPARATORS;
  if (!known.includes(comparator) || (kind === 'tag' && comparator.endsWith('IN'))) {
    throw problem('invalid_request', `Invalid comparator for ${kind} '${key}': ${comparator}`);
  }
  if (type === 'text' && typeof value === 'number') {
    throw problem(
      'invalid_request',
      `Expected a quoted string value for ${kind} '${key}', but got ${value}`
    );
  }
  if (type === 'number' && !Number.isInteger(Number(value))) {
    throw problem(
      'invalid_request',
      `Invalid value for numeric attribute '${key}': ${JSON.stringify(value)}`
    );
  }
  return type === 'number' ? { ...clause, value: Number(value) } : clause;
}

export function matches(terms: Term[], searched: Searched): boolean {
  const { attributes, tags } = searched;
  return terms.every(term => {
    if ('anyOf' in term) return term.anyOf.some(together => matches(together, searched));
    const { kind, key, comparator, value } = term;
    const held = kind === 'tag' ? tags[key] : attributes[key];
    // What was never marked as a prompt is none.
    if (held === undefined) return key === PROMPT_TAG && compare('false', comparator, value);
    return compare(held, comparator, value);
  });
}

function compare(held: string | number, comparator: string, value: Clause['value']): boolean {
  switch (comparator) {
    case '=':
      return held === value;
    case '!=':
      return held !== value;
    case '<':
      return held < value;
    case '<=':
      return held <= value;
    case '>':
      return held > value;
    case '>=':
      return held >= value;
    case 'IN':
      return (value as string[]).includes(String(held));
    case 'NOT IN':
      return !(value as string[]).includes(String(held));
    default:
      return likePattern(String(value), comparator === 'ILIKE').test(String(held));
  }
}

function likePattern(pattern: string, ignoreCase: boolean): RegExp {
  const source = [...pattern]
    .map(char => (char === '%' ? '.*' : char === '_' ? '.' : escape(char)))
    .join('');
  return new RegExp(`^${source}$`, ignoreCase ? 'isu' : 'su');
}

const escape = (char: string) => char.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');

export interface Order {
  key: string;
  descending: boolean;
}

/** @param otherwise ends every order, so that pages never overlap. */
export function parseOrder(
  orderBy: string[],
  keys: readonly string[],
  otherwise: Order[]
): Order[] {
  const asked = orderBy.map(text => {
    const [, name = '', direction = 'ASC'] =
      /^\s*(?:attributes?\.|attr\.)?[`"]?(\w+)[`"]?(?:\s+(\w+))?\s*$/i.exec(text) ?? [];
    const key = name === 'timestamp' ? 'last_updated_timestamp' : name;
    if (!keys.includes(key) || !/^(asc|desc)$/i.test(direction)) {
      throw problem(
        'invalid_request',
        `Invalid order_by clause '${text}'. Valid keys are ${keys.join(', ')}`
      );
    }
    return { key, descending: /^desc$/i.test(direction) };
  });
  if (new Set(asked.map(({ key }) => key)).size < asked.length) {
    throw problem(
      'invalid_request',
      `\`order_by\` contains duplicate fields: ${JSON.stringify(orderBy)}`
    );
  }
  return [...asked, ...otherwise.filter(({ key }) => !asked.some(order => order.key === key))];
}

export function compareBy(orders: Order[]): (a: Searched, b: Searched) => number {
  return (a, b) => {
    for (const { key, descending } of orders) {
      const [left, right] = [a.attributes[key]!, b.attributes[key]!];
      if (left !== right) return left < right !== descending ? -1 : 1;
    }
    return 0;
  };
}

/** Page tokens are offsets, said so that nobody relies on it. */
export function readPage(token: string | undefined): number {
  if (!token) return 0;
  const offset = Number(
    /^offset:(\d+)$/.exec(Buffer.from(token, 'base64url').toString('utf8'))?.[1] ?? NaN
  );
  if (Number.isNaN(offset)) throw problem('invalid_request', `Invalid page token: ${token}`);
  return offset;
}

export const writePage = (offset: number): string =>
  Buffer.from(`offset:${offset}`).toString('base64url');

const badFilter = (filter: string): ProblemError =>
  problem('invalid_request', `Invalid clause(s) in filter string: ${filter}`);
