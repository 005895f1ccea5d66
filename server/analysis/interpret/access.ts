// Getting at the parts of a value: attributes, items, iteration; and putting something there.
import { callValues } from './calls.ts';
import { readName } from './expressions.ts';
import { readHistory } from './history.ts';
import { bind, change, type Machine } from './machine.ts';
import { addItems, reachable, setField, union, type Obj, type Values } from './objects.ts';
import { readEnvironment, readIfSet, setState, touchFile, writeEnvironment } from './resources.ts';

const CONTAINERS = new Set([
  'list',
  'tuple',
  'dict',
  'set',
  'deque',
  'object',
  'map',
  'iterator',
  'generator'
]);

export function library(m: Machine, path: string): Obj {
  let object = m.modules.get(path);
  if (!object) {
    const state = m.knowledge.stateAt(path);
    object = state ? m.make(state.kind, { path, text: state.key }) : m.make('library', { path });
    m.modules.set(path, object);
  }
  return object;
}

export function attributeOf(m: Machine, values: Values, name: string): Values {
  return union(...values.map(object => oneAttribute(m, object, name)));
}

function oneAttribute(m: Machine, object: Obj, name: string): Values {
  if (name === '__dict__') return [childOf(m, object, name, 'dict')];
  const own = object.fields?.get(name);
  if (own && object.kind !== 'library') return own;
  switch (object.kind) {
    case 'imm':
      return [m.make('imm')];
    case 'library':
      return own ?? patchOf(m, object, name) ?? [library(m, `${object.path}.${name}`)];
    case 'globals':
      return readName(m, name);
    case 'state':
      readIfSet(m, object.text ?? '');
      return [object];
    case 'environ':
      readEnvironment(m, [m.make('imm', { constant: name })]);
      return [m.make('imm')];
    case 'object':
      return object.items?.length ? object.items : [childOf(m, object, name, 'unknown')];
    case 'instance':
    case 'class':
      if (name === 'prototype') return [object];
      return (
        ownField(m, object, name) ??
        memberOf(m, object, name) ??
        answeredFor(m, object, name) ??
        heldBy(object) ?? [m.make('bound', { receiver: object, text: name })]
      );
    case 'super':
      return memberOf(m, object, name) ?? [m.make('imm')];
  }
  const gives = m.knowledge.attribute(object.kind, name);
  if (gives === 'self') return [object];
  if (gives === 'imm') return [m.make('imm')];
  if (gives === 'contained') {
    const parts = [...reachable(object.items ?? [])].filter(each => each.kind === 'estimator');
    return [m.make('dict', { items: parts })];
  }
  if (gives === 'valuesOf') return [childOf(m, object, 'values', 'array')];
  if (gives === 'column' && !m.knowledge.method(object.kind, name)?.names.includes('*'))
    return [m.make('bound', { receiver: object, text: name })];
  if (gives === 'column') return [childOf(m, object, name, 'series')];
  if (gives) return [childOf(m, object, name, gives)];
  const method = m.knowledge.method(object.kind, name);
  if (method || CONTAINERS.has(object.kind))
    return [m.make('bound', { receiver: object, text: name })];
  return [childOf(m, object, name, 'unknown')];
}

/** Without a constructor that says where they go (a dataclass), any attribute may be any of what it was made from. */
const heldBy = (object: Obj): Values | undefined =>
  object.kind === 'instance' && object.items?.length ? object.items : undefined;

/** What the class says of a field (`items: list = field(default_factory=list)`) is not its value. */
function ownField(m: Machine, object: Obj, name: string): Values | undefined {
  if (object.kind !== 'instance') return undefined;
  const field = findMember(object.classes ?? [], name)?.values.find(({ kind }) => kind === 'field');
  if (!field) return undefined;
  const factory = ['list', 'dict', 'set'].find(kind => kind === field.text) ?? 'unknown';
  return union(heldBy(object) ?? [], [childOf(m, object, name, factory)]);
}

/** `__getattr__` of the class: proxies hand on what they are asked for. */
export function answeredFor(m: Machine, object: Obj, name: string): Values | undefined {
  const found =
    object.kind === 'instance' && !name.startsWith('__')
      ? memberOf(m, object, '__getattr__')
      : undefined;
  const given = [{ values: [m.make('imm', { constant: name })], spread: false }];
  return found && callValues(m, { callee: found, given, isNew: false });
}

/** A part that shares memory with the whole: changing it changes what the whole leads to. */
export function childOf(m: Machine, object: Obj, name: string, kind: string): Obj {
  const known = object.fields?.get(name)?.[0];
  if (known) return known;
  const child = m.make(kind);
  setField(object, name, [child]);
  return child;
}

/** Looks a member up in the object's class and its bases; methods come bound, properties computed. */
export function memberOf(m: Machine, object: Obj, name: string): Values | undefined {
  const owner = findMember(object.kind === 'class' ? [object] : (object.classes ?? []), name);
  if (!owner) return undefined;
  return union(
    ...owner.values.map(value => {
      if (value.kind !== 'function') return [value];
      if (value.marks?.has('property') && object.kind !== 'class')
        return callValues(m, {
          callee: [value],
          self: object.receiver ?? object,
          within: owner.within,
          given: [],
          isNew: false
        });
      if (value.marks?.has('staticmethod')) return [value];
      if (object.kind === 'class' && !value.marks?.has('classmethod')) return [value];
      return [
        m.make('bound', {
          receiver: object.receiver ?? object,
          func: value.func,
          scope: value.scope,
          cell: value.cell,
          items: value.items,
          classes: [owner.within],
          marks: value.marks,
          fields: new Map([['__func__', [value]]])
        })
      ];
    })
  );
}

export function findMember(
  classes: Values,
  name: string,
  depth = 0
): { values: Values; within: Obj } | undefined {
  for (const each of classes) {
    const values = each.fields?.get(name);
    if (values) return { values, within: each };
    const above = depth < 20 ? findMember(each.classes ?? [], name, depth + 1) : undefined;
    if (above) return above;
  }
  return undefined;
}

export function loadItem(m: Machine, of: Values, index: Values, slice: boolean): Values {
  return union(...of.map(object => oneItem(m, object, index, slice)));
}

function oneItem(m: Machine, object: Obj, index: Values, slice: boolean): Values {
  const key = index.length === 1 ? index[0]?.constant : undefined;
  switch (object.kind) {
    case 'imm':
      return [m.make('imm')];
    case 'globals':
      return index.flatMap(each =>
        typeof each.constant === 'string' ? readName(m, each.constant) : [m.make('unknown')]
      );
    case 'history':
      return typeof key === 'number' ? readHistory(m, key) : [m.make('unknown')];
    case 'state':
      readIfSet(m, object.text ?? '');
      return [m.make('imm')];
    case 'environ':
      readEnvironment(m, index);
      return [m.make('imm')];
    case 'library':
      return [m.make('unknown')];
    case 'defaultdict': {
      change(m, object);
      return [
        childOf(m, object, typeof key === 'string' ? key : '[]', 'unknown'),
        ...(object.items ?? [])
      ];
    }
    case 'frame':
      if (typeof key === 'string') return [childOf(m, object, key, 'series')];
      return [m.make('frame')];
    case 'series':
    case 'indexer':
      return [m.make(object.kind === 'series' ? 'series' : 'frame')];
    case 'array':
      if (index.some(each => ['array', 'list', 'series'].includes(each.kind)))
        return [m.make('array')];
      if (index.some(each => each.kind === 'tuple') && !slice) return [m.make('imm')];
      return [object];
    case 'instance': {
      const found = memberOf(m, object, '__getitem__');
      if (found)
        return callValues(m, {
          callee: found,
          given: [{ values: index, spread: false }],
          isNew: false
        });
      break;
    }
  }
  if (typeof key === 'string' && object.fields?.has(key)) return object.fields.get(key) ?? [];
  if (slice) return [m.make(object.kind, { items: object.items ?? [] })];
  if (object.items?.length) return object.items;
  return CONTAINERS.has(object.kind) ? [m.make('unknown')] : [childOf(m, object, '[]', 'unknown')];
}

/** What a loop over the values, or unpacking them, goes through. Generators and iterators are used up by it. */
export function itemsOf(m: Machine, values: Values): Values {
  return union(
    ...values.map(object => {
      consume(m, object);
      switch (object.kind) {
        case 'imm':
        case 'frame':
        case 'series':
          return [m.make('imm')];
        case 'array':
          return object.items ?? [object];
        case 'globals':
          return [m.make('imm')];
        case 'map':
          return [m.make('tuple', { items: [...(object.items ?? []), m.make('imm')] })];
        case 'instance': {
          const found = memberOf(m, object, '__iter__') ?? memberOf(m, object, '__next__');
          if (!found) break;
          const given = callValues(m, { callee: found, given: [], isNew: false });
          return given.some(each => each === object)
            ? callMember(m, object, '__next__')
            : itemsOf(
                m,
                given.filter(each => each.kind !== 'instance')
              );
        }
      }
      if (object.items) return object.items;
      return CONTAINERS.has(object.kind) ? [] : [childOf(m, object, '[]', 'unknown')];
    })
  );
}

function callMember(m: Machine, object: Obj, name: string): Values {
  const found = memberOf(m, object, name);
  return found ? callValues(m, { callee: found, given: [], isNew: false }) : [];
}

/** Iterators, generators and open files move on when somebody takes from them. */
export function consume(m: Machine, object: Obj): void {
  if (!['iterator', 'generator', 'file'].includes(object.kind)) return;
  const pending = object.pending;
  if (pending) {
    object.pending = undefined;
    pending();
    // Another cell that takes from it later runs the rest of the same body.
    object.pending = pending;
  }
  change(m, object);
  for (const source of object.fields?.get('sources') ?? []) consume(m, source);
}

/** Changes an object, or the shared state that it stands for. */
export function alter(m: Machine, object: Obj, may = false): void {
  if (object.kind === 'state') return setState(m, object.text ?? '');
  // What is written through a handle is in the file that it was opened on.
  if (object.marks?.has('written')) touchFile(m, [object], 'w');
  if (object.kind === 'searchPath') return setState(m, 'sys.path');
  if (object.kind === 'library' && object.path) {
    for (const above of ancestors(m, object.path)) setField(above, object.path, [object]);
  }
  change(m, object, may);
}

/** The modules that a library's object belongs to: whoever imports one again, under any name, gets the same one. */
function ancestors(m: Machine, path: string): Obj[] {
  const parts = path.split('.');
  return parts.slice(1).map((_, count) => library(m, parts.slice(0, count + 1).join('.')));
}

export function storeAttribute(m: Machine, of: Values, name: string, values: Values): void {
  for (const object of of) {
    if (object.kind === 'globals') {
      bindGlobal(m, name, values);
      continue;
    }
    if (object.kind === 'environ') {
      writeEnvironment(m, [m.make('imm', { constant: name })]);
      continue;
    }
    const setter =
      object.kind === 'instance'
        ? (memberOf(m, object, `${name}.setter`) ?? memberOf(m, object, '__setattr__'))
        : undefined;
    if (setter) callValues(m, { callee: setter, given: [{ values, spread: false }], isNew: false });
    alter(m, object, of.length > 1);
    if (object.kind === 'library') patch(m, object, name, values);
    if (object.kind !== 'library')
      setField(
        object,
        name,
        of.length > 1 ? union(object.fields?.get(name) ?? [], values) : values
      );
  }
}

/** A library's class or module gets a member of the notebook's: any object of it has that member from then on. */
function patch(m: Machine, { path }: Obj, name: string, values: Values): void {
  m.patches.set(name, values);
  m.patches.set(`${path}.${name}`, values);
  setState(m, `patch:${name}`);
}

/** What the notebook has put in the place of a function of JavaScript's own: `console.log = …`. */
export function patchOf(m: Machine, { path }: Obj, name: string): Values | undefined {
  const values = m.dialect.language === 'typescript' ? m.patches.get(`${path}.${name}`) : undefined;
  if (values) readIfSet(m, `patch:${name}`);
  return values?.filter(each => each.kind === 'function');
}

export function bindGlobal(m: Machine, name: string, values: Values): void {
  const scope = m.scope;
  m.scope = m.globals;
  bind(m, name, values);
  m.scope = scope;
}

export function storeItem(m: Machine, of: Values, index: Values, values: Values): void {
  for (const object of of) {
    if (object.kind === 'globals') {
      const names = index.filter(each => typeof each.constant === 'string');
      for (const name of names) bindGlobal(m, String(name.constant), values);
      if (names.length === 0)
        m.openWriters.push({ cell: m.cell, line: m.line, sort: 'value', may: true });
      continue;
    }
    if (object.kind === 'environ') {
      writeEnvironment(m, index);
      continue;
    }
    const setter = object.kind === 'instance' ? memberOf(m, object, '__setitem__') : undefined;
    if (setter) {
      callValues(m, {
        callee: setter,
        given: [
          { values: index, spread: false },
          { values, spread: false }
        ],
        isNew: false
      });
      continue;
    }
    alter(m, object, of.length > 1);
    if (!['frame', 'series', 'array', 'indexer'].includes(object.kind)) addItems(object, values);
    const key = index.length === 1 ? index[0]?.constant : undefined;
    if (typeof key === 'string' && object.fields?.has(key)) setField(object, key, values);
  }
}

export function removeFrom(m: Machine, of: Values, index?: Values): void {
  for (const object of of) {
    if (object.kind === 'environ') writeEnvironment(m, index ?? '*');
    else alter(m, object, of.length > 1);
  }
}
