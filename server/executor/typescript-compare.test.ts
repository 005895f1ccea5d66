import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { expect, test } from 'vitest';
import { compare, compareWithRuns } from './typescript-compare.ts';
import { type Likeness, portray } from './typescript-portrait.ts';
import { writeValues } from './typescript-values.ts';

/** As the kernel has stored it. */
const stored = (value: unknown) => deserialize(serialize(portray(value))) as Likeness;
const held = (pipeline: unknown, notebook: unknown) => compare(portray(pipeline), stored(notebook));

class Point {
  x: number;
  constructor(x: number) {
    this.x = x;
  }
  get double(): number {
    throw new Error('nobody asks a getter');
  }
}

function ring(name: string) {
  const one: Record<string, unknown> = { name: 'one' };
  one['next'] = { name, next: one };
  return one;
}

test.each<[string, () => unknown]>([
  ['a number', () => 1],
  ['what is no number', () => NaN],
  ['a large number', () => 10n ** 30n],
  ['nothing', () => undefined],
  ['rows', () => [{ name: 'a', at: new Date(0), tags: new Set(['x']) }, null]],
  [
    'a map with keys of any kind',
    () =>
      new Map<unknown, unknown>([
        [{ a: 1 }, /x/g],
        ['b', 2]
      ])
  ],
  ['numbers in a buffer', () => Float64Array.of(1, NaN, 3)],
  ['bytes', () => Buffer.from('bytes')],
  ['an object of a class', () => new Point(3)],
  ['an error', () => new RangeError('too far', { cause: { at: 3 } })],
  ['functions and symbols', () => [() => 1, Symbol('s'), Math]],
  ['what holds itself', () => ring('two')],
  ['a long chain', () => Array.from({ length: 300 }).reduce<unknown>(next => ({ next }), null)]
])('%s is equal to itself', (_, make) => {
  expect(held(make(), make())).toEqual({ verdict: 'equal' });
});

test.each<[unknown, unknown, object]>([
  [1, 2, { pipeline: '1', notebook: '2' }],
  [1, '1', { pipeline: '1', notebook: '"1"' }],
  [
    { rows: [{ price: 2 }, { price: 3 }] },
    { rows: [{ price: 2 }, { price: 4 }] },
    { place: 'rows[1].price', pipeline: '3', notebook: '4' }
  ],
  [{ 'unit price': 1 }, { 'unit price': 2 }, { place: '["unit price"]' }],
  [[1, 2], [1, 2, 3], { place: 'value.length', pipeline: '2', notebook: '3' }],
  [{ a: { b: 1 } }, { a: { c: 1 } }, { place: 'keys of .a', pipeline: '"b"', notebook: '"c"' }],
  [new Map([['a', [1]]]), new Map([['a', [2]]]), { place: 'get("a")[0]' }],
  [new Map([[1, 1]]), new Map([[2, 1]]), { place: 'key 1', pipeline: '1', notebook: '2' }],
  [new Set([1, 2]), new Set([1, 3]), { place: '[1]' }],
  [Float32Array.of(1, 2), Float32Array.of(1, 3), { place: '[1]', notebook: '3' }],
  [new Date(0), new Date(1), { notebook: 'Date 1970-01-01T00:00:00.001Z' }],
  [new Point(1), new Point(2), { place: 'x' }],
  [new Point(1), { x: 1 }, { pipeline: '"Point"', notebook: '"Object"' }],
  [new Error('one'), new Error('two'), { place: 'message' }],
  [() => 1, 1, { pipeline: 'function', notebook: '1' }],
  [ring('two'), ring('three'), { place: 'next.name', pipeline: '"two"', notebook: '"three"' }]
])('%o is not %o', (pipeline, notebook, difference) => {
  expect(held(pipeline, notebook)).toMatchObject({ verdict: 'different', ...difference });
});

test('numbers that differ by rounding are close', () => {
  expect(held([0.1 + 0.2, 1], [0.3, 1])).toEqual({ verdict: 'close' });
});

test('what differs between two runs of the notebook is volatile; what is as in one of them is not', () => {
  const folder = mkdtempSync(join(tmpdir(), 'compare-test-'));
  try {
    mkdirSync(join(folder, 'partial'));
    const ran = (value: unknown) =>
      writeValues({ x: portray(value) }, new Set(['x']), folder)['x']!;
    const against = (value: unknown, ...runs: unknown[]) =>
      compareWithRuns(value, 'x', runs.map(ran), folder);
    expect(against([3], [1], [2])).toEqual({ verdict: 'volatile' });
    expect(against([2], [1], [2])).toEqual({ verdict: 'equal' });
    expect(against([3], [1], [1])).toMatchObject({ verdict: 'different', place: '[0]' });
    expect(compareWithRuns(1, 'x', ['00'.repeat(32)], folder)).toEqual({ verdict: 'unknown' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
