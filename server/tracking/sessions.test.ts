import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTrackingFixture, type TrackingFixture } from './tracking-fixture.ts';

let house: TrackingFixture;
beforeEach(async () => {
  house = await createTrackingFixture();
});
afterEach(() => house.close());

const started = (executionId: string, source = executionId, more = {}) =>
  ({ type: 'cell-started', executionId, source, ...more }) as const;
const ended = (
  executionId: string,
  state: 'ok' | 'error' | 'interrupted' | 'aborted' = 'ok',
  more = {}
) => ({ type: 'cell-ended', executionId, state, ...more }) as const;

const detail = async (runId: string | undefined) => house.tracking.getRun({ runId: runId! });
const runsOf = async () =>
  (await house.tracking.listRuns({ limit: 100, notebook: 'notebook.ipynb' })).items;

describe('a run begins and ends', () => {
  test('with the first cell, named, in an experiment of the notebook, with tags that say whence', async () => {
    const { runId } = await house.say('hook', [{ type: 'session-started' }, started('e1')], {
      kernel: { language: 'python', version: '3.11.7' }
    });
    const run = await detail(runId);
    expect(run).toMatchObject({
      experiment: 'notebook',
      state: 'running',
      notebook: join(house.folder, 'notebook.ipynb'),
      sessionId: 'kernel-1',
      cells: [{ executionId: 'e1', state: 'running', source: 'e1' }]
    });
    expect(run.name).toMatch(/^\w+-\w+-\d+$/);
    expect(run.tags).toMatchObject({
      'stepladder.notebook': join(house.folder, 'notebook.ipynb'),
      'mlflow.source.type': 'NOTEBOOK',
      'stepladder.kernel': 'python 3.11.7'
    });
  });

  test('after rest it is finished, at the end of its last cell; the next cell runs it on', async () => {
    const { runId, events } = await house.say('hook', [started('e1'), ended('e1')]);
    await house.wait(1);
    expect((await detail(runId)).state).toBe('running');
    await house.wait(2);
    expect(await detail(runId)).toMatchObject({ state: 'finished', endTime: events[1]!.time });
    expect(house.events).toContainEqual(expect.objectContaining({ type: 'run-changed', runId }));
    await house.say('hook', [started('e2')]);
    await house.wait(10);
    expect((await detail(runId)).state).toBe('running');
    expect((await detail(runId)).endTime).toBeUndefined();
  });

  test('an error fails it, a later good cell heals it', async () => {
    const error = { name: 'ValueError', value: 'no' };
    const { runId } = await house.say('hook', [started('e1'), ended('e1', 'error', { error })]);
    expect(await detail(runId)).toMatchObject({
      state: 'failed',
      cells: [{ state: 'error', error }]
    });
    await house.wait(5);
    expect((await detail(runId)).state).toBe('failed');
    await house.say('hook', [started('e2'), ended('e2')]);
    await house.wait(3);
    expect((await detail(runId)).state).toBe('finished');
  });

  test('the first cell again begins the next', async () => {
    const first = await house.say('hook', [
      started('e1', 'a'),
      ended('e1'),
      started('e2', 'b'),
      ended('e2')
    ]);
    const second = await house.say('hook', [started('e3', 'a')]);
    expect(second.runId).not.toBe(first.runId);
    expect((await detail(first.runId)).state).toBe('finished');
    expect((await runsOf()).map(run => run.runId)).toEqual([second.runId, first.runId]);
  });

  test('a restart of the kernel amid a cell kills it, and its cell is aborted', async () => {
    const { runId } = await house.say('hook', [started('e1')]);
    await house.say('hook', [{ type: 'session-started' }]);
    expect(await detail(runId)).toMatchObject({ state: 'killed', cells: [{ state: 'aborted' }] });
    const next = await house.say('hook', [started('e2')]);
    expect(next.runId).not.toBe(runId);
  });

  test('a silent kernel is lost, one that only held its breath comes back', async () => {
    const { runId } = await house.say('hook', [started('e1')]);
    for (let beat = 0; beat < 6; beat += 1) {
      await house.wait(10);
      await house.say('hook', [{ type: 'heartbeat' }]);
    }
    expect((await detail(runId)).state).toBe('running');
    await house.wait(46);
    expect(await detail(runId)).toMatchObject({ state: 'killed', cells: [{ state: 'aborted' }] });
    await house.say('hook', [{ type: 'heartbeat' }]);
    expect(await detail(runId)).toMatchObject({ state: 'running', cells: [{ state: 'running' }] });
  });

  test('silence of the recorder means nothing: it has no heartbeat', async () => {
    const { runId } = await house.say('recorder', [started('e1')]);
    await house.wait(300);
    expect((await detail(runId)).state).toBe('running');
  });

  test('a server that was down goes on where it was', async () => {
    const { runId } = await house.say('hook', [started('e1'), ended('e1')]);
    await house.restart();
    expect((await house.say('hook', [started('e2')])).runId).toBe(runId);
    await house.restart();
    await house.say('hook', [ended('e2')]);
    await house.wait(3);
    expect((await detail(runId)).state).toBe('finished');
    await house.say('hook', [started('e3')]);
    await house.restart();
    await house.wait(50);
    expect((await detail(runId)).state).toBe('killed');
  });
});

describe('hook and recorder', () => {
  test('meet by the execution: times and errors of the hook, cell and step of the recorder', async () => {
    const recorded = started('e1', 'x', { cellId: 'c1', step: 'load', count: 1 });
    const first = await house.say('recorder', [recorded]);
    const hooked = await house.say('hook', [started('e1', 'x')]);
    await house.say('recorder', [ended('e1', 'ok')]);
    const changes = [{ name: 'df', type: 'DataFrame', shape: '3 × 2' }];
    const over = await house.say('hook', [
      ended('e1', 'error', { error: { name: 'E', value: 'v' }, changes })
    ]);
    await house.say('recorder', [ended('e1', 'ok')]);
    expect(hooked.runId).toBe(first.runId);
    expect((await detail(first.runId)).cells).toEqual([
      {
        executionId: 'e1',
        cellId: 'c1',
        step: 'load',
        count: 1,
        source: 'x',
        state: 'error',
        startTime: hooked.events[0]!.time,
        endTime: over.events[0]!.time,
        error: { name: 'E', value: 'v' },
        changes,
        metrics: []
      }
    ]);
    expect((await detail(first.runId)).state).toBe('failed');
  });

  test('the edited first cell is known by the id that the recorder gave it', async () => {
    const { runId } = await house.say('hook', [
      started('e1', 'a'),
      ended('e1'),
      started('e2', 'b'),
      ended('e2')
    ]);
    await house.say('recorder', [
      started('e1', 'a', { cellId: 'c1' }),
      started('e2', 'b', { cellId: 'c2' })
    ]);
    expect((await house.say('hook', [started('e3', 'edited', { cellId: 'c1' })])).runId).not.toBe(
      runId
    );
  });

  test('the recorder learns whether the kernel has a hook, and a restart takes it along', async () => {
    const hooked = async () =>
      (
        await house.tracking.recordSession({
          sessionId: 'kernel-1',
          source: 'recorder',
          events: []
        })
      ).hooked;
    expect(await hooked()).toBe(false);
    await house.say('hook', [{ type: 'session-started' }]);
    expect(await hooked()).toBe(true);
    await house.say('recorder', [{ type: 'session-started' }]);
    expect(await hooked()).toBe(false);
    await house.say('hook', [{ type: 'heartbeat' }]);
    expect(await hooked()).toBe(true);
    expect(await runsOf()).toEqual([]);
  });

  test('say everything twice without harm', async () => {
    const said = await house.say('hook', [
      started('e1'),
      { type: 'logged', executionId: 'e1', metrics: [{ key: 'm', value: 1, step: 0, time: 5 }] },
      ended('e1')
    ]);
    await house.say('hook', [started('e2')]);
    const again = { sessionId: 'kernel-1', source: 'hook' as const, events: said.events };
    expect(await house.tracking.recordSession(again)).toMatchObject({ accepted: 3 });
    const run = await detail(said.runId);
    expect(run.cells).toHaveLength(2);
    expect(run.metrics).toMatchObject([{ key: 'm', count: 1 }]);
  });

  test('out of order: the end before the start', async () => {
    const { runId } = await house.say('hook', [ended('e1')]);
    await house.say('hook', [started('e1', 'a')]);
    const run = await detail(runId);
    expect(run.cells).toMatchObject([{ executionId: 'e1', source: 'a', state: 'ok' }]);
    await house.wait(3);
    expect((await detail(runId)).state).toBe('finished');
    expect(await runsOf()).toHaveLength(1);
  });
});

describe('logging', () => {
  test('writes to the session’s run, the cell knows its metrics, panels hear of it', async () => {
    const { runId } = await house.say('hook', [
      started('e1'),
      {
        type: 'logged',
        executionId: 'e1',
        params: { depth: '3' },
        tags: { kind: 'test' },
        metrics: [
          { key: 'loss', value: 1, step: 0, time: 1.4 },
          { key: 'loss', value: 'NaN', step: 1, time: 2 },
          { key: 'up', value: 'Infinity', step: 0, time: 2 }
        ]
      }
    ]);
    const run = await detail(runId);
    expect(run.params).toEqual({ depth: '3' });
    expect(run.tags).toMatchObject({ kind: 'test' });
    expect(run.metrics).toMatchObject([
      { key: 'loss', last: 'NaN', step: 1, count: 2, spark: [1] },
      { key: 'up', last: 'Infinity', step: 0, count: 1, spark: [] }
    ]);
    expect(run.cells[0]!.metrics).toEqual(['loss', 'up']);
    expect(house.events).toContainEqual({
      type: 'metrics-logged',
      runId,
      notebook: join(house.folder, 'notebook.ipynb'),
      executionId: 'e1',
      keys: ['loss', 'up']
    });
    const series = await house.tracking.getSeries({ runId: runId!, key: 'loss', points: 100 });
    expect(series.points.map(point => point.value)).toEqual([1, 'NaN']);
  });

  test('before its cell is known, makes the run that the cell joins', async () => {
    const logged = await house.say('api', [{ type: 'logged', params: { a: '1' } }], {
      sessionId: 'kernel-1'
    });
    const cell = await house.say('recorder', [started('e1')]);
    expect(cell.runId).toBe(logged.runId);
  });

  test('a pipeline run is a run of its own, though a kernel has the notebook open', async () => {
    const kernel = await house.say('hook', [started('e1')]);
    const pipeline = { sessionId: 'pipeline-1' };
    const logged = await house.say('executor', [{ type: 'logged', params: { a: '1' } }], pipeline);
    expect(logged.runId).toBeDefined();
    expect(logged.runId).not.toBe(kernel.runId);
    const other = await house.say('api', [{ type: 'logged', params: { b: '2' } }], {
      sessionId: 'process-8'
    });
    expect(other.runId).toBe(kernel.runId);
  });

  test('a TypeScript notebook: the process that logs is not the kernel that the recorder knows', async () => {
    const early = await house.say('api', [{ type: 'logged', params: { a: '1' } }], {
      sessionId: 'process-9'
    });
    const cell = await house.say('recorder', [started('e1')]);
    expect(cell.runId).toBe(early.runId);
    const later = await house.say('api', [{ type: 'logged', params: { b: '2' } }], {
      sessionId: 'process-9'
    });
    expect(later.runId).toBe(early.runId);
    const asked = await house.tracking.getSessionRun({
      sessionId: 'process-9',
      notebook: 'notebook.ipynb'
    });
    expect(asked.runId).toBe(early.runId);
    expect((await detail(early.runId)).params).toEqual({ a: '1', b: '2' });
    expect(await runsOf()).toHaveLength(1);
    await house.say('api', [{ type: 'session-ended' }], { sessionId: 'process-9' });
    expect((await detail(early.runId)).state).toBe('running');
  });
});

describe('MLflow’s own client in the notebook', () => {
  const create = (more = {}, session: string | undefined = 'kernel-1') =>
    house.tracking.mlflow.runs.create(
      { experiment_id: '0', user_id: 'me', tags: [], ...more },
      session
    );

  test('its first run is the automatic one; the next is a run of its own, marked with the notebook', async () => {
    const { runId } = await house.say('hook', [started('e1')]);
    const { run } = await create({ run_name: 'mine', tags: [{ key: 'k', value: 'v' }] });
    expect(run.info).toMatchObject({ run_id: runId, run_name: 'mine', experiment_id: '0' });
    expect((await detail(runId)).tags).toMatchObject({ k: 'v', 'mlflow.runName': 'mine' });
    const second = await create();
    expect(second.run.info.run_id).not.toBe(runId);
    expect((await detail(second.run.info.run_id)).notebook).toBe(
      join(house.folder, 'notebook.ipynb')
    );
    expect((await detail(second.run.info.run_id)).cells).toMatchObject([{ executionId: 'e1' }]);
  });

  test('a model logged without a run is laid to the run of its session', async () => {
    const { runId } = await house.say('hook', [started('e1')]);
    const { loggedModels } = house.tracking.mlflow;
    const given = { experiment_id: '0', name: 'model', model_type: '', params: [], tags: [] };
    const { model } = await loggedModels.create(given, 'kernel-1');
    expect(model.info.source_run_id).toBe(runId);
    expect((await detail(runId)).models).toMatchObject([{ name: 'model' }]);
  });

  test('a child run is never the automatic one', async () => {
    const { runId } = await house.say('hook', [started('e1')]);
    const { run } = await create({ tags: [{ key: 'mlflow.parentRunId', value: runId! }] });
    expect(run.info.run_id).not.toBe(runId);
  });

  test('may be faster than the hook: there is one run all the same, and it learns its notebook', async () => {
    const { run } = await create();
    const { runId } = await house.say('hook', [
      { type: 'session-started', time: 1 },
      started('e1')
    ]);
    expect(runId).toBe(run.info.run_id);
    expect((await detail(runId)).notebook).toBe(join(house.folder, 'notebook.ipynb'));
    expect(await runsOf()).toHaveLength(1);
  });

  test('ends its run for good: cells after it neither reopen nor close it', async () => {
    const { runId } = await house.say('hook', [started('e1')]);
    await create();
    await house.tracking.mlflow.runs.update({ run_id: runId!, status: 'FAILED', end_time: 42 });
    await house.say('hook', [ended('e1'), started('e2'), ended('e2')]);
    await house.wait(3);
    expect(await detail(runId)).toMatchObject({ state: 'failed', endTime: 42 });
  });

  test('its metrics are laid to the cell that runs', async () => {
    const { runId } = await house.say('hook', [started('e1')]);
    const metric = { key: 'm', value: 1, timestamp: 1, step: 0 };
    await house.tracking.mlflow.runs.logMetric({ run_id: runId!, ...metric }, 'kernel-1');
    expect((await detail(runId)).cells[0]!.metrics).toEqual(['m']);
    expect(house.events.at(-1)).toMatchObject({
      type: 'metrics-logged',
      executionId: 'e1',
      keys: ['m']
    });
  });
});

test('another server of the same database does not give up a session that this one hears', async () => {
  const { runId } = await house.say('hook', [started('e1')]);
  const other = await house.startAnother();
  for (let beat = 0; beat < 12; beat += 1) {
    await house.wait(10);
    await house.say('hook', [{ type: 'heartbeat' }]);
  }
  expect(await detail(runId)).toMatchObject({ state: 'running' });
  await other.close();
});

test('what is recorded is counted: runs of notebooks, the newest of them, and who logged a model', async () => {
  const { mlflow } = house.tracking;
  expect(await house.tracking.readRecorded()).toEqual({
    runs: 0,
    notebooks: 0,
    newest: undefined,
    withModel: undefined
  });
  // A run that no notebook made does not show that notebooks are recorded.
  const { run } = await mlflow.runs.create(
    { experiment_id: '0', user_id: '', tags: [], start_time: 1 },
    undefined
  );
  await mlflow.loggedModels.create(
    { experiment_id: '0', source_run_id: run.info.run_id, model_type: '', tags: [], params: [] },
    undefined
  );
  await house.say('hook', [started('e1')]);
  const { runId } = await house.say('hook', [started('e2')], { sessionId: 'kernel-2' });
  expect(await house.tracking.readRecorded()).toEqual({
    runs: 2,
    notebooks: 1,
    newest: { runId, notebook: join(house.folder, 'notebook.ipynb') },
    withModel: run.info.run_id
  });
});
