// What a value of a TypeScript notebook is, as plain data: so that it can be held against the same value of another process,
// whatever classes, functions and cycles are in it.

type Primitive = string | number | bigint | boolean | null | undefined;
export type Likeness = Primitive | Portrait;

export interface Portrait {
  /** Name of the class; `function`, `symbol`. */
  kind: string;
  /** What there is to say of it in one word: a date, a pattern. */
  text?: string;
  /** Of binary data and arrays of numbers. */
  data?: ArrayBufferView;
  /** Of an object its own, of a map whatever they are. */
  keys?: Likeness[];
  items?: Likeness[];
}

/**
 * Nothing of the user's runs: getters are not asked. Also sent to kernels as text, so it uses nothing from outside itself.
 * @throws RangeError when there is more in it than anybody wants to compare
 */
export function portray(value: unknown): Likeness {
  const MOST = 1_000_000;
  let count = 0;
  const known = new Map<object, Portrait>();
  const waiting: [object, Portrait][] = [];

  const kindOf = (of: object): string => {
    const prototype = Object.getPrototypeOf(of) as { constructor?: { name?: unknown } } | null;
    const name = prototype?.constructor?.name;
    return typeof name === 'string' && name !== '' ? name : 'Object';
  };

  const draw = (of: unknown): Likeness => {
    if (++count > MOST) throw new RangeError('too large to be compared');
    if (typeof of === 'symbol') return { kind: 'symbol', text: String(of) };
    if (typeof of === 'function') return { kind: 'function' };
    if (typeof of !== 'object' || of === null) return of as Primitive;
    let drawn = known.get(of);
    if (!drawn) {
      known.set(of, (drawn = { kind: kindOf(of) }));
      waiting.push([of, drawn]);
    }
    return drawn;
  };

  const drawFields = (of: object, drawn: Portrait, names: string[]): void => {
    drawn.keys = names;
    drawn.items = names.map(name => {
      const field = Object.getOwnPropertyDescriptor(of, name);
      return field && 'value' in field ? draw(field.value) : { kind: 'accessor' };
    });
  };

  const fill = (of: object, drawn: Portrait): void => {
    if (ArrayBuffer.isView(of)) drawn.data = of;
    else if (of instanceof ArrayBuffer || of instanceof SharedArrayBuffer)
      drawn.data = new Uint8Array(of);
    else if (Array.isArray(of)) drawn.items = Array.from(of as unknown[], draw);
    else if (of instanceof Map) {
      drawn.keys = Array.from(of.keys(), draw);
      drawn.items = Array.from(of.values(), draw);
    } else if (of instanceof Set) drawn.items = Array.from(of as Set<unknown>, draw);
    else if (of instanceof Date)
      drawn.text = Number.isNaN(of.getTime()) ? String(of) : of.toISOString();
    else if (of instanceof RegExp) drawn.text = String(of);
    else if (of instanceof String || of instanceof Number || of instanceof Boolean)
      drawn.text = String(of.valueOf());
    else if (of instanceof Error)
      drawFields(
        of,
        drawn,
        ['message', 'cause', ...Object.keys(of)].filter(name => name in of)
      );
    else drawFields(of, drawn, Object.keys(of));
  };

  const whole = draw(value);
  for (const [of, drawn] of waiting) fill(of, drawn);
  return whole;
}
