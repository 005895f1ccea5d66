// The values that cells pass around, as far as they can be known without running them: what kind, what they hold, who changed them.
import type { Class, Constant, Func } from './ir.ts';

/** Who wrote something: cell -> where, whether it surely did, and whether a condition of the author's decides that. */
export type Writers = ReadonlyMap<number, Writer>;
export type Writer = { line: number; may: boolean; asked?: boolean };

/** Most objects are changed by nobody, and there are many of them. */
const NOBODY: Writers = new Map();

export type Values = readonly Obj[];

export interface Obj {
  id: number;
  /** `imm`, `list`, `frame`, `function`, `module` …: the keys of the knowledge about methods. */
  kind: string;
  writers: Writers;
  fields?: Map<string, Values>;
  items?: Values;
  /** Its items are written out in the source, and nothing was added since. */
  literal?: boolean;
  constant?: Constant;
  /** A string known in part: unknown parts stand as `‹id›`, so that equal texts are equal paths. */
  text?: string;
  /** Full name of a library's module, class or function. */
  path?: string;
  func?: Func;
  classDef?: Class;
  scope?: Scope;
  /** Cell of the definition. */
  cell?: number;
  /** The class of an instance, the bases of a class. */
  classes?: Values;
  /** What a partial was given already. */
  given?: readonly { values: Values; name?: string; spread: boolean }[];
  /** Of a bound method; of a property of an object. */
  receiver?: Obj;
  /** Runs when somebody consumes it: generators. */
  pending?: () => void;
  marks?: Set<string>;
  parents?: Set<Obj>;
  names?: Set<string>;
}

export interface Binding {
  values: Values;
  writers: Writers;
  sort: 'import' | 'definition' | 'value';
  /** The name may not exist: deleted, or an exception's name after its handler. */
  absent: boolean;
  /** Its value has been used. */
  used?: boolean;
  /** Writers of values that nobody had used when this one took their place. */
  instead?: Writers;
  /** Who writes it is clear, or was asked about already. */
  settled?: boolean;
}

export interface Scope {
  kind: 'global' | 'function' | 'class' | 'block';
  /** Names that belong here whether bound yet or not; null: any (the global scope). */
  names: Set<string> | null;
  globals: Set<string>;
  vars: Map<string, Binding>;
  parent?: Scope;
  /** Functions that see this scope. */
  functions: Obj[];
  /** The function call is over: what changes in here now changes the functions that see it. */
  closed: boolean;
  /** The first parameter of a method, `this`. */
  self?: Values;
  /** The class a method was found in, for `super()`. */
  within?: Obj;
  returned: Obj[];
  yielded: Obj[];
}

export function createObjects() {
  let count = 0;
  return (kind: string, more: Partial<Obj> = {}): Obj => {
    const made: Obj = { id: (count += 1), kind, writers: NOBODY, ...more };
    for (const item of made.items ?? []) link(item, made);
    for (const values of made.fields?.values() ?? []) for (const value of values) link(value, made);
    for (const each of made.classes ?? []) link(each, made);
    if (made.receiver) link(made.receiver, made);
    return made;
  };
}

export type MakeObject = ReturnType<typeof createObjects>;

export function link(child: Obj, parent: Obj): void {
  if (child.kind !== 'imm') (child.parents ??= new Set()).add(parent);
}

/** More than this many possible values of one place are kept as the first ones. */
const WIDEST = 24;

export function union(...sets: Values[]): Values {
  let first: Values | undefined;
  let joined: Obj[] | undefined;
  for (const set of sets) {
    if (set.length === 0) continue;
    if (first === undefined) {
      first = set;
      continue;
    }
    for (const value of set) {
      if ((joined ?? first).includes(value)) continue;
      joined ??= first.slice(0, WIDEST);
      if (joined.length === WIDEST) return joined;
      joined.push(value);
    }
  }
  return joined ?? first ?? [];
}

export function setField(of: Obj, name: string, values: Values): void {
  (of.fields ??= new Map()).set(name, values);
  for (const value of values) link(value, of);
}

export function addItems(of: Obj, values: Values): void {
  of.literal = false;
  of.items = union(of.items ?? [], values);
  for (const value of values) link(value, of);
}

/** Objects walked from one value at most; beyond it a notebook's object graph is a cloud anyway. */
const FARTHEST = 300;

/** Everything reachable from the values, they included. */
export function reachable(from: Values): Set<Obj> {
  const seen = new Set<Obj>(from);
  for (const each of seen) {
    if (seen.size > FARTHEST) break;
    if (each.kind === 'imm') continue;
    each.items?.forEach(item => seen.add(item));
    each.fields?.forEach(values => values.forEach(value => seen.add(value)));
    each.classes?.forEach(value => seen.add(value));
    if (each.receiver) seen.add(each.receiver);
    for (let scope = each.scope; scope && scope.kind !== 'global'; scope = scope.parent)
      for (const binding of scope.vars.values()) binding.values.forEach(value => seen.add(value));
  }
  return seen;
}

/** Global names through which the object can be reached. */
export function namesReaching(object: Obj): Set<string> {
  const names = new Set<string>();
  const seen = new Set<Obj>([object]);
  for (const each of seen) {
    if (seen.size > FARTHEST) break;
    each.names?.forEach(name => names.add(name));
    each.parents?.forEach(parent => seen.add(parent));
  }
  return names;
}
