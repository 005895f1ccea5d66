import { expect, test } from 'vitest';
import type { Pipeline, Step } from '../contract/pipelines.ts';
import { compareVersions } from './compare.ts';
import { diffLines } from '../text/line-diff.ts';

const step = (name: string, source: string, change: Partial<Step> = {}): Step => ({
  name,
  cells: [0],
  source,
  inputs: [],
  outputs: [],
  params: [],
  sources: {},
  needs: [],
  ...change
});
const pipeline = (steps: Step[], rounds: string): Pipeline => ({
  name: 'a',
  language: 'python',
  named: true,
  steps,
  prelude: [],
  parameters: [{ name: 'rounds', cell: 0, type: 'int', source: rounds }],
  edges: [],
  findings: []
});

const VERSION = {
  language: 'Python 3.11.7',
  semantic: { version: '1.0.0', bump: 'first', reason: '' } as const,
  datasets: {}
};

test('lines of a difference keep what is common', () => {
  expect(diffLines('a\nb\nc', 'a\nB\nc\nd')).toEqual([' a', '-b', '+B', ' c', '+d']);
  expect(diffLines('a', 'a')).toEqual([]);
});

test('a difference names steps, values, parameters and packages', () => {
  const diff = compareVersions(
    {
      ...VERSION,
      version: 'v1',
      pipeline: pipeline([step('load', 'a'), step('old', 'x')], '1'),
      environment: ['numpy==1.0', 'gone==1']
    },
    {
      ...VERSION,
      version: 'v2',
      pipeline: pipeline([step('load', 'a', { outputs: ['df'] }), step('new', 'y')], '2'),
      environment: ['numpy==2.0', 'fresh==3']
    }
  );
  expect(diff.steps.map(({ step, change }) => [step, change])).toEqual([
    ['load', 'changed'],
    ['new', 'added'],
    ['old', 'removed']
  ]);
  expect(diff.steps[0]!.outputs.added).toEqual(['df']);
  expect(diff.steps[1]!.lines).toEqual(['+y']);
  expect(diff.parameters).toEqual([{ name: 'rounds', from: '1', to: '2' }]);
  expect(diff.environment).toEqual([
    { name: 'fresh', to: '3' },
    { name: 'gone', from: '1' },
    { name: 'numpy', from: '1.0', to: '2.0' }
  ]);
});
