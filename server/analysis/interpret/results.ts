// What a library call gives back: a fresh value of some kind, or one that shares with what went in.
import { attributeOf, childOf, itemsOf, library } from './access.ts';
import { callValues, type Given } from './calls.ts';
import { argument, openingOf, type Use } from './effects.ts';
import { fillNames, foldText } from './expressions.ts';
import type { Effect } from './knowledge.ts';
import { here, lineNow, type Machine } from './machine.ts';
import { addItems, reachable, setField, union, type Obj, type Values } from './objects.ts';
import { globalsObject, runText, superObject } from './reflection.ts';
import * as resource from './resources.ts';

type Result = (m: Machine, effect: Effect, use: Use) => Values;

const first = (use: Use): Values => argument(use.call.given, 0) ?? [];
const receivers = (use: Use): Values => (use.receiver ? [use.receiver] : []);
const held = (given: Given[]): Values =>
  union(...given.map(each => each.values.filter(value => value.kind !== 'imm')));

const RESULTS: Record<string, Result> = {
  imm: m => [m.make('imm')],
  fresh: m => [m.make('unknown')],
  self: (_, __, use) => receivers(use),
  arg: (_, __, use) => first(use),
  items: (m, _, use) =>
    union(...receivers(use).map(each => (each.items?.length ? each.items : [m.make('unknown')]))),
  argItems: (m, _, use) => {
    const { given } = use.call;
    const items = union(
      ...given.map(each =>
        each.values.every(value => value.kind === 'imm') ? each.values : itemsOf(m, each.values)
      )
    );
    return items.length ? items : [m.make('unknown')];
  },
  copy: (m, _, use) =>
    (use.receiver ? receivers(use) : first(use)).map(each => shallowCopy(m, each)),
  copyOf: (m, _, use) => receivers(use).map(each => m.make(each.kind)),
  deepcopy: (m, _, use) =>
    first(use).map(each =>
      m.make(each.kind, {
        classes: each.classes,
        func: each.func,
        scope: each.scope,
        cell: each.cell,
        items: [m.make('unknown')]
      })
    ),
  /** A view of an array shares its memory; of anything else it is an array of its own. */
  view: (m, _, use) => {
    const arrays = first(use).filter(each => each.kind === 'array' || each.kind === 'unknown');
    return arrays.length ? arrays : [m.make('array')];
  },
  views: (m, _, use) => [m.make('list', { items: first(use) })],
  valuesOf: (m, _, use) => receivers(use).map(each => childOf(m, each, 'values', 'array')),
  liveItems: (m, _, use) =>
    receivers(use).map(each =>
      m.make('iterator', { items: [pair(m, each.items ?? [])], receiver: each })
    ),
  liveView: (m, _, use) =>
    receivers(use).map(each => m.make('iterator', { items: each.items ?? [], receiver: each })),
  frames: (m, _, use) => [
    m.make('tuple', { items: [m.make(first(use)[0]?.kind === 'array' ? 'array' : 'frame')] })
  ],
  arrays: m => [m.make('array')],
  // Figure and axes are one thing: drawing on one shows in the other.
  figures: m => {
    const figure = m.make('figure');
    return [m.make('tuple', { items: [figure] })];
  },
  attribute: (m, _, use) => {
    const names = argument(use.call.given, 1) ?? [];
    const known = names.flatMap(name =>
      typeof name.constant === 'string' ? attributeOf(m, first(use), name.constant) : []
    );
    return known.length ? known : [m.make('unknown')];
  },
  /** The parts of a pipeline by their names. */
  contained: (m, _, use) =>
    [...reachable(receivers(use))].filter(each => each.kind === 'estimator'),
  either: (m, _, use) => {
    const given = held(use.call.given);
    return given.length ? given : [m.make('dict')];
  },
  /** What it does not have itself it has from the object it was made of. */
  heir: (m, _, use) => [
    m.make('instance', { classes: first(use).filter(each => each.kind !== 'imm') })
  ],
  class: (m, _, use) => union(...first(use).map(each => each.classes ?? [m.make('unknown')])),
  module: (m, _, use) =>
    first(use).map(each =>
      typeof each.constant === 'string' ? importModule(m, each.constant) : m.make('unknown')
    ),
  joinedPath: (m, _, use) =>
    joinPaths(m, [
      ...receivers(use).map(each => [each]),
      ...use.call.given.map(each => each.values)
    ]),
  samePath: (_, __, use) => first(use),
  formatted: (m, _, use) => {
    fillNames(m, receivers(use), union(...use.call.given.map(each => each.values)));
    return [m.make('imm')];
  },
  decorated: (m, _, use) => decorate(m, use),
  partial: (m, _, use) => {
    const [, ...given] = use.call.given;
    const fields = new Map([['args', held(given)]]);
    return [m.make('partial', { items: first(use), fields, given })];
  },
  piped: (m, _, use) =>
    callValues(m, {
      callee: first(use),
      isNew: false,
      given: [{ values: receivers(use), spread: false }, ...use.call.given.slice(1)]
    }),
  reduced: (m, _, use) => {
    const [how, start] = use.call.given;
    const items = union(...receivers(use).map(each => each.items ?? []), [m.make('unknown')]);
    const given = [start?.values ?? items, items].map(values => ({ values, spread: false }));
    const results = callValues(m, { callee: how?.values ?? [], given, isNew: false });
    return union(results, start ? [] : items);
  },
  /** Of a class: every instance has one of its own. */
  perInstance: (m, _, use) => {
    const factory = use.call.given.find(each => each.name === 'default_factory')?.values[0]?.path;
    return [m.make('field', { text: factory })];
  },
  range: (m, _, use) => [m.make('iterable', { items: rangeItems(m, use.call.given) })],
  globals: (m, _, use) =>
    use.call.given.length
      ? first(use).map(each => childOf(m, each, '__dict__', 'dict'))
      : [globalsObject(m)],
  super: m => [superObject(m)],
  runs: (m, _, use) => runText(m, use.call.given, false),
  evaluates: (m, _, use) => runText(m, use.call.given, true),
  openNames: m => {
    m.openWriters.push({ cell: m.cell, line: lineNow(m), sort: 'value', may: false });
    return [m.make('dict')];
  }
};

const HANDLES = new Set(['file', 'connection']);

const isFunction = (value: Obj) => value.kind === 'function' || value.kind === 'bound';

export function resultOf(m: Machine, effect: Effect, use: Use): Values {
  const { gives = 'fresh' } = effect;
  const special = RESULTS[gives];
  if (special) return special(m, effect, use);
  if (gives.startsWith('state:')) resource.readIfSet(m, gives.slice('state:'.length));
  if (gives.startsWith('state:')) return [m.make('state', { text: gives.slice('state:'.length) })];
  const { given } = use.call;
  const made = m.make(gives);
  if (effect.opens !== undefined && HANDLES.has(gives) && openingOf(effect, given) !== 'r') {
    made.text = resource.texts(argument(given, effect.opens) ?? [])[0];
    made.marks = new Set(['written']);
  }
  hold(m, effect, use, made);
  if (effect.holds === 'args' || gives === 'dict')
    for (const each of given) if (each.name) setField(made, each.name, each.values);
  if (effect.marks) {
    const explicit = given.some(
      each => each.name === 'random_state' && !each.values.some(value => value.constant === null)
    );
    if (!(effect.marks === 'random' && explicit)) made.marks = new Set([effect.marks]);
  }
  return [made];
}

/** What the result keeps of what it was made from. */
function hold(m: Machine, { holds, gives = '' }: Effect, use: Use, made: Obj): void {
  const given = use.call.given.filter(each => each.name !== 'key');
  const own = union(...receivers(use).map(each => each.items ?? []));
  switch (holds) {
    case 'items':
      for (const each of given) addItems(made, itemsFor(m, gives, each.values, made));
      return;
    case 'entries':
      // Of pairs, what is in them.
      for (const each of given)
        addItems(made, union(...itemsOf(m, each.values).map(pair => pair.items ?? [pair])));
      return;
    case 'tuples':
      return addItems(made, [
        pair(m, union(...given.map(each => itemsFor(m, gives, each.values, made))))
      ]);
    case 'args':
      return addItems(made, held(given));
    case 'self':
      return addItems(made, own);
    case 'selfTuples':
      return addItems(made, [pair(m, own)]);
    case 'mapped':
      // A callback that is not the notebook's own may give the items back.
      for (const value of given.flatMap(({ values }) => values)) {
        const items = itemsOf(m, receivers(use));
        addItems(made, isFunction(value) ? mapped(m, value, items) : items);
      }
      return;
    case 'selfAndItems':
      addItems(made, own);
      for (const each of given)
        addItems(
          made,
          each.values.flatMap(value => mapped(m, value, own))
        );
  }
}

const pair = (m: Machine, items: Values): Obj =>
  m.make('tuple', { items: [...items, m.make('imm')] });

/** What a callback makes of the items, or the items of another collection. */
function mapped(m: Machine, value: Obj, items: Values): Values {
  if (!isFunction(value)) return value.items ?? [];
  return callValues(m, {
    callee: [value],
    isNew: false,
    given: [{ values: items, spread: false }]
  });
}

/** `zip(a, b)` only looks at its arguments later; an iterator among them is what gets used up. */
function itemsFor(m: Machine, kind: string, values: Values, made: Obj): Values {
  if (kind !== 'iterator') return itemsOf(m, values);
  const moving = values.filter(each => ['iterator', 'generator', 'file'].includes(each.kind));
  if (moving.length) setField(made, 'sources', union(made.fields?.get('sources') ?? [], moving));
  const growing = values.filter(each => ['list', 'dict', 'set', 'deque'].includes(each.kind));
  if (growing.length) setField(made, 'over', union(made.fields?.get('over') ?? [], growing));
  return union(...values.map(each => each.items ?? (each.kind === 'file' ? [m.make('imm')] : [])));
}

function shallowCopy(m: Machine, each: Obj): Obj {
  const made = m.make(each.kind, {
    items: each.items,
    classes: each.classes,
    text: each.text,
    constant: each.constant
  });
  if (['frame', 'series', 'array'].includes(each.kind)) return made;
  for (const [name, values] of each.fields ?? []) setField(made, name, values);
  return made;
}

function joinPaths(m: Machine, parts: Values[]): Values {
  const slash = [m.make('imm', { constant: '/' })];
  const joined = foldText(
    m,
    parts.flatMap((part, at) => (at ? [slash, part] : [part]))
  );
  return joined.map(each => m.make('path', { text: each.text ?? String(each.constant ?? '') }));
}

const CACHES = new Set(['lru_cache', 'cache']);
const MARKS = new Set(['property', 'staticmethod', 'classmethod']);

/** A decorator of a library gives its function back, as far as anybody who calls it can tell. */
function decorate(m: Machine, use: Use): Values {
  const callables = union(
    ...use.call.given.map(each =>
      each.values.filter(value => value.kind === 'function' || value.kind === 'class')
    )
  );
  if (callables.length === 0) return [m.make('library', { path: use.path })];
  const name = (use.path.split('.').at(-1) ?? '').replace('@', '');
  const mark = name === 'cached_property' ? 'property' : name;
  if (CACHES.has(name)) for (const each of callables) (each.marks ??= new Set()).add('cached');
  if (MARKS.has(mark)) for (const each of callables) (each.marks ??= new Set()).add(mark);
  return callables;
}

const LONGEST_RANGE = 16;

function rangeItems(m: Machine, given: Given[]): Values {
  const bounds = given.map(each =>
    each.values.length === 1 ? each.values[0]?.constant : undefined
  );
  if (!bounds.every(each => typeof each === 'number')) return [m.make('imm')];
  const [from, to, step] =
    bounds.length === 1 ? [0, bounds[0] ?? 0, 1] : [bounds[0] ?? 0, bounds[1] ?? 0, bounds[2] ?? 1];
  const count = Math.max(0, Math.ceil((to - from) / (step || 1)));
  if (count > LONGEST_RANGE) return [m.make('imm')];
  return Array.from({ length: count }, (_, at) => m.make('imm', { constant: from + at * step }));
}

export function importModule(m: Machine, name: string): Obj {
  if (resource.readModuleFile(m, name)) here(m).tiedImports.add(name);
  return library(m, name);
}
