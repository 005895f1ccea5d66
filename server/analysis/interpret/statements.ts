// Runs statements over what is known of the values, in the order in which the notebook would.
import { library, itemsOf } from './access.ts';
import { callValues } from './calls.ts';
import { evaluateClass } from './classes.ts';
import { assign, evaluate, functionScope, makeFunction } from './expressions.ts';
import type { Expr, Handler, Stmt } from './ir.ts';
import { branch } from './branch.ts';
import { bind, createScope, here, unbind, type Machine } from './machine.ts';
import type { Obj, Values } from './objects.ts';
import { importModule } from './results.ts';
import { assignInTurn } from './unpack.ts';

export function execute(m: Machine, body: Stmt[]): void {
  for (const statement of body) {
    if (m.dead) return;
    m.budget -= 1;
    if (!m.site) m.line = statement.line;
    executeOne(m, statement);
  }
}

function executeOne(m: Machine, s: Stmt): void {
  switch (s.k) {
    case 'expr':
      discard(m, s.value);
      return;
    case 'assign': {
      if (s.targets.length === 1 && assignInTurn(m, s.targets[0], s.value)) return;
      const values = evaluate(m, s.value);
      for (const target of s.targets) assign(m, target, values);
      return;
    }
    case 'if':
      return runIf(m, s);
    case 'for':
      return runFor(m, s);
    case 'while': {
      evaluate(m, s.test);
      const always = s.atLeastOnce || (s.test.k === 'const' && Boolean(s.test.value));
      if (always) loop(m, s.body);
      else branch(m, [() => loop(m, s.body), () => undefined]);
      execute(m, s.otherwise);
      return;
    }
    case 'try':
      return runTry(m, s);
    case 'with':
      return runWith(m, s);
    case 'match':
      return runMatch(m, s);
    case 'def': {
      const made = decorate(m, [makeFunction(m, s.def)], s.decorators);
      return bind(
        m,
        s.def.name,
        made,
        s.decorators.length && !made.some(each => each.kind === 'function') ? 'value' : 'definition'
      );
    }
    case 'class': {
      const made = decorate(m, [evaluateClass(m, s.def)], s.decorators);
      if (!m.site) m.line = s.line;
      return bind(m, s.def.name, made, 'definition');
    }
    case 'import':
      return runImport(m, s);
    case 'return': {
      const values = s.value ? evaluate(m, s.value) : [];
      functionScope(m)?.returned.push(...values);
      m.dead = true;
      return;
    }
    case 'raise':
      m.raised.push(...s.parts.flatMap(part => evaluate(m, part)));
      m.dead = true;
      return;
    case 'block': {
      const around = m.scope;
      m.scope = createScope('block', s.locals, around);
      execute(m, s.body);
      m.scope.closed = true;
      m.scope = around;
      return;
    }
    case 'type':
      for (const each of s.reads) evaluate(m, each);
      if (s.id) bind(m, s.id, [m.make('unknown')], 'definition');
  }
}

/** An expression that stands alone is there for its effect. */
function discard(m: Machine, e: Expr): void {
  if (e.k !== 'call' || e.callee.k !== 'attr' || here(m).lastShown === e) {
    const values = evaluate(m, e);
    if (here(m).lastShown === e) here(m).shown = values;
    return;
  }
  const receiver = evaluate(m, e.callee.of);
  const given = e.args.map(arg => ({
    values: evaluate(m, arg.value),
    name: arg.name,
    spread: arg.spread ?? false
  }));
  if (!m.site) m.line = e.line;
  callValues(m, {
    callee: [],
    receiver,
    method: e.callee.name,
    given,
    isNew: false,
    discarded: true
  });
}

function constantOf(test: Expr): unknown {
  return test.k === 'const' ? test.value : undefined;
}

function isMain(test: Expr): boolean {
  return test.k === 'op' && test.parts[0]?.k === 'name' && test.parts[0].id === '__name__';
}

function runIf(m: Machine, s: Extract<Stmt, { k: 'if' }>): void {
  evaluate(m, s.test);
  const known = constantOf(s.test);
  if (known !== undefined || isMain(s.test))
    return execute(m, known || isMain(s.test) ? s.then : s.otherwise);
  branch(m, [() => execute(m, s.then), () => execute(m, s.otherwise)], true);
}

/** A loop's body is taken to run: a loop over nothing is the exception, and its variables are its own business. */
function runFor(m: Machine, s: Extract<Stmt, { k: 'for' }>): void {
  const of = evaluate(m, s.of);
  const items = s.keys ? [m.make('imm')] : itemsOf(m, of);
  const each = s.keys ? undefined : knownRounds(of);
  if (each) {
    for (const item of each) {
      assign(m, s.target, [item]);
      loop(m, s.body);
    }
    execute(m, s.otherwise);
    return;
  }
  assign(m, s.target, items.length ? items : [m.make('unknown')]);
  loop(m, s.body);
  execute(m, s.otherwise);
}

const MOST_ROUNDS = 6;

/** `for frame in [train, test]`: what the body does, it does to each of them. */
function knownRounds(of: Values): Values | undefined {
  const [list] = of;
  if (of.length !== 1 || !list?.literal || !['list', 'tuple'].includes(list.kind)) return undefined;
  const items = list.items ?? [];
  const known = items.every(item => !['imm', 'unknown', 'tuple'].includes(item.kind));
  return known && items.length > 1 && items.length <= MOST_ROUNDS ? items : undefined;
}

function loop(m: Machine, body: Stmt[]): void {
  const dead = m.dead;
  execute(m, body);
  // `return` and `raise` end the loop in one of its rounds; what follows it may still run.
  m.dead = dead;
}

const MISSING_NAME = /NameError|\bException\b|BaseException|^$/;

function runTry(m: Machine, s: Extract<Stmt, { k: 'try' }>): void {
  const around = m.raised;
  m.raised = [];
  const guarded = s.handlers.some(handler => MISSING_NAME.test(handler.catches));
  if (guarded) m.guards += 1;
  const success = () => {
    execute(m, s.body);
    if (guarded) m.guards -= 1;
    execute(m, s.otherwise);
  };
  const failure = (handler: Handler) => () => runHandler(m, handler);
  if (s.handlers.length === 0) success();
  else branch(m, [success, ...s.handlers.map(failure)]);
  m.raised = around;
  const dead = m.dead;
  m.dead = false;
  execute(m, s.last);
  m.dead ||= dead;
}

function runHandler(m: Machine, handler: Handler): void {
  for (const type of handler.types) evaluate(m, type);
  if (!handler.name) return execute(m, handler.body);
  bind(m, handler.name, [...m.raised.filter(each => each.kind === 'instance'), m.make('unknown')]);
  execute(m, handler.body);
  if (m.dialect.language === 'python') unbind(m, handler.name);
}

function runWith(m: Machine, s: Extract<Stmt, { k: 'with' }>): void {
  const entered: Values[] = [];
  const enter = (name: string, values: Values): Values =>
    values.flatMap((each): Values =>
      each.kind === 'instance'
        ? callValues(m, {
            callee: [],
            receiver: [each],
            method: name,
            given: [],
            isNew: false,
            quiet: true
          })
        : each.kind === 'generator'
          ? runManager(m, each)
          : [each]
    );
  for (const item of s.items) {
    const context = evaluate(m, item.context);
    entered.push(context);
    const values = enter('__enter__', context);
    if (item.target) assign(m, item.target, values);
  }
  execute(m, s.body);
  for (const context of entered.reverse())
    callValuesOn(
      m,
      context.filter(each => each.kind === 'instance'),
      '__exit__'
    );
}

/** A function under `@contextmanager`: its body runs around the block. */
function runManager(m: Machine, generator: Obj): Values {
  return itemsOf(m, [generator]);
}

function callValuesOn(m: Machine, objects: Values, name: string): void {
  if (objects.length)
    callValues(m, {
      callee: [],
      receiver: objects,
      method: name,
      given: [],
      isNew: false,
      quiet: true
    });
}

function runMatch(m: Machine, s: Extract<Stmt, { k: 'match' }>): void {
  const subject = evaluate(m, s.subject);
  const items = [...itemsOf(m, subject), ...subject];
  const ways = s.cases.map(each => () => {
    for (const read of each.reads) evaluate(m, read);
    for (const target of each.binds) assign(m, target, items);
    if (each.guard) evaluate(m, each.guard);
    execute(m, each.body);
  });
  if (!s.cases.some(each => each.always && !each.guard)) ways.push(() => undefined);
  branch(m, ways, true);
}

function decorate(m: Machine, values: Values, decorators: Expr[]): Values {
  return [...decorators].reverse().reduce((decorated, decorator) => {
    if (decorator.k === 'attr' && ['setter', 'getter', 'deleter'].includes(decorator.name))
      return decorated;
    const results = callValues(m, {
      callee: evaluate(m, decorator),
      isNew: false,
      given: [{ values: decorated, spread: false }]
    });
    const known = results.filter(each => each.kind !== 'unknown' && each.kind !== 'imm');
    return known.length ? known : decorated;
  }, values);
}

function runImport(m: Machine, s: Extract<Stmt, { k: 'import' }>): void {
  if (s.star) {
    importModule(m, s.star);
    here(m).stars.push({ module: s.star, line: m.line });
    m.openWriters.push({ cell: m.cell, line: m.line, sort: 'import', may: false });
  }
  for (const { module, name, as } of s.names) {
    const object = importModule(m, module);
    const values =
      name === undefined
        ? [object]
        : [object.fields?.get(`${module}.${name}`)?.[0] ?? library(m, `${module}.${name}`)];
    bind(m, as, values, here(m).tiedImports.has(module) ? 'value' : 'import');
  }
}
