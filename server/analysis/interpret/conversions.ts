// Objects that become text or a number where nobody calls anything: `${total}`, `f'{total}'`, `price * 2`.
import { findMember } from './access.ts';
import { callFunction } from './calls.ts';
import type { Machine } from './machine.ts';
import type { Values } from './objects.ts';

const METHODS = {
  typescript: { text: ['toString', 'valueOf'], number: ['valueOf', 'toString'] },
  python: { text: ['__format__', '__str__', '__repr__'], number: [] }
} as const;

/** The notebook's own method that the language calls by itself; most objects have none. */
export function convert(m: Machine, values: Values, into: 'text' | 'number'): void {
  for (const object of values) {
    if (object.kind !== 'instance') continue;
    const found = METHODS[m.dialect.language][into]
      .map(name => findMember(object.classes ?? [], name))
      .find(each => each !== undefined);
    for (const method of found?.values ?? []) callFunction(m, method, [], object, found?.within);
  }
}
