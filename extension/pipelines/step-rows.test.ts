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

test('a step that was skipped behind a failed one says so; one that was never reached stands as it is stored', () => {
  const list = [step('a'), step('b')];
  const states = { a: 'captured', b: 'captured' } as const;
  const ended = run('failed', ['a', 'skipped'], ['b', 'waiting']);
  const rows = stepRows(steps(states, ...list), ended, trans);
  expect(rows.map(({ mark, word }) => [mark, word])).toEqual([
    ['skipped', 'skipped'],
    ['captured', '']
  ]);
});

test('what the kernel holds counts more than what is stored, with its reason', () => {
  const reason = 'Cell 1, which gives x, was edited since it ran.';
  const rows = stepRows(
    steps({ a: 'captured', b: 'captured' }, step('a'), step('b')),
    run('done', ['a', 'done'], ['b', 'done']),
    trans,
    { a: { state: 'edited', reason: 'Edited since it ran.' }, b: { state: 'upstream', reason } }
  );
  expect(rows.map(({ word, reason }) => [word, reason])).toEqual([
    ['edited since it ran', 'Edited since it ran.'],
    ['upstream changed', reason]
  ]);
});
