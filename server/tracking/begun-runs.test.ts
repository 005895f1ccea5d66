// Runs that a logging API begins by hand: how they meet the notebook's automatic run, and how they end.
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SessionEvent } from '../contract/tracking.ts';
import { createTrackingFixture, type TrackingFixture } from './tracking-fixture.ts';

let house: TrackingFixture;
beforeEach(async () => {
  house = await createTrackingFixture();
});
afterEach(() => house.close());

const detail = (runId: string | undefined) => house.tracking.getRun({ runId: runId! });
const facts = (runId: string | undefined) => house.tracking.getRunFacts({ runId: runId! });
const cell = (executionId: string) =>
  ({ type: 'cell-started', executionId, source: executionId, cellId: executionId }) as const;
const begin = (runId: string, more = {}) =>
  ({ type: 'run-started', runId, params: {}, tags: {}, ...more }) as const;
const end = (runId: string, state: 'finished' | 'failed' | 'killed' = 'finished') =>
  ({ type: 'run-ended', runId, state }) as const;
const log = (more: Partial<Extract<SessionEvent, { type: 'logged' }>>) => ({
  type: 'logged' as const,
  ...more
});
const metric = (key: string, step: number) => ({ key, value: step, step, time: house.now });

test('the first goes on in the notebook’s automatic run, a nested and a second one are runs of their own', async () => {
  const { runId } = await house.say('hook', [cell('e1')]);
  const { runs } = await house.say('hook', [
    begin('a1', { name: 'first', params: { depth: '3' } }),
    begin('b2', { parent: 'a1' }),
    log({ runId: 'b2', metrics: [metric('loss', 0)] }),
    end('b2', 'failed'),
    end('a1'),
    begin('c3')
  ]);
  expect(runs).toEqual({ a1: runId, b2: 'b2', c3: 'c3' });
  expect(await detail(runId)).toMatchObject({
    name: 'first',
    state: 'finished',
    params: { depth: '3' },
    metrics: []
  });
  const nested = await detail('b2');
  expect(nested).toMatchObject({ state: 'failed', metrics: [{ key: 'loss' }] });
  expect(nested.tags['mlflow.parentRunId']).toBe(runId);
  expect((await detail('c3')).state).toBe('running');
});

test('told twice it is one run; logging by its key reaches it, without a key the session’s own', async () => {
  const first = await house.say('api', [begin('a1')], {
    sessionId: 'script-1',
    notebook: undefined
  });
  const again = await house.say('api', [begin('a1'), log({ runId: 'a1', params: { x: '1' } })], {
    sessionId: 'script-1',
    notebook: undefined
  });
  expect(first.runs).toEqual({ a1: 'a1' });
  expect(again.runs).toEqual({ a1: 'a1' });
  expect(again.runId).toBe('a1');
  expect((await detail('a1')).params).toEqual({ x: '1' });
});

test('between its cells a run begun by hand goes on running; rest does not end it', async () => {
  const { runId } = await house.say('hook', [
    cell('e1'),
    begin('a1'),
    { type: 'cell-ended', executionId: 'e1', state: 'ok' }
  ]);
  await house.wait(20);
  expect((await detail(runId)).state).toBe('running');
  await house.say('hook', [end('a1')]);
  expect((await detail(runId)).state).toBe('finished');
});

test('a kernel that falls silent kills all its runs, and speaking again revives them', async () => {
  const { runId } = await house.say('hook', [
    cell('e1'),
    begin('a1'),
    begin('b2', { parent: 'a1' })
  ]);
  const ours = async () => [(await detail(runId)).state, (await detail('b2')).state];
  await house.wait(46);
  expect(await ours()).toEqual(['killed', 'killed']);
  await house.say('hook', [{ type: 'heartbeat' }]);
  expect(await ours()).toEqual(['running', 'running']);
  await house.say('hook', [{ type: 'session-started' }]);
  expect(await ours()).toEqual(['killed', 'killed']);
});

test('a script killed -9 while the server was away is killed after it is back; one that lives is not', async () => {
  const script = { sessionId: 'script-1', notebook: undefined, script: '/home/ada/train.py' };
  await house.say('api', [{ type: 'session-started' }, { type: 'heartbeat' }, begin('a1')], script);
  await house.restart();
  for (let beat = 0; beat < 6; beat += 1) {
    await house.wait(10);
    await house.say('api', [{ type: 'heartbeat' }], script);
  }
  expect(await detail('a1')).toMatchObject({ state: 'running', experiment: 'train' });
  await house.restart();
  await house.wait(46);
  expect((await detail('a1')).state).toBe('killed');
  expect((await detail('a1')).tags).toMatchObject({
    'stepladder.source': 'script',
    'mlflow.source.name': '/home/ada/train.py'
  });
});

test('a script that ends by itself ends its runs as finished', async () => {
  const script = { sessionId: 'script-1', notebook: undefined };
  const { runId } = await house.say(
    'api',
    [log({ params: { x: '1' } }), begin('a1'), begin('b2', { parent: 'a1' })],
    script
  );
  await house.wait(5);
  expect((await detail(runId)).state).toBe('running');
  await house.say('api', [{ type: 'session-ended', killed: false }], script);
  expect([(await detail(runId)).state, (await detail('b2')).state]).toEqual([
    'finished',
    'finished'
  ]);
});

test('a run that an MLflow client began has the facts of its session, and its points the cell that ran', async () => {
  const machine = { host: 'box', system: 'Linux 6' };
  await house.say('hook', [{ type: 'surroundings', machine }, cell('e1'), begin('a1')], {
    kernel: { language: 'python' }
  });
  const { runs } = house.tracking.mlflow;
  const session = 'kernel-1';
  const created = [];
  for (let number = 0; number < 2; number += 1) {
    const made = await runs.create({ experiment_id: '0', user_id: '', tags: [] }, session);
    created.push(made.run.info.run_id);
  }
  const run_id = created[1]!;
  for (const step of [3, 4]) {
    await runs.logMetric({ run_id, key: 'loss', value: 1, timestamp: house.now, step }, session);
  }
  expect(await facts(run_id)).toMatchObject({
    machine,
    kernel: { language: 'python' },
    stretches: [{ key: 'loss', executionId: 'e1', firstStep: 3, lastStep: 4, points: 2 }]
  });
});

test('an MLflow client without a run of its own goes on in the innermost run begun by hand', async () => {
  await house.say('hook', [cell('e1'), begin('a1'), begin('b2', { parent: 'a1' })]);
  const create = async () =>
    (
      await house.tracking.mlflow.runs.create(
        { experiment_id: '0', user_id: '', tags: [] },
        'kernel-1'
      )
    ).run.info.run_id;
  expect(await create()).toBe('b2');
  expect(await create()).not.toBe('b2');
});

test('machine, packages, files and stretches of curves are kept with the run', async () => {
  const machine = { host: 'box', system: 'Linux 6', cpus: 2, memory: 1000 };
  const packages = [
    { name: 'scipy', version: '1.2' },
    { name: 'numpy', version: '2.0' }
  ];
  const { runId } = await house.say(
    'hook',
    [
      { type: 'surroundings', machine, packages },
      cell('e1'),
      log({ executionId: 'e1', metrics: [metric('loss', 4), metric('loss', 5)] }),
      log({ executionId: 'e1', metrics: [metric('loss', 2)] }),
      {
        type: 'cell-ended',
        executionId: 'e1',
        state: 'ok',
        count: 7,
        reads: [{ path: join(house.folder, 'a.csv'), bytes: 10, modified: 5 }]
      }
    ],
    { kernel: { language: 'python', version: '3.11.7' } }
  );
  const found = await facts(runId);
  expect(found).toMatchObject({
    machine,
    kernel: { language: 'python', version: '3.11.7' },
    environment: { packages: [packages[1], packages[0]] },
    files: [{ path: join(house.folder, 'a.csv'), bytes: 10, executionId: 'e1' }],
    stretches: [
      {
        key: 'loss',
        executionId: 'e1',
        cellId: 'e1',
        count: 7,
        firstStep: 2,
        lastStep: 5,
        points: 3
      }
    ]
  });
});
