import { nullTranslator } from '@jupyterlab/translation';
import { expect, test } from 'vitest';
import type { PipelineRun } from '../../server/contract/executor.ts';
import type { NotebookSteps, Step } from '../../server/contract/pipelines.ts';
import { directParents, stepRows } from './step-rows.ts';

const trans = nullTranslator.load('stepladder');

const step = (name: string, ...needs: string[]): Step => ({
  name,
  cells: [],
  source: '',
  inputs: [],
  outputs: [],
  params: [],
  sources: {},
  needs
});

const steps = (states: NotebookSteps['states'], ...list: Step[]): NotebookSteps => ({
  pipeline: {
    name: 'p',
    language: 'python',
    named: true,
    steps: list,
    prelude: [],
    parameters: [],
    edges: [],
    findings: []
  },
  edited: true,
  latest: {
    version: 'v4',
    contentId: 'c',
    commit: 'c',
    message: '',
    time: 0,
    steps: list.length,
    author: 'a',
    semantic: { version: '1.3.0', bump: 'minor', reason: '' },
    tags: []
  },
  states,
  suggestions: {},
  suggestedSteps: {},
  stepVersions: {}
});

const run = (
  state: PipelineRun['state'],
  ...list: [string, PipelineRun['steps'][number]['state']][]
): PipelineRun => ({
  pipelineRunId: 'r',
  pipeline: 'p',
  notebook: '/n.ipynb',
  state,
  params: {},
  startTime: 0,
  steps: list.map(([name, stepState]) => ({
    step: name,
    state: stepState,
    reason: 'why',
    startTime: 10,
    endTime: 35,
    outputs: []
  }))
});

test('lines are drawn to direct parents only', () => {
  const list = [step('load'), step('features', 'load'), step('train', 'load', 'features')];
  expect(directParents(list).get('train')).toEqual(['features']);
});

test('while a pipeline runs, its word counts', () => {
  const rows = stepRows(steps({ a: 'edited' }, step('a')), run('running', ['a', 'waiting']), trans);
  expect(rows[0]).toMatchObject({ mark: 'waiting', word: 'waiting' });
});

test('afterwards an edit counts more than how the last run went', () => {
  const after = run('done', ['a', 'done'], ['b', 'cached']);
  const rows = stepRows(steps({ a: 'edited', b: 'captured' }, step('a'), step('b')), after, trans);
  expect(rows.map(row => row.word)).toEqual(['edited since v4', 'cached']);
  expect(rows.map(row => row.duration)).toEqual([25, undefined]);
});

test('a step that the last run did not reach stands as it is stored', () => {
  const rows = stepRows(
    steps({ a: 'captured' }, step('a')),
    run('failed', ['a', 'skipped']),
    trans
  );
  expect(rows[0]!.mark).toBe('captured');
});
