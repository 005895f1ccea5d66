import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PipelineRun } from '../contract/executor.ts';
import type { Database } from '../database/open.ts';
import { openTestDatabase } from '../database/test-database.ts';
import { createEventBus } from '../events/bus.ts';
import { createFileDigester } from './file-digests.ts';
import { died, type Job, type JobResult, type Workers } from './job.ts';
import { createLiveRun } from './live-run.ts';
import type { StepPlan } from './plan.ts';
import { runRow, stepRow } from './rows.ts';
import { runSteps } from './run-steps.ts';
import { createExecutorStore } from './store.ts';

let database: Database;
beforeEach(async () => void (database = await openTestDatabase()));
afterEach(() => database.close());

/** Workers whose steps end when the test says so. */
function createFakeWorkers() {
  const settle = new Map<string, (result: JobResult) => void>();
  const started: string[] = [];
  let heard: (() => void) | undefined;
  const workers: Workers = {
    start(job: Job) {
      started.push(job.step);
      heard?.();
      const ended = new Promise<JobResult>(resolve => settle.set(job.step, resolve));
      return { ended, kill: () => settle.get(job.step)!(died('SIGTERM')) };
    },
    close: () => {}
  };
  return {
    workers,
    started,
    async until(count: number) {
      while (started.length < count) await new Promise<void>(resolve => (heard = resolve));
    },
    end: (step: string, error?: string) =>
      settle.get(step)!(
        error === undefined
          ? { outputs: [], state: null, files: { reads: [], writes: [], listings: [] } }
          : { error: { name: 'ValueError', value: error } }
      )
  };
}

function plan(name: string, needs: string[] = []): StepPlan {
  return {
    step: {
      name,
      cells: [0],
      source: name,
      inputs: [],
      outputs: [],
      params: [],
      sources: {},
      needs
    },
    job: {
      step: name,
      shared: [],
      definitions: {},
      cells: [],
      carries: false,
      outputs: [],
      users: {}
    },
    known: { code: name, shared: {}, params: {}, environment: 'e', folder: '/', outputs: [] },
    stateFrom: []
  };
}

async function start(plans: StepPlan[], { jobs = 8, id = 'run' } = {}) {
  const store = createExecutorStore(database);
  const run: PipelineRun = {
    pipelineRunId: id,
    pipeline: 'a',
    notebook: '/a.ipynb',
    state: 'running',
    params: {},
    startTime: 0,
    steps: plans.map(({ step }) => ({ step: step.name, state: 'waiting', reason: '', outputs: [] }))
  };
  await store.addRun(
    runRow(run),
    run.steps.map((step, at) => stepRow(id, at, step))
  );
  const fake = createFakeWorkers();
  const cancel = new AbortController();
  const live = createLiveRun(run, store, createEventBus());
  const ended = runSteps({
    live,
    plans,
    workers: fake.workers,
    store,
    digester: createFileDigester(store),
    clock: () => 1,
    values: '/nowhere',
    variables: async () => ({}),
    past: new Map(),
    jobs,
    fresh: false,
    cancelled: cancel.signal,
    onStep: () => {}
  }).then(() => live.flush());
  const states = () => Object.fromEntries(run.steps.map(({ step, state }) => [step, state]));
  return { ...fake, ended, cancel, states, run, store };
}

test('independent steps run at once, dependent ones after what they need', async () => {
  const { until, started, end, ended, states } = await start([
    plan('a'),
    plan('b'),
    plan('c', ['a', 'b'])
  ]);
  await until(2);
  expect(started).toEqual(['a', 'b']);
  end('a');
  end('b');
  await until(3);
  end('c');
  await ended;
  expect(states()).toEqual({ a: 'done', b: 'done', c: 'done' });
});

test('no more steps at a time than asked for', async () => {
  const { until, started, end, ended } = await start([plan('a'), plan('b')], { jobs: 1 });
  await until(1);
  expect(started).toEqual(['a']);
  end('a');
  await until(2);
  end('b');
  await ended;
});

test('what needs a failed step is skipped and says so, the rest goes on', async () => {
  const { until, end, ended, states, run } = await start([
    plan('a'),
    plan('b', ['a']),
    plan('c', ['b']),
    plan('d')
  ]);
  await until(2);
  end('a', 'bad');
  end('d');
  await ended;
  expect(states()).toEqual({ a: 'failed', b: 'skipped', c: 'skipped', d: 'done' });
  expect(run.steps[0]!.error).toEqual({ name: 'ValueError', value: 'bad' });
  expect(run.steps[2]!.reason).toBe('It needs b, which did not end well');
});

test('a cancelled run ends what runs and begins nothing more', async () => {
  const { until, ended, cancel, states } = await start([plan('a'), plan('b', ['a'])]);
  await until(1);
  cancel.abort();
  await ended;
  expect(states()).toEqual({ a: 'cancelled', b: 'cancelled' });
});

test('what is done is not done again, what failed is', async () => {
  const first = await start([plan('a'), plan('b', ['a'])]);
  await first.until(1);
  first.end('a');
  await first.until(2);
  first.end('b', 'bad');
  await first.ended;
  const second = await start([plan('a'), plan('b', ['a'])], { id: 'again' });
  await second.until(1);
  expect(second.started).toEqual(['b']);
  second.end('b');
  await second.ended;
  expect(second.run.steps[0]).toMatchObject({
    state: 'cached',
    reason: 'Nothing it depends on has changed'
  });
});

test('a server that ended leaves failed runs, not running ones', async () => {
  const { until, store } = await start([plan('a'), plan('b', ['a'])]);
  await until(1);
  await store.failInterrupted('{"name":"ServerEnded","value":""}', 5);
  expect(await store.findRun('run')).toMatchObject({ state: 'failed', end_time: 5 });
  expect((await store.stepsOf(['run'])).map(({ state }) => state)).toEqual(['failed', 'skipped']);
});
