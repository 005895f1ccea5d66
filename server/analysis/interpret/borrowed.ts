// JavaScript's `call`, `apply` and `bind`: a function, or a method of the language's own classes, used on an object of choice.
import { callValues, type Call, type Given } from './calls.ts';
import type { Machine } from './machine.ts';
import type { Obj, Values } from './objects.ts';

const WAYS = new Set(['call', 'apply', 'bind']);
const BORROWED = /\.prototype\.(\w+)$/;

/** @returns nothing where the method is another one */
export function callBorrowed(m: Machine, target: Obj, way: string, call: Call): Values | undefined {
  if (m.dialect.language !== 'typescript' || !WAYS.has(way)) return undefined;
  const [self, ...rest] = call.given;
  const given: Given[] = way === 'apply' ? rest.map(each => ({ ...each, spread: true })) : rest;
  if (way === 'bind')
    return [m.make('partial', { items: [target], given, receiver: self?.values[0] })];
  const plain: Call = { callee: [target], given, isNew: false, discarded: call.discarded };
  const method =
    BORROWED.exec(target.path ?? '')?.[1] ?? (target.func ? undefined : (target.text ?? undefined));
  if (method !== undefined && self)
    return callValues(m, { ...plain, callee: [], receiver: self.values, method });
  return callValues(m, { ...plain, self: self?.values[0] });
}
