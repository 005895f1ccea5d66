// What people type into the search box, as MLflow's filter grammar with OR and parentheses: `rmse < 20` or a piece of a name.

/** The keys that are known, so that `rounds = 200` is a param and `rmse = 20` a metric. */
export interface KnownKeys {
  params: readonly { key: string }[];
  metrics: readonly { key: string }[];
  tags: readonly { key: string }[];
}

export interface Search {
  filter?: string | undefined;
  /** Somebody is in the middle of a condition: what was shown before still stands. */
  unfinished?: boolean;
}

const NONE: KnownKeys = { params: [], metrics: [], tags: [] };
const KEY = String.raw`(?:(metrics?|best|max|min|params?|parameters?|tags?|attributes?|datasets?)\.)?(\`[^\`]+\`|"[^"]+"|[A-Za-z_][\w./-]*)`;
const VALUE = String.raw`('(?:[^']|'')*'|"[^"]*"|[^\s()'"]+)`;
const COMPARISON = new RegExp(String.raw`${KEY}\s*(<=|>=|!=|=|<|>|i?like\b)\s*${VALUE}`, 'iy');
const LIST = new RegExp(String.raw`${KEY}\s+((?:not\s+)?in)\s*(\([^()]*\))`, 'iy');
const NULLNESS = new RegExp(String.raw`${KEY}\s+(is\s+(?:not\s+)?null)\b`, 'iy');
const JOINT = /(and|or)\b|[()]/iy;
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

/** What is no condition is looked for in the names of runs. */
export function readSearch(typed: string, known: KnownKeys = NONE): Search {
  const text = typed.trim();
  if (text === '') return {};
  const parts = conditions(text, known);
  if (parts) return { filter: parts };
  if (/[<>=()]|^\w+\.\S|\b(and|or|is|in|like)$/i.test(text)) return { unfinished: true };
  return { filter: `attributes.run_name ILIKE '%${text.replace(/['%]/g, '')}%'` };
}

function conditions(text: string, known: KnownKeys): string | undefined {
  const parts: string[] = [];
  let depth = 0;
  let wantsCondition = true;
  for (let at = 0; at < text.length;) {
    const take = (pattern: RegExp) => {
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      if (match) at = pattern.lastIndex;
      return match;
    };
    if (take(/\s+/y)) continue;
    const joint = take(JOINT)?.[0].toUpperCase();
    if (joint === '(' ? !wantsCondition : joint !== undefined && wantsCondition) return undefined;
    if (joint !== undefined) {
      depth += joint === '(' ? 1 : joint === ')' ? -1 : 0;
      if (depth < 0) return undefined;
      wantsCondition = joint !== ')';
      parts.push(joint);
      continue;
    }
    const match = take(LIST) ?? take(NULLNESS) ?? take(COMPARISON);
    if (!match || !wantsCondition) return undefined;
    parts.push(condition(match, known));
    wantsCondition = false;
  }
  if (depth !== 0 || wantsCondition) return undefined;
  return parts.join(' ').replaceAll('( ', '(').replaceAll(' )', ')');
}

function condition(match: RegExpExecArray, known: KnownKeys): string {
  const [, entity, written, operator, value] = match as unknown as [
    string,
    string | undefined,
    string,
    string,
    string | undefined
  ];
  const word = operator.toUpperCase().replace(/\s+/g, ' ');
  const key = written.replace(/^[`"]|[`"]$/g, '');
  const name = /^\w+$/.test(key) ? key : `\`${key}\``;
  if (value === undefined) return `${entity ?? entityOf(key, '', known)}.${name} ${word}`;
  if (value.startsWith('('))
    return `${entity ?? entityOf(key, 'text', known)}.${name} ${word} ${value}`;
  const bare = value.replace(/^['"]|['"]$/g, '');
  const quoted = `'${bare.replaceAll("''", "'").replaceAll("'", "''")}'`;
  if (!entity && (key === 'state' || key === 'status'))
    return `attributes.status ${word} '${bare.toUpperCase()}'`;
  if (!entity && key === 'name') return `attributes.run_name ${word} ${quoted}`;
  const of = entity ?? entityOf(key, bare, known);
  const isNumber = /^(metrics?|best|max|min|attributes?)$/i.test(of) && NUMBER.test(bare);
  return `${of}.${name} ${word} ${isNumber ? bare : quoted}`;
}

/** Where a key without an entity belongs: where it is known, else a number asks for a metric. */
function entityOf(key: string, value: string, known: KnownKeys): string {
  const has = (keys: readonly { key: string }[]) => keys.some(one => one.key === key);
  const isNumber = NUMBER.test(value);
  if (isNumber && has(known.metrics)) return 'metrics';
  if (has(known.params)) return 'params';
  if (has(known.tags)) return 'tags';
  if (has(known.metrics)) return 'metrics';
  return isNumber ? 'metrics' : 'params';
}

export interface Completion {
  /** Replaces the text from `from` to the caret. */
  text: string;
  from: number;
  hint: string;
}

const OPERATORS: Record<string, string[]> = {
  metrics: ['<', '<=', '>', '>=', '=', '!='],
  best: ['<', '<=', '>', '>=', '=', '!='],
  params: ['=', '!=', 'LIKE', 'ILIKE', 'IS NULL', 'IS NOT NULL'],
  tags: ['=', '!=', 'LIKE', 'ILIKE', 'IS NULL', 'IS NOT NULL'],
  state: ['=', '!='],
  name: ['=', 'LIKE', 'ILIKE']
};
const STATES = ['finished', 'running', 'failed', 'killed', 'scheduled'];
const MOST = 12;

/** What could come next at the caret. */
export function completionsOf(text: string, caret: number, known: KnownKeys): Completion[] {
  const before = text.slice(0, caret);
  const start = before.search(/[^\s()]*$/);
  const word = before.slice(start).toLowerCase();
  const rest = before.slice(0, start).trimEnd();
  const offer = (texts: readonly string[], hint: string): Completion[] =>
    texts
      .filter(one => one.toLowerCase().startsWith(word) && one.toLowerCase() !== word)
      .map(one => ({ text: one, from: start, hint }));

  const key = /(?:^|[\s(])([^\s()]+)$/.exec(rest)?.[1];
  const isStart = rest === '' || /(\(|\b(and|or))$/i.test(rest);
  if (isStart) return offerKeys(word, start, known).slice(0, MOST);
  const operator = /(?:^|[\s(])([^\s()]+)\s*(<=|>=|!=|=|<|>|i?like)$/i.exec(rest);
  if (operator) return operator[1] === 'state' ? offer(STATES, 'state') : [];
  if (key && /(?:^|[\s(]|and|or)[^\s()<>=]+$/i.test(rest) && isKey(key, rest)) {
    const [entity = ''] = /^(metrics|best|params|tags)(?=\.)/.exec(key) ?? [key];
    return offer(OPERATORS[entity] ?? OPERATORS['metrics']!, 'is').slice(0, MOST);
  }
  return offer(['AND', 'OR'], 'and then');
}

/** A key stands at the beginning of a condition; what follows an operator is a value. */
const isKey = (key: string, rest: string): boolean => {
  const ahead = rest.slice(0, rest.length - key.length).trimEnd();
  return ahead === '' || /(\(|\b(and|or))$/i.test(ahead);
};

function offerKeys(word: string, from: number, known: KnownKeys): Completion[] {
  const written = (entity: string, key: string) =>
    /^[\w./-]+$/.test(key) ? `${entity}.${key}` : `${entity}.\`${key}\``;
  const all = [
    ...known.metrics.map(({ key }) => ({ key, text: written('metrics', key), hint: 'metric' })),
    ...known.params.map(({ key }) => ({ key, text: written('params', key), hint: 'param' })),
    ...known.tags.map(({ key }) => ({ key, text: written('tags', key), hint: 'tag' })),
    ...known.metrics.map(({ key }) => ({
      key: `best ${key}`,
      text: written('best', key),
      hint: 'best value'
    })),
    { key: 'state', text: 'state', hint: 'attribute' },
    { key: 'name', text: 'name', hint: 'attribute' }
  ];
  const fits = ({ key, text }: { key: string; text: string }) =>
    text.toLowerCase() !== word &&
    (text.toLowerCase().startsWith(word) || key.toLowerCase().startsWith(word));
  return all.filter(fits).map(({ text, hint }) => ({ text, from, hint }));
}
