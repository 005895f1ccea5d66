import { expect, test } from 'vitest';
import type { Pipeline } from '../../server/contract/pipelines.ts';
import { diffLines, diffWithNow } from './now-diff.ts';

test('lines that stay, go and come', () => {
  expect(diffLines('a\nb\nc', 'a\nB\nc\nd')).toEqual([' a', '-b', '+B', ' c', '+d']);
  expect(diffLines('a', 'a')).toEqual([]);
  expect(diffLines('', 'a')).toEqual(['+a']);
  expect(diffLines('a', '')).toEqual(['-a']);
});

const pipeline = (
  steps: Record<string, string>,
  params: Record<string, string> = {}
): Pipeline => ({
  name: 'p',
  language: 'python',
  named: true,
  prelude: [],
  edges: [],
  findings: [],
  steps: Object.entries(steps).map(([name, source]) => ({
    name,
    source,
    cells: [],
    inputs: [],
    outputs: [],
    params: [],
    sources: {},
    needs: []
  })),
  parameters: Object.entries(params).map(([name, source]) => ({
    name,
    source,
    cell: 0,
    type: 'int'
  }))
});

test('steps and params against the notebook now', () => {
  const diff = diffWithNow(
    'v4',
    pipeline({ load: 'a', old: 'x' }, { rounds: '150' }),
    pipeline({ load: 'b', fresh: 'y' }, { rounds: '200' }),
    'now'
  );
  expect(diff.steps.map(({ step, change }) => [step, change])).toEqual([
    ['load', 'changed'],
    ['fresh', 'added'],
    ['old', 'removed']
  ]);
  expect(diff.parameters).toEqual([{ name: 'rounds', from: '150', to: '200' }]);
});
