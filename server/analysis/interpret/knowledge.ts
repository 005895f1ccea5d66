// What is known about libraries, read from JSON: which functions and methods change, draw, read, write; and what they give back.
// Every line of the data names its source. Nothing about a particular library stands in code.
import { readFileSync } from 'node:fs';

/** An argument, by position or by keyword. */
export type ArgRef = number | string;

export interface Effect {
  /** Kind of the result, or a word of `results.ts` (`self`, `items`, `arg` …). */
  gives?: string;
  /** What the result holds on to. */
  holds?:
    'items' | 'entries' | 'args' | 'self' | 'selfAndItems' | 'mapped' | 'tuples' | 'selfTuples';
  marks?: string;
  /** Functions: arguments that change. Methods: `true`, or `deep` for all that the receiver holds. */
  mutates?: ArgRef[] | true | 'deep';
  mutatesArgs?: ArgRef[];
  /** Objects the receiver holds change with it when it carries this mark. */
  mutatesContained?: string;
  /** The argument becomes content of what changes. */
  puts?: number | true;
  putsItems?: boolean;
  draws?: string;
  drawsUnless?: string;
  drawsIf?: string;
  seeds?: string;
  sets?: string;
  readsState?: string;
  /** The state that the receiver stands for is read, and what was put on it is written to. */
  readsSelfState?: boolean;
  shows?: boolean;
  env?: number | '*';
  setsEnv?: number | '*' | 'keys';
  readsFile?: number;
  writes?: number | 'savedTo';
  opens?: number;
  opensMode?: [string, number];
  always?: 'rw';
  lists?: number;
  renames?: [number, number];
  copies?: [number, number];
  shell?: number;
  writesSelf?: boolean;
  readsSelf?: boolean;
  opensSelf?: boolean;
  listsSelf?: boolean;
  strings?: 'python' | 'names' | 'formula' | 'at';
  callsBack?: boolean;
  reloads?: boolean;
}

interface KnowledgeFile {
  functions: (Effect & { names: string[]; source: string })[];
  methods: (Effect & { kinds: string[]; names: string[]; source: string })[];
  attributes: { kinds: string[]; names: string[]; gives: string; source: string }[];
  states: { path: string; kind: string; key?: string; source: string }[];
  unstorable: { kind: string; what: string; source: string }[];
  changingVerbs: { names: string[]; source: string };
  steadyMethods: { names: string[]; source: string };
}

export interface Knowledge {
  functionAt(path: string): Effect | undefined;
  method(kind: string, name: string): (Effect & { names: string[] }) | undefined;
  attribute(kind: string, name: string): string | undefined;
  stateAt(path: string): { kind: string; key?: string } | undefined;
  unstorable(kind: string): string | undefined;
  changes(method: string): boolean;
  steady(method: string): boolean;
}

export function readKnowledge(file: string): Knowledge {
  const data = JSON.parse(readFileSync(file, 'utf8')) as KnowledgeFile;
  const functions = indexOf(data.functions.map(row => ({ ...row, kinds: [''] })));
  const methods = indexOf(data.methods);
  const attributes = indexOf(data.attributes);
  const states = new Map(data.states.map(row => [row.path, row]));
  const unstorable = new Map(data.unstorable.map(row => [row.kind, row.what]));
  const verbs = new Set(data.changingVerbs.names);
  const steady = new Set(data.steadyMethods.names);
  return {
    functionAt: path => functions('', path),
    method: methods,
    attribute: (kind, name) => attributes(kind, name)?.gives,
    stateAt: path => states.get(path),
    unstorable: kind => unstorable.get(kind),
    changes: method => verbs.has(method.toLowerCase()) || verbs.has(firstWord(method)),
    steady: method => steady.has(method)
  };
}

/** `add_subplot` and `addEventListener` both start with `add`. */
function firstWord(method: string): string {
  return (/^[a-z]+/.exec(method)?.[0] ?? '').toLowerCase();
}

/** Exact names first, then the longest pattern that fits. */
function indexOf<Row extends { kinds: string[]; names: string[] }>(rows: Row[]) {
  const exact = new Map<string, Row>();
  const patterns = new Map<string, { test: RegExp; length: number; row: Row }[]>();
  const found = new Map<string, Row | undefined>();
  for (const row of rows)
    for (const kind of row.kinds)
      for (const name of row.names) {
        if (!name.includes('*')) {
          exact.set(`${kind} ${name}`, row);
          continue;
        }
        const test = new RegExp(`^${name.replace(/[.]/g, '\\.').replaceAll('*', '.*')}$`);
        patterns.set(kind, [...(patterns.get(kind) ?? []), { test, length: name.length, row }]);
      }
  for (const each of patterns.values()) each.sort((a, b) => b.length - a.length);
  return (kind: string, name: string): Row | undefined => {
    const key = `${kind} ${name}`;
    if (!found.has(key))
      found.set(key, exact.get(key) ?? patterns.get(kind)?.find(each => each.test.test(name))?.row);
    return found.get(key);
  };
}
