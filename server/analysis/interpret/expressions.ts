// Evaluates expressions over what is known of their values; on the way names are read and objects changed.
import type { Arg, Clause, Expr, Func, Part, Target } from './ir.ts';
import {
  bind,
  change,
  createScope,
  find,
  here,
  lineNow,
  read,
  scopeOf,
  unbind,
  type Machine
} from './machine.ts';
import { addItems, link, setField, union, type Obj, type Scope, type Values } from './objects.ts';
import { attributeOf, itemsOf, loadItem, storeAttribute, storeItem, removeFrom } from './access.ts';
import { callValues, type Given } from './calls.ts';
import { evaluateNamed } from './classes.ts';
import { convert } from './conversions.ts';
import { globalsObject, superObject } from './reflection.ts';
import { historyOf } from './history.ts';
import { readEnvironment } from './resources.ts';
import { assignPattern } from './unpack.ts';

export function evaluate(m: Machine, e: Expr): Values {
  if (!m.site) m.line = e.line;
  switch (e.k) {
    case 'const':
      return [m.make('imm', { constant: e.value })];
    case 'name':
      return readName(m, e.id);
    case 'attr':
      return attributeOf(m, evaluate(m, e.of), e.name);
    case 'item':
      return loadItem(m, evaluate(m, e.of), evaluate(m, e.index), e.slice);
    case 'call':
      return evaluateCall(m, e);
    case 'make':
      return [makeLiteral(m, e.kind, e.parts)];
    case 'op':
      return operate(
        m,
        e.op,
        e.parts.map(part => evaluate(m, part))
      );
    case 'either':
      if (e.test) evaluate(m, e.test);
      return union(...e.parts.map(part => evaluate(m, part)));
    case 'text': {
      const parts = e.parts.map(part => evaluate(m, part));
      for (const part of parts) convert(m, part, 'text');
      return foldText(m, parts);
    }
    case 'function':
      return [makeFunction(m, e.def)];
    case 'class':
      return [evaluateNamed(m, e.def)];
    case 'each':
      return evaluateEach(m, e);
    case 'assign': {
      const values = evaluate(m, e.value);
      assign(m, e.target, values);
      return values;
    }
    case 'update':
      return update(m, e.target, e.op, evaluate(m, e.value));
    case 'remove':
      remove(m, e.target);
      return [m.make('imm')];
    case 'yield': {
      const values = e.of ? evaluate(m, e.of) : [];
      const scope = functionScope(m);
      if (scope) scope.yielded.push(...values);
      return [m.make('unknown')];
    }
  }
}

export function functionScope(m: Machine) {
  let scope = m.scope;
  while (scope.kind !== 'function' && scope.parent) scope = scope.parent;
  return scope.kind === 'function' ? scope : undefined;
}

export function readName(m: Machine, name: string): Values {
  if (m.dialect.language === 'typescript') {
    if (name === 'this') return selfOf(m);
    if (name === 'super') return [superObject(m)];
  }
  const values = read(m, name);
  if (values) return values;
  const deleted = find(m, name)?.binding.absent;
  const history = historyOf(m, name);
  if (history) return history;
  if (m.dialect.builtins.has(name)) return [builtin(m, name)];
  if (deleted || !readOpen(m, name)) {
    if (scopeOf(m, name, false).kind === 'global' && !here(m).missing.has(name))
      here(m).missing.set(name, {
        line: lineNow(m),
        expected: m.guards > 0,
        within: m.site === undefined ? undefined : m.stack[0]?.func?.name
      });
  }
  return [m.make('unknown')];
}

/** `this` of the nearest function that has one of its own. */
function selfOf(m: Machine): Values {
  for (let scope: Scope | undefined = m.scope; scope; scope = scope.parent)
    if (scope.self) return scope.self;
  return [m.make('unknown')];
}

export function builtin(m: Machine, name: string): Obj {
  if (m.knowledge.stateAt(name)?.kind === 'globals') return globalsObject(m);
  const path = m.dialect.language === 'python' ? `builtins.${name}` : name;
  let object = m.modules.get(path);
  if (!object) m.modules.set(path, (object = m.make('library', { path: name })));
  return object;
}

/** A name that nobody binds in plain sight may come from a star import or from code put together at run time. */
function readOpen(m: Machine, name: string): boolean {
  if (name.startsWith('__')) return false;
  for (const writer of m.openWriters) {
    if (writer.cell === m.cell) continue;
    here(m).reads.add(name);
    m.facts.push({
      from: writer.cell,
      to: m.cell,
      kind: 'value',
      name,
      may: writer.may,
      fromLine: writer.line,
      toLine: lineNow(m),
      sort: writer.sort
    });
  }
  return m.openWriters.length > 0;
}

function evaluateCall(m: Machine, e: Extract<Expr, { k: 'call' }>): Values {
  const receiver = e.callee.k === 'attr' ? evaluate(m, e.callee.of) : undefined;
  const callee = receiver ? [] : evaluate(m, e.callee);
  const given = e.args.map(arg => give(m, arg));
  if (!m.site) m.line = e.line;
  const method = e.callee.k === 'attr' ? e.callee.name : undefined;
  return callValues(m, { callee, receiver, method, given, isNew: e.isNew ?? false });
}

function give(m: Machine, arg: Arg): Given {
  return { values: evaluate(m, arg.value), name: arg.name, spread: arg.spread ?? false };
}

function makeLiteral(m: Machine, kind: string, parts: Part[]): Obj {
  const made = m.make(kind);
  for (const part of parts) {
    const key = part.key ? evaluate(m, part.key) : undefined;
    const values = evaluate(m, part.value);
    if (part.spread) {
      addItems(made, itemsOf(m, values));
      for (const each of values)
        for (const [name, held] of each.fields ?? []) setField(made, name, held);
    } else addItems(made, values);
    const name = key?.length === 1 ? key[0]?.constant : undefined;
    if (!part.spread && typeof name === 'string') setField(made, name, values);
  }
  if (kind === 'object')
    for (const part of parts)
      if (part.value.k === 'function')
        for (const value of made.items ?? [])
          if (value.func === part.value.def) value.receiver = made;
  made.literal = parts.every(part => !part.spread);
  return made;
}

export function makeFunction(m: Machine, def: Func): Obj {
  if (!m.lazyAnnotations) for (const each of def.eager) evaluate(m, each);
  const defaults = def.params.flatMap(param =>
    param.otherwise && !def.lateDefaults ? evaluate(m, param.otherwise) : []
  );
  const made = m.make('function', { func: def, scope: m.scope, cell: m.cell, items: defaults });
  for (let scope = m.scope; scope.kind !== 'global' && scope.parent; scope = scope.parent) {
    scope.functions.push(made);
    for (const binding of scope.vars.values())
      for (const value of binding.values) link(value, made);
  }
  return made;
}

/** A comprehension: a scope of its own; its first iterable belongs to the scope around it. A generator waits to be consumed. */
function evaluateEach(m: Machine, e: Extract<Expr, { k: 'each' }>): Values {
  const [first, ...rest] = e.clauses;
  const outermost = first ? itemsOf(m, evaluate(m, first.of)) : [];
  const scope = createScope('function', e.locals, m.scope);
  const run = (): Values => {
    const around = m.scope;
    m.scope = scope;
    if (first) runClause(m, first, outermost);
    for (const clause of rest) runClause(m, clause, itemsOf(m, evaluate(m, clause.of)));
    const results = e.results.map(each => evaluate(m, each));
    m.scope = around;
    return union(...results);
  };
  if (e.kind !== 'generator') return [m.make(e.kind, { items: run() })];
  const made: Obj = m.make('generator', { items: outermost });
  made.pending = () => {
    // It can lead to itself: `(leaf for part in whole for leaf in leaves(part))` in the body of `leaves`.
    if (m.consumed.has(e)) return;
    m.consumed.add(e);
    addItems(made, run());
    m.consumed.delete(e);
  };
  return [made];
}

function runClause(m: Machine, clause: Clause, items: Values): void {
  assign(m, clause.target, items.length ? items : [m.make('unknown')]);
  for (const test of clause.tests) evaluate(m, test);
}

export function foldText(m: Machine, parts: Values[]): Values {
  let texts: { text: string; known: boolean }[] = [{ text: '', known: true }];
  for (const part of parts) {
    const ways = part.length ? part.slice(0, 16) : [m.make('imm')];
    texts = texts
      .flatMap(before =>
        ways.map(value => ({
          text:
            before.text +
            (value.text ??
              (value.constant === undefined ? `‹${value.id}›` : String(value.constant))),
          known: before.known && value.constant !== undefined
        }))
      )
      .slice(0, 32);
  }
  return texts.map(each =>
    m.make('imm', each.known ? { constant: each.text } : { text: each.text })
  );
}

export function operate(m: Machine, op: string, parts: Values[]): Values {
  const [left = [], right = []] = parts;
  if (op === '+' && [left, right].every(side => side.some(isText))) return foldText(m, parts);
  if (op === '/' && left.some(each => each.kind === 'path'))
    return foldText(m, [left, [m.make('imm', { constant: '/' })], right]).map(each =>
      m.make('path', { text: each.text ?? String(each.constant) })
    );
  if (op === '%' && left.some(isText)) fillNames(m, left, right);
  for (const part of parts) convert(m, part, 'number');
  const dunder = parts.flatMap(side => side.filter(each => each.kind === 'instance'));
  if (dunder.length) {
    const name = OPERATORS[op];
    const given = [{ values: right, spread: false }];
    if (name && left.some(each => each.kind === 'instance'))
      return callValues(m, {
        callee: [],
        receiver: left,
        method: name,
        given,
        isNew: false,
        quiet: true
      });
  }
  const held = union(...parts);
  const main =
    held.find(each => !['imm', 'library', 'unknown', 'function'].includes(each.kind)) ??
    held.find(each => each.kind === 'unknown');
  const compares = op.startsWith('compare') && !(main && isMask(op, main));
  if (compares || op === 'not' || !main) return [m.make('imm')];
  const kind = ['list', 'tuple', 'set', 'dict', 'frame', 'series', 'array'].includes(main.kind)
    ? main.kind
    : 'unknown';
  return [
    m.make(
      kind,
      ['list', 'tuple', 'set', 'dict'].includes(kind)
        ? { items: union(...parts.map(side => union(...side.map(each => each.items ?? [])))) }
        : {}
    )
  ];
}

/** `a > 2` of an array is an array of answers: indexing with it copies. */
const isMask = (op: string, { kind }: Obj) =>
  ['array', 'series', 'frame'].includes(kind) && /^compare ([<>]=?|[!=]=)$/.test(op);

const isText = (value: Obj) => typeof value.constant === 'string' || value.text !== undefined;

const OPERATORS: Record<string, string> = {
  '+': '__add__',
  '-': '__sub__',
  '*': '__mul__',
  '/': '__truediv__',
  '@': '__matmul__',
  '<<': '__lshift__',
  '>>': '__rshift__',
  '|': '__or__',
  '&': '__and__',
  'compare in': '__contains__',
  'compare ==': '__eq__'
};

/** `'{x}'.format(**globals())`, `'%(x)s' % vars()`: the names in the text are read. */
export function fillNames(m: Machine, texts: Values, from: Values): void {
  if (!from.some(each => each.kind === 'globals')) return;
  for (const text of texts)
    for (const [, plain, percent] of String(text.constant ?? '').matchAll(
      /\{([A-Za-z_]\w*)|%\(([A-Za-z_]\w*)\)/g
    ))
      readName(m, plain ?? percent ?? '');
}

export function assign(m: Machine, target: Target, values: Values): void {
  switch (target.k) {
    case 'name':
      return bind(m, target.id, values);
    case 'attr':
      return storeAttribute(m, evaluate(m, target.of), target.name, values);
    case 'item':
      return storeItem(m, evaluate(m, target.of), evaluate(m, target.index), values);
    case 'pattern':
      assignPattern(m, target, values);
  }
}

/** Kinds on which `x += y` makes a new value; on others it changes the one there is. */
const REBOUND = new Set([
  'imm',
  'tuple',
  'unknown',
  'path',
  'series',
  'instance',
  'library',
  'generator',
  'iterator'
]);

export function update(m: Machine, target: Target, op: string, values: Values): Values {
  const old =
    target.k === 'name'
      ? readName(m, target.id)
      : target.k === 'attr'
        ? attributeOf(m, evaluate(m, target.of), target.name)
        : target.k === 'item'
          ? loadItem(m, evaluate(m, target.of), evaluate(m, target.index), false)
          : [];
  const results: Values[] = [];
  for (const object of old) {
    const inPlace = !REBOUND.has(object.kind) && !(object.kind === 'frame');
    if (inPlace) {
      change(m, object, old.length > 1);
      if (op === '+' || op === '|') addItems(object, itemsOf(m, values));
      results.push([object]);
    } else {
      if (object.kind === 'series' || object.kind === 'frame') change(m, object, true);
      results.push(operate(m, op, [[object], values]));
    }
  }
  const result = union(...results, old.length ? [] : [m.make('unknown')]);
  assign(m, target, result);
  return result;
}

export function remove(m: Machine, target: Target): void {
  switch (target.k) {
    case 'name':
      read(m, target.id);
      return unbind(m, target.id);
    case 'attr':
      return removeFrom(m, evaluate(m, target.of));
    case 'item': {
      const of = evaluate(m, target.of);
      const index = evaluate(m, target.index);
      if (of.some(each => each.kind === 'globals')) {
        for (const name of index) if (typeof name.constant === 'string') unbind(m, name.constant);
        return;
      }
      if (of.some(each => each.kind === 'environ')) readEnvironment(m, index);
      return removeFrom(m, of, index);
    }
    case 'pattern':
      for (const part of target.parts) remove(m, part.target);
  }
}
