import { expect, test } from 'vitest';
import { keyOf, reasonToRun, type StepParts } from './step-parts.ts';

const parts: StepParts = {
  code: 'c1',
  shared: { area: 's1' },
  params: { rounds: '100' },
  inputs: { flights: { digest: 'd1', from: 'load_flights' } },
  state: [],
  environment: 'e1',
  folder: '/notebooks',
  outputs: ['model']
};
const past = { parts, failed: false };

test.each<[Partial<StepParts>, string]>([
  [{ code: 'c2' }, 'Its code changed'],
  [{ shared: { area: 's2' } }, 'The code of area changed'],
  [{ params: { rounds: '200' } }, 'Param rounds changed: 100 → 200'],
  [
    { inputs: { flights: { digest: 'd2', from: 'load_flights' } } },
    'Input flights changed (from load_flights)'
  ],
  [{ environment: 'e2' }, 'The packages of its environment changed'],
  [{ folder: '/else' }, 'The notebook moved to another folder'],
  [{ outputs: ['model', 'x'] }, 'It hands on other values']
])('%j means another key, and says: %s', (change, reason) => {
  const now = { ...parts, ...change };
  expect(keyOf(now)).not.toBe(keyOf(parts));
  expect(reasonToRun(now, past, undefined)).toBe(reason);
});

test('without a change of what it is made from, the reason lies outside', () => {
  expect(reasonToRun(parts, undefined, undefined)).toBe('Never run before');
  expect(reasonToRun(parts, { parts, failed: true }, undefined)).toBe('It failed the last time');
  expect(reasonToRun(parts, past, { kind: 'reads', path: '/notebooks/data.csv' })).toBe(
    'File data.csv changed'
  );
  expect(reasonToRun(parts, past, undefined)).toBe('Its stored values are gone');
});

test('the step that an input comes from is no part of the key: a renamed step runs nothing again', () => {
  const renamed = { ...parts, inputs: { flights: { digest: 'd1', from: 'load' } } };
  expect(keyOf(renamed)).toBe(keyOf(parts));
});
