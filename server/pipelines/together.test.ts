import { expect, test } from 'vitest';
import type { Edge } from '../contract/analysis.ts';
import { joinSteps } from './together.ts';

const steps = (count: number) =>
  Array.from({ length: count }, (_, cell) => ({ name: `s${cell}`, cells: [cell], after: [] }));
const value = (from: number, to: number, name: string): Edge => ({
  from,
  to,
  kind: 'value',
  names: [name],
  certainty: 'must'
});
const cellsOf = (joined: { cells: number[] }[]) => joined.map(({ cells }) => cells);

test('nothing is joined that nobody asked for', () => {
  expect(cellsOf(joinSteps(steps(3), [], [value(0, 2, 'x')]))).toEqual([[0], [1], [2]]);
});

test('what lies on a way from one to the other comes along', () => {
  const edges = [value(0, 1, 'x'), value(1, 2, 'y')];
  expect(cellsOf(joinSteps(steps(4), [[0, 2]], edges))).toEqual([[0, 1, 2], [3]]);
});

test('a reader of the version in between comes along', () => {
  // Cell 1 reads x as cell 0 wrote it; joined with cell 2, the step would hand on only the last x.
  const edges = [value(0, 1, 'x'), value(0, 2, 'x'), value(2, 3, 'x')];
  expect(cellsOf(joinSteps(steps(4), [[0, 2]], edges))).toEqual([[0, 1, 2], [3]]);
});

test('a writer of the version in between comes along', () => {
  const edges = [value(0, 1, 'x'), value(2, 3, 'x')];
  expect(cellsOf(joinSteps(steps(4), [[1, 3]], edges))).toEqual([[0], [1, 2, 3]]);
});

test('each step stands after those that it needs', () => {
  const edges = [value(1, 2, 'y'), value(0, 2, 'x')];
  const joined = joinSteps(steps(3), [[0, 2]], edges);
  expect(joined.map(({ name }) => name)).toEqual(['s1', 's0']);
});

test('order that its author asked for is kept by the new names', () => {
  const asked = steps(3).map(step => (step.name === 's2' ? { ...step, after: ['s1'] } : step));
  expect(joinSteps(asked, [[0, 1]], [])[1]).toMatchObject({ name: 's2', after: ['s0'] });
});
