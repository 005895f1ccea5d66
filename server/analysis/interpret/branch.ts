// Ways that a program may take: each is tried from the same state, then joined.
import { setBinding, type Machine } from './machine.ts';
import { union, type Binding, type Scope, type Writer } from './objects.ts';

/**
 * Runs alternatives, each from the state before, and leaves the state that holds whichever was taken.
 * @param asked by a condition of the author's, not because something may fail
 */
export function branch(m: Machine, ways: (() => void)[], asked = false): void {
  const outcomes: Map<Scope, Map<string, Binding | undefined>>[] = [];
  const before = new Map<Scope, Map<string, Binding | undefined>>();
  const deadBefore = m.dead;
  let alive = 0;
  m.maybe += 1;
  for (const way of ways) {
    const log = new Map<Scope, Map<string, Binding | undefined>>();
    m.undo.push(log);
    m.dead = deadBefore;
    way();
    m.undo.pop();
    const outcome = new Map<Scope, Map<string, Binding | undefined>>();
    for (const [scope, changes] of log) {
      const after = new Map<string, Binding | undefined>();
      for (const [name, old] of changes) {
        after.set(name, scope.vars.get(name));
        const known = before.get(scope) ?? new Map<string, Binding | undefined>();
        before.set(scope, known.set(name, old));
        if (old) scope.vars.set(name, old);
        else scope.vars.delete(name);
      }
      outcome.set(scope, after);
    }
    if (!m.dead) alive += 1;
    if (!m.dead || ways.length === 1) outcomes.push(outcome);
  }
  m.maybe -= 1;
  m.dead = deadBefore || (alive === 0 && ways.length > 1);
  for (const [scope, changes] of before)
    for (const [name, old] of changes) {
      const ends = outcomes.map(outcome =>
        outcome.get(scope)?.has(name) ? outcome.get(scope)?.get(name) : old
      );
      const joined = joinBindings(ends, asked);
      if (joined) setBinding(m, scope, name, joined);
    }
  m.clock += 1;
}

function joinBindings(ends: (Binding | undefined)[], asked: boolean): Binding | undefined {
  const real = ends.filter(end => end !== undefined);
  const [first] = real;
  if (!first) return undefined;
  const sure = ends.length === real.length;
  if (real.every(end => end === first)) return sure || !asked ? first : onCondition(first);
  const writers = new Map<number, Writer>();
  for (const end of real)
    for (const [cell, { line, may, asked: before }] of end.writers) {
      const everywhere = sure && real.every(other => other.writers.has(cell));
      writers.set(cell, { line, may: may || !everywhere, asked: before || (asked && !everywhere) });
    }
  return {
    values: union(...real.map(end => end.values)),
    writers,
    sort: real.every(end => end.sort === first.sort) ? first.sort : 'value',
    absent: real.some(end => end.absent)
  };
}

/** Written in some of the ways, and nowhere before: whoever needs it needs this writer, and hopes that it did. */
function onCondition(binding: Binding): Binding {
  const writers = [...binding.writers].map(([cell, at]) => [cell, { ...at, asked: true }] as const);
  return { ...binding, writers: new Map(writers) };
}
