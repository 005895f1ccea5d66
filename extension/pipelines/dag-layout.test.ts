import { expect, test } from 'vitest';
import { curve, layOutDag, neighbour } from './dag-layout.ts';
import type { StepRow } from './step-rows.ts';

const row = (name: string, ...parents: string[]): StepRow =>
  ({ step: { name }, parents, mark: 'captured', word: '', reason: '' }) as unknown as StepRow;

const rows = [row('load'), row('clean', 'load'), row('plot', 'load'), row('train', 'clean')];

test('steps stand behind those they come from, and none on another', () => {
  const { nodes, edges } = layOutDag(rows, 'LR');
  const at = new Map(nodes.map(node => [node.row.step.name, node]));
  expect(at.get('load')!.x).toBeLessThan(at.get('clean')!.x);
  expect(at.get('clean')!.x).toBeLessThan(at.get('train')!.x);
  expect(Math.abs(at.get('clean')!.y - at.get('plot')!.y)).toBeGreaterThan(40);
  expect(edges.map(({ from, to }) => `${from}-${to}`)).toEqual([
    'load-clean',
    'load-plot',
    'clean-train'
  ]);
});

test('arrow keys go to what lies there', () => {
  const layout = layOutDag(rows, 'LR');
  expect(neighbour(layout, 'clean', 'ArrowRight')).toBe('train');
  expect(neighbour(layout, 'clean', 'ArrowLeft')).toBe('load');
  expect(neighbour(layout, 'load', 'ArrowLeft')).toBeUndefined();
  expect([
    neighbour(layout, 'clean', 'ArrowDown'),
    neighbour(layout, 'clean', 'ArrowUp')
  ]).toContain('plot');
});

test('two hundred steps are laid out in a moment', () => {
  const many = Array.from({ length: 200 }, (_, at) =>
    row(`s${at}`, ...(at > 2 ? [`s${at - 1 - (at % 3)}`] : []))
  );
  const { nodes } = layOutDag(many, 'LR');
  expect(new Set(nodes.map(({ x, y }) => `${x} ${y}`)).size).toBe(200);
});

test('an edge is one path', () => {
  expect(
    curve([
      { x: 0, y: 0 },
      { x: 10, y: 0 }
    ])
  ).toBe('M0 0L10 0');
  expect(curve([])).toBe('');
});
