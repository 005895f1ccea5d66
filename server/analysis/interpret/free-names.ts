// Names that code mentions and does not bind itself: what a function may read whenever somebody calls it.
import type { Class, Func, Program } from './ir.ts';

export function freeNames(def: Func | Class): Set<string> {
  const free = new Set<string>();
  walk(def, new Set(), free);
  return free;
}

/** Of all functions and classes that a cell defines. */
export function mentionsOf({ body }: Program): Set<string> {
  const defined = body.filter(each => each.k === 'def' || each.k === 'class');
  return new Set(defined.flatMap(each => [...freeNames(each.def)]));
}

/** Walks the forms generically: a name is free when no function, comprehension or block around it has it. */
function walk(part: unknown, bound: Set<string>, free: Set<string>): void {
  if (typeof part !== 'object' || part === null || part instanceof Set) return;
  if (Array.isArray(part)) {
    for (const each of part) walk(each, bound, free);
    return;
  }
  const node = part as { k?: string; id?: string; locals?: Set<string>; bases?: unknown };
  if (node.k === 'name' && node.id !== undefined && !bound.has(node.id)) free.add(node.id);
  // The names of a class body are not those of its methods.
  const inner = node.locals && !node.bases ? new Set([...bound, ...node.locals]) : bound;
  for (const each of Object.values(node)) walk(each, inner, free);
}
