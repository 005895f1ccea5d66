// Values put into several targets at once: `a, b = b, a`, `const { rows, limit = 5 } = options`.
import { itemsOf } from './access.ts';
import { assign, evaluate } from './expressions.ts';
import type { Expr, Target } from './ir.ts';
import type { Machine } from './machine.ts';
import { union, type Obj, type Values } from './objects.ts';

type Pattern = Extract<Target, { k: 'pattern' }>;

/** What is written out side by side goes to its own target each. @returns whether that was so */
export function assignInTurn(m: Machine, target: Target | undefined, value: Expr): boolean {
  if (target?.k !== 'pattern' || value.k !== 'make') return false;
  const { parts } = target;
  const plain =
    parts.length === value.parts.length &&
    parts.every(part => !part.rest && part.key === undefined && !part.otherwise) &&
    value.parts.every(part => !part.spread && !part.key);
  if (!plain) return false;
  const values = value.parts.map(part => evaluate(m, part.value));
  parts.forEach((part, at) => assign(m, part.target, values[at] ?? []));
  return true;
}

export function assignPattern(m: Machine, { parts }: Pattern, values: Values): void {
  const items = itemsOf(m, values);
  for (const { key, rest, target, otherwise } of parts) {
    const field = key === undefined ? [] : values.flatMap(each => each.fields?.get(key) ?? []);
    const absent = otherwise && key !== undefined && values.every(each => lacks(each, key));
    const taken = field.length || absent ? field : items.length ? items : [m.make('unknown')];
    const whole = rest ? [m.make(key === undefined ? 'list' : 'object', { items: taken })] : taken;
    assign(m, target, otherwise ? union(whole, evaluate(m, otherwise)) : whole);
  }
}

/** An object that is written out in the source, without that key. */
const lacks = ({ kind, literal, fields }: Obj, key: string) =>
  kind === 'object' && literal === true && !fields?.has(key);
