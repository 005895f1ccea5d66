// Code about code: names in strings, `exec`, `globals()`, `super()`.
import { alter, bindGlobal } from './access.ts';
import { callValues, type Given } from './calls.ts';
import { evaluate, functionScope, readName } from './expressions.ts';
import { find, lineNow, type Machine } from './machine.ts';
import type { Obj, Values } from './objects.ts';
import { execute } from './statements.ts';
import type { Effect } from './knowledge.ts';

export function globalsObject(m: Machine): Obj {
  let object = m.modules.get('globals()');
  if (!object) m.modules.set('globals()', (object = m.make('globals')));
  return object;
}

export function callGlobals(m: Machine, method: string, given: Given[]): Values {
  const first = given[0]?.values ?? [];
  const names = first.flatMap(each => (typeof each.constant === 'string' ? [each.constant] : []));
  if (method === 'update' || method === 'assign') {
    let known = 0;
    for (const each of given) {
      if (each.name) {
        bindGlobal(m, each.name, each.values);
        known += 1;
      }
      for (const value of each.values)
        for (const [name, values] of value.fields ?? []) {
          bindGlobal(m, name, values);
          known += 1;
        }
    }
    if (known === 0)
      m.openWriters.push({ cell: m.cell, line: lineNow(m), sort: 'value', may: true });
    return [m.make('imm')];
  }
  if (method === 'setdefault' && names[0]) {
    if (find(m, names[0])) return readName(m, names[0]);
    bindGlobal(m, names[0], given[1]?.values ?? []);
  }
  if (['get', 'pop', '__getitem__'].includes(method))
    return names.flatMap(name => (find(m, name) ? readName(m, name) : []));
  if (method === '__setitem__')
    for (const name of names) bindGlobal(m, name, given[1]?.values ?? []);
  return [m.make('unknown')];
}

/** The method that the code is in, from inside of nested functions too. */
function methodScope(m: Machine) {
  for (let scope = functionScope(m); scope; scope = scope.parent) if (scope.within) return scope;
  return functionScope(m);
}

export function superObject(m: Machine): Obj {
  const scope = methodScope(m);
  const self = scope?.self?.[0] ?? [...(scope?.vars.values() ?? [])][0]?.values[0];
  return m.make('super', { classes: scope?.within?.classes ?? [], receiver: self });
}

/** `exec` and `eval`: a text that is known runs as code; one that is not may bind anything. */
export function runText(m: Machine, given: Given[], value: boolean): Values {
  const own = given[1]?.values.filter(each => each.kind !== 'globals') ?? [];
  if (own.length > 0) {
    if (!value) for (const each of own) alter(m, each);
    return [m.make('unknown')];
  }
  const results: Values[] = [];
  for (const text of given[0]?.values ?? []) {
    const program =
      typeof text.constant === 'string' ? m.dialect.lowerText(text.constant) : undefined;
    if (!program) {
      if (!value && text.kind !== 'library')
        m.openWriters.push({ cell: m.cell, line: lineNow(m), sort: 'value', may: true });
      continue;
    }
    const site = m.site;
    m.site ??= m.line;
    const last = program.body.at(-1);
    if (value && last?.k === 'expr') {
      execute(m, program.body.slice(0, -1));
      results.push(evaluate(m, last.value));
    } else execute(m, program.body);
    m.site = site;
  }
  return results.flat().length ? results.flat() : [m.make('unknown')];
}

/** Names that a library looks up in the caller's scope: `@x` of a query, the words of a formula or of SQL. */
export function readNamesIn(m: Machine, text: string, how: NonNullable<Effect['strings']>): void {
  if (how === 'formula' && !text.includes('~') && !/^[\w\s()+*:.-]+$/.test(text)) return;
  const pattern = how === 'at' ? /@([A-Za-z_]\w*)/g : /(?<![.\w])([A-Za-z_]\w*)/g;
  for (const [, name = ''] of text.matchAll(pattern)) {
    const known = find(m, name);
    if (!known || known.binding.absent) continue;
    const values = readName(m, name);
    const callable = values.filter(each => each.kind === 'function' || each.kind === 'bound');
    if (callable.length && new RegExp(`\\b${name}\\s*\\(`).test(text))
      callValues(m, {
        callee: callable,
        given: [{ values: [m.make('unknown')], spread: false }],
        isNew: false
      });
  }
}
