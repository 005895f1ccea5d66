// Calls: functions of the notebook are followed into, libraries are looked up, unknown ones are guessed at with care.
import {
  alter,
  answeredFor,
  childOf,
  consume,
  findMember,
  itemsOf,
  library,
  memberOf,
  patchOf
} from './access.ts';
import { callBorrowed } from './borrowed.ts';
import { applyEffect } from './effects.ts';
import { assign, evaluate } from './expressions.ts';
import { freeNames } from './free-names.ts';
import { change, createScope, read, type Machine } from './machine.ts';
import { addItems, reachable, setField, union, type Obj, type Values } from './objects.ts';
import { callGlobals } from './reflection.ts';
import { fillCache, readCache, readIfSet } from './resources.ts';
import { execute } from './statements.ts';

export interface Given {
  values: Values;
  name?: string;
  spread: boolean;
}

export interface Call {
  callee: Values;
  receiver?: Values;
  method?: string;
  given: Given[];
  isNew: boolean;
  /** Whom a method belongs to when the function itself is at hand. */
  self?: Obj;
  within?: Obj;
  /** An operator: when the object has no such method nothing happens. */
  quiet?: boolean;
  /** The result is not used: the call is there for what it does. */
  discarded?: boolean;
}

export function callValues(m: Machine, call: Call): Values {
  const targets = call.receiver ?? call.callee;
  const several = targets.length > 1;
  if (several) m.maybe += 1;
  const results = targets.map(target => {
    const { method } = call;
    return call.receiver && method !== undefined
      ? callMethod(m, target, method, call)
      : callOne(m, target, call);
  });
  if (several) m.maybe -= 1;
  return results.length ? union(...results) : [m.make('unknown')];
}

function callOne(m: Machine, target: Obj, call: Call): Values {
  switch (target.kind) {
    case 'function':
      return callFunction(m, target, call.given, call.self, call.within);
    case 'bound':
      if (target.func) {
        const self =
          target.marks?.has('classmethod') && target.receiver?.kind === 'instance'
            ? target.receiver.classes?.[0]
            : target.receiver;
        return callFunction(
          m,
          target.fields?.get('__func__')?.[0] ?? target,
          call.given,
          self,
          target.classes?.[0]
        );
      }
      return target.receiver ? callMethod(m, target.receiver, target.text ?? '', call) : [];
    case 'class':
      return [instantiate(m, target, call.given)];
    case 'library':
      return callLibrary(m, target, call);
    case 'partial':
      return callValues(m, {
        ...call,
        self: target.receiver ?? call.self,
        callee: target.items ?? [],
        given: [...(target.given ?? []), ...call.given]
      });
    case 'super': {
      const found = memberOf(m, target, '__init__');
      return found ? callValues(m, { ...call, callee: found }) : [m.make('imm')];
    }
    case 'instance': {
      const found = memberOf(m, target, '__call__');
      if (found)
        return callValues(m, { ...call, callee: found, receiver: undefined, method: undefined });
      break;
    }
  }
  callBack(m, call.given, []);
  // What a library made of a function calls it: `np.vectorize(f)(values)`.
  for (const held of (target.items ?? []).filter(isCallback))
    callValues(m, { callee: [held], given: call.given, isNew: false });
  if (call.discarded) alter(m, target, true);
  return [m.make('unknown')];
}

function callMethod(m: Machine, object: Obj, name: string, call: Call): Values {
  const plain = { ...call, receiver: undefined, method: undefined };
  const own = object.fields?.get(name);
  if (own && object.kind !== 'library') {
    const callable = own.filter(each =>
      ['function', 'bound', 'class', 'partial'].includes(each.kind)
    );
    if (callable.length) return callValues(m, { ...plain, callee: callable, self: object });
  }
  const patched = object.kind === 'library' ? undefined : m.patches.get(name);
  if (patched) {
    readIfSet(m, `patch:${name}`);
    return callValues(m, { ...plain, callee: patched, self: object });
  }
  const borrowed = ['function', 'bound', 'library'].includes(object.kind)
    ? callBorrowed(m, object, name, call)
    : undefined;
  if (borrowed) return borrowed;
  switch (object.kind) {
    case 'library': {
      const patch = patchOf(m, object, name);
      if (patch) return callValues(m, { ...plain, callee: patch });
      const known = m.modules.get(`${object.path}.${name}`);
      return callLibrary(m, known ?? library(m, `${object.path}.${name}`), call);
    }
    case 'globals':
      return callGlobals(m, name, call.given);
    case 'instance':
    case 'class':
    case 'super': {
      const found = memberOf(m, object, name);
      if (found) return callValues(m, { ...plain, callee: found, self: object.receiver ?? object });
      if (object.kind === 'super' || call.quiet) return [m.make('unknown')];
      const answered = answeredFor(m, object, name);
      if (answered) return callValues(m, { ...plain, callee: answered });
      break;
    }
    case 'function':
    case 'bound':
      if (object.marks?.has('cached') && name.startsWith('cache_')) readCache(m, object);
      if (name === 'delay') return callValues(m, { ...plain, callee: [object] });
  }
  for (const each of call.given)
    if (each.name === 'inplace' && each.values.some(value => value.constant === true))
      change(m, object);
  const effect = m.knowledge.method(object.kind, name);
  if (effect) return applyEffect(m, effect, { call, path: name, receiver: object });
  return unknownMethod(m, object, name, call);
}

/** Nobody has told us about this method: a result that is thrown away, or a telling verb, means that it changes its object. */
function unknownMethod(m: Machine, object: Obj, name: string, call: Call): Values {
  callBack(m, call.given, [object]);
  if (object.kind === 'imm') return [m.make('imm')];
  const known = ![
    'unknown',
    'instance',
    'class',
    'library',
    'figure',
    'estimator',
    'object',
    'function',
    'bound'
  ].includes(object.kind);
  const steady = known || m.knowledge.steady(name);
  if (steady) return [m.make('unknown')];
  const changes = m.knowledge.changes(name) || call.discarded;
  if (!changes) return [childOf(m, object, `${name}()`, 'unknown')];
  change(m, object, !m.knowledge.changes(name));
  for (const each of call.given)
    addItems(
      object,
      each.values.filter(value => value.kind !== 'imm')
    );
  return [object];
}

function callLibrary(m: Machine, target: Obj, call: Call): Values {
  const path = target.path ?? '';
  for (const each of call.given)
    if (each.name === 'out') each.values.forEach(value => alter(m, value));
  const effect = m.knowledge.functionAt(path);
  if (effect) return applyEffect(m, effect, { call, path });
  callBack(m, call.given, []);
  for (const each of call.given) each.values.forEach(value => consume(m, value));
  const made = m.make('unknown');
  for (const each of call.given) addItems(made, each.values.filter(isCallback));
  // A class of a library keeps what it is built from; a function rarely does.
  if (call.isNew || /^[A-Z]/.test(path.split('.').at(-1) ?? ''))
    for (const each of call.given)
      addItems(
        made,
        each.values.filter(value => value.kind !== 'imm')
      );
  return [made];
}

/** A library may call any method of an object, or class, of the notebook that it is given: what those mention is needed. */
export function escape(m: Machine, values: Values): void {
  for (const object of reachable(values))
    if (object.kind === 'class' && object.classDef && !m.escaped.has(object)) {
      m.escaped.add(object);
      for (const name of freeNames(object.classDef)) if (m.globals.vars.has(name)) read(m, name);
    }
}

/** Functions handed over are called by whoever gets them: with parts of what they are called on, or with something unknown. */
export function callBack(m: Machine, given: Given[], on: Values): void {
  escape(m, union(on, ...given.map(each => each.values)));
  const callbacks = given.flatMap(each => each.values.filter(value => isCallback(value)));
  if (callbacks.length === 0) return;
  const others = [
    ...on,
    ...given.flatMap(each =>
      each.values.filter(value => !isCallback(value) && value.kind !== 'imm')
    )
  ];
  const parts = union(...others.map(each => each.items ?? []), [m.make('unknown')]);
  for (const callback of callbacks)
    callValues(m, {
      callee: [callback],
      given: [
        { values: parts, spread: false },
        { values: [m.make('unknown')], spread: false }
      ],
      isNew: false
    });
}

const isCallback = (value: Obj) =>
  value.kind === 'function' || value.kind === 'bound' || value.kind === 'partial';

const DEEPEST_CALLS = 16;

export function callFunction(
  m: Machine,
  target: Obj,
  given: Given[],
  self?: Obj,
  within?: Obj
): Values {
  const def = target.func;
  const isTooDeep = () =>
    m.stack.includes(target) || m.stack.length > DEEPEST_CALLS || m.budget < 0;
  if (!def || isTooDeep()) return [m.make('unknown')];
  const scope = createScope('function', def.locals, target.scope ?? m.globals);
  scope.globals = def.globals;
  scope.within = within;
  scope.self = def.lexicalThis ? undefined : self ? [self] : undefined;
  if (target.marks?.has('cached')) fillCache(m, target);
  const around = { scope: m.scope, site: m.site, dead: m.dead, line: m.line };
  const run = () => {
    if (target.cell !== m.cell) m.site ??= m.line;
    m.stack.push(target);
    m.scope = scope;
    m.dead = false;
    bindParams(m, target, given, self);
    execute(m, def.body);
    m.scope = around.scope;
    m.dead = around.dead;
    m.site = around.site;
    m.line = around.line;
    m.stack.pop();
    scope.closed = true;
  };
  if (def.generator) {
    const made = m.make('generator', { receiver: target });
    for (const each of given)
      addItems(
        made,
        each.values.filter(value => value.kind !== 'imm')
      );
    made.pending = () => {
      if (isTooDeep()) return;
      around.scope = m.scope;
      around.dead = m.dead;
      around.site = m.site;
      around.line = m.line;
      run();
      addItems(made, scope.yielded);
    };
    return [made];
  }
  run();
  return scope.returned.length ? union(scope.returned) : [m.make('imm')];
}

function bindParams(m: Machine, target: Obj, given: Given[], self?: Obj): void {
  const params = target.func?.params ?? [];
  const static_ = target.marks?.has('staticmethod');
  const python = m.dialect.language === 'python';
  const positional: Values[] = python && self && !static_ ? [[self]] : [];
  const spread: Values[] = [];
  for (const each of given) {
    if (each.spread) spread.push(itemsOf(m, each.values));
    else if (each.name === undefined) positional.push(each.values);
  }
  const byName = new Map(
    given.filter(each => each.name !== undefined).map(each => [each.name, each.values])
  );
  let at = 0;
  for (const param of params) {
    const name = param.target.k === 'name' ? param.target.id : undefined;
    if (param.rest) {
      const items =
        param.rest === 'list'
          ? union(...positional.slice(at), ...spread)
          : union(...byName.values(), ...spread);
      assign(m, param.target, [m.make(param.rest === 'list' ? 'tuple' : 'dict', { items })]);
      at = param.rest === 'list' ? positional.length : at;
      continue;
    }
    const values =
      byName.get(name) ?? positional[at] ?? (spread.length ? union(...spread) : undefined);
    if (byName.has(name)) byName.delete(name);
    else at += 1;
    const fallback = () =>
      param.otherwise ? defaultOf(m, target, param.otherwise) : [m.make('unknown')];
    assign(m, param.target, values?.length ? values : fallback());
  }
}

/** Defaults belong to the function object: a mutable one is shared by its calls. */
function defaultOf(m: Machine, target: Obj, otherwise: Parameters<typeof evaluate>[1]): Values {
  if (target.func?.lateDefaults) return evaluate(m, otherwise);
  if (otherwise.k === 'const') return [m.make('imm', { constant: otherwise.value })];
  const mutable = target.items?.filter(value => value.kind !== 'imm') ?? [];
  return mutable.length ? mutable : [m.make('unknown')];
}

export function instantiate(m: Machine, target: Obj, given: Given[]): Obj {
  const made = m.make('instance', { classes: [target] });
  const setUp = findMember([target], '__init__');
  const values = union(...given.map(each => each.values.filter(value => value.kind !== 'imm')));
  if (setUp) for (const each of setUp.values) callFunction(m, each, given, made, setUp.within);
  else addItems(made, values);
  for (const each of given) if (each.name && !setUp) setField(made, each.name, each.values);
  return made;
}

/** Everything that the objects hold changes with them: a thread runs, a pipeline fits its parts. */
export function changeDeep(m: Machine, object: Obj): void {
  for (const each of reachable([object]))
    if (!['class', 'function', 'library'].includes(each.kind)) change(m, each);
}
