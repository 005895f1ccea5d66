import { expect, test } from 'vitest';
import type { Endpoint } from '../contract/deployments.ts';
import type { PipelineRun } from '../contract/executor.ts';
import type { ModelDetail } from '../contract/registry.ts';
import type { Facts } from './facts.ts';
import { judge } from './service.ts';

const nothing: Facts = {
  recorded: { runs: 0, notebooks: 0, newest: undefined, withModel: undefined },
  pipelineRuns: [],
  captured: undefined,
  exports: [],
  models: [],
  endpoints: []
};

const recorded = {
  runs: 1,
  notebooks: 1,
  newest: { runId: 'r1', notebook: '/notebooks/flights.ipynb' },
  withModel: undefined
};
const version = {
  model: 'delays',
  version: '3',
  createdTime: 5,
  aliases: ['champion'],
  metrics: {},
  params: {}
};
const model: ModelDetail = {
  name: 'delays',
  latest: version,
  champion: version,
  versions: 1,
  all: [version],
  moves: [{ alias: 'champion', to: '3', time: 6, undone: false }]
};
const endpoint = {
  name: 'delays',
  model: 'delays',
  alias: 'champion',
  version: '3',
  state: 'ready',
  url: 'http://127.0.0.1:1',
  requests: 1
} as Endpoint;
const pipelineRun = {
  pipelineRunId: 'p1',
  pipeline: 'flights',
  state: 'done',
  runId: 'r2',
  steps: [{ state: 'done' }, { state: 'cached' }]
} as PipelineRun;

const reached = (facts: Facts) =>
  judge(facts)
    .rungs.filter(rung => rung.reached)
    .map(({ id }) => id);

test('nothing stored: no level, and the first step is to run a notebook', () => {
  const report = judge(nothing);
  expect(report.level).toBe(-1);
  expect(reached(nothing)).toEqual([]);
  expect(report.next).toMatchObject({ rung: 'L0.1', command: 'npm start' });
});

test('a model that a run has logged is what to register', () => {
  const { next } = judge({ ...nothing, recorded: { ...recorded, withModel: 'r7' } });
  expect(next).toMatchObject({ rung: 'L0.2a', command: 'stepladder register NAME r7' });
});

test('level 0: recorded, registered, deployed; each with its evidence', () => {
  const facts = {
    ...nothing,
    recorded,
    models: [{ ...model, moves: [] }],
    endpoints: [{ ...endpoint, alias: undefined }]
  };
  const report = judge(facts);
  expect(report.level).toBe(0);
  expect(report.rungs.slice(0, 3).map(({ evidence }) => evidence?.text)).toEqual([
    '1 run of 1 notebook',
    '1 model, 1 version; the newest is delays v3',
    'delays serves delays v3'
  ]);
  expect(report.rungs[2]!.evidence?.link).toEqual({ kind: 'endpoint', id: 'delays' });
  expect(report.next).toMatchObject({
    rung: 'L1.1',
    command: 'stepladder run /notebooks/flights.ipynb'
  });
});

test('a model without a champion is promoted before it is deployed', () => {
  const unpromoted: ModelDetail = { ...model, champion: undefined };
  const { next } = judge({ ...nothing, recorded, models: [unpromoted] });
  expect(next).toMatchObject({ rung: 'L0.2b', command: 'stepladder promote delays 3' });
});

test('everything that can be done: still level 0, since level 1 has rungs that the product lacks', () => {
  const captured = {
    pipelineId: 'x',
    path: '/notebooks/flights.ipynb',
    capturedTime: 1,
    packages: 40,
    latest: {
      version: 'v4',
      contentId: '',
      commit: '0123456789',
      message: '',
      time: 1,
      steps: 2,
      author: 'a',
      semantic: { version: '1.3.0', bump: 'minor' as const, reason: '' },
      tags: []
    }
  };
  const exports = [
    { notebook: '/notebooks/flights.ipynb', target: 'airflow', time: 1 }
  ] as Facts['exports'];
  const facts = {
    recorded,
    pipelineRuns: [pipelineRun],
    captured,
    exports,
    models: [model],
    endpoints: [endpoint]
  };
  const report = judge(facts);
  expect(reached(facts)).toEqual([
    'L0.1',
    'L0.2a',
    'L0.2b',
    'L1.1',
    'L1.2',
    'L1.3',
    'L1.4',
    'L1.6',
    'L1.9'
  ]);
  expect(report.level).toBe(0);
  expect(report.next).toBeUndefined();
  expect(report.rungs.find(({ id }) => id === 'L1.1')?.evidence?.text).toBe(
    'flights: 2 steps done, 1 of them unchanged'
  );
});

test('an endpoint that was stopped was deployed, but serves nothing', () => {
  const stopped = [{ ...endpoint, state: 'stopped' as const }];
  expect(reached({ ...nothing, endpoints: stopped })).toEqual(['L0.2b']);
});
