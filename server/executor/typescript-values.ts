// Values of a TypeScript step: what structured cloning keeps whole, stored by content, objects that are shared stay shared.
import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync
} from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { deserialize, serialize } from 'node:v8';

type Values = Record<string, unknown>;

export class Unstorable extends Error {
  readonly variable: string;
  readonly what: string;
  constructor(variable: string, what: string) {
    super(`${variable} holds ${what}`);
    this.variable = variable;
    this.what = what;
  }
}

/** @returns name -> digest. @throws Unstorable for a value that a later step needs; others are left out. */
export function writeValues(
  values: Values,
  needed: Set<string>,
  folder: string
): Record<string, string> {
  const owner = new Map<object, string>();
  const parent = new Map<string, string>();
  const root = (name: string): string => {
    const above = parent.get(name);
    return above === undefined || above === name ? name : root(above);
  };
  for (const [name, value] of Object.entries(values)) {
    const objects = new Set<object>();
    const fault = walk(value, objects);
    if (fault !== undefined) {
      if (needed.has(name)) throw new Unstorable(name, fault);
      continue;
    }
    parent.set(name, name);
    for (const object of objects) {
      const other = owner.get(object);
      if (other === undefined) owner.set(object, name);
      else parent.set(root(name), root(other));
    }
  }
  const groups = Map.groupBy([...parent.keys()].sort(), root);
  const digests: Record<string, string> = {};
  for (const names of groups.values()) {
    const digest = store(
      serialize(Object.fromEntries(names.map(name => [name, values[name]]))),
      folder
    );
    for (const name of names) digests[name] = digest;
  }
  return digests;
}

export function readValues(digest: string, folder: string): Values {
  return deserialize(readFileSync(pathOf(digest, folder))) as Values;
}

const KEPT_WHOLE = new Set<unknown>([
  Date,
  RegExp,
  Boolean,
  Number,
  String,
  ArrayBuffer,
  SharedArrayBuffer,
  Buffer
]);

/** Gathers the objects that can be reached. @returns what in them would not come back as it was, if anything. */
function walk(value: unknown, seen: Set<object>): string | undefined {
  if (typeof value === 'function') return `the function ${value.name || 'without a name'}`;
  if (typeof value === 'symbol') return 'a symbol';
  if (typeof value !== 'object' || value === null || seen.has(value)) return undefined;
  seen.add(value);
  if (ArrayBuffer.isView(value) || value instanceof Error || KEPT_WHOLE.has(value.constructor))
    return undefined;
  if (value instanceof Map) return walkAll([...value.keys(), ...value.values()], seen);
  if (value instanceof Set || Array.isArray(value)) return walkAll([...value], seen);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    return `an object of class ${value.constructor?.name}`;
  return walkAll(Object.values(value), seen);
}

function walkAll(values: unknown[], seen: Set<object>): string | undefined {
  for (const value of values) {
    const fault = walk(value, seen);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function pathOf(digest: string, folder: string): string {
  return join(folder, digest.slice(0, 2), digest);
}

function store(data: Buffer, folder: string): string {
  const digest = createHash('sha256').update(data).digest('hex');
  const target = pathOf(digest, folder);
  if (existsSync(target)) return digest;
  mkdirSync(join(folder, digest.slice(0, 2)), { recursive: true });
  const partial = join(folder, 'partial', randomUUID());
  const file = openSync(partial, 'w');
  for (let done = 0; done < data.length;) done += writeSync(file, data, done);
  fsyncSync(file);
  closeSync(file);
  renameSync(partial, target);
  return digest;
}

export function describe(value: unknown): { type: string; shape?: string; repr?: string } {
  const type =
    value === null
      ? 'null'
      : typeof value === 'object'
        ? value.constructor?.name || 'Object'
        : typeof value;
  const size = Array.isArray(value)
    ? value.length
    : value instanceof Map || value instanceof Set
      ? value.size
      : undefined;
  const text = inspect(value, {
    depth: 1,
    maxArrayLength: 6,
    maxStringLength: 100,
    breakLength: Infinity
  });
  return {
    type,
    ...(size === undefined ? {} : { shape: size.toLocaleString('en') }),
    repr: text.replace(/\s+/g, ' ').slice(0, 120)
  };
}
