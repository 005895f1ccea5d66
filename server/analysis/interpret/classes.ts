// Class bodies run when the class is defined; their names become its members.
import { findMember } from './access.ts';
import { callFunction, callValues } from './calls.ts';
import { evaluate } from './expressions.ts';
import type { Class } from './ir.ts';
import { createScope, type Machine } from './machine.ts';
import { setField, union, type Obj, type Values } from './objects.ts';
import { execute } from './statements.ts';

/** No name of Python's. */
const METACLASS = '(metaclass)';

/** Who makes a class makes its subclasses too. */
const metaclassesOf = (bases: Values): Values =>
  union(...bases.map(base => base.fields?.get(METACLASS) ?? []));

/** A class as a value: its name is known inside it only. */
export function evaluateNamed(m: Machine, def: Class): Obj {
  if (!def.name) return evaluateClass(m, def);
  const around = m.scope;
  const scope = createScope('block', new Set([def.name]), around);
  m.scope = scope;
  const made = evaluateClass(m, def);
  scope.vars.set(def.name, { values: [made], writers: new Map(), sort: 'value', absent: false });
  m.scope = around;
  return made;
}

export function evaluateClass(m: Machine, def: Class): Obj {
  const bases = def.bases.flatMap(base => evaluate(m, base));
  const keywords = def.keywords.map(keyword => evaluate(m, keyword));
  const made = m.make('class', { classDef: def, classes: bases, cell: m.cell });
  const scope = createScope('class', def.locals, m.scope);
  scope.globals = def.globals;
  const seesItself = m.dialect.language === 'typescript' && def.name !== '';
  if (seesItself) {
    scope.names = new Set([...def.locals, def.name]);
    scope.vars.set(def.name, { values: [made], writers: new Map(), sort: 'value', absent: false });
  }
  const around = m.scope;
  m.scope = scope;
  execute(m, def.body);
  m.scope = around;
  for (const [name, binding] of scope.vars)
    if (!binding.absent && binding.values[0] !== made) setField(made, name, binding.values);
  const hook = findMember(bases, '__init_subclass__');
  if (hook) for (const each of hook.values) callFunction(m, each, [], made, hook.within);
  const meta = [...keywords.flat().filter(each => each.kind === 'class'), ...metaclassesOf(bases)];
  if (meta.length) setField(made, METACLASS, meta);
  for (const name of ['__new__', '__init__']) {
    const found = findMember(meta, name);
    if (found)
      callValues(m, {
        callee: found.values,
        given: [{ values: name === '__new__' ? meta : [made], spread: false }],
        isNew: false
      });
  }
  return made;
}
