// Taking over an `mlflow.db` of an old MLflow, broken off and gone on with, into services on a database of their own.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSeal } from '../auth/seal.ts';
import type { ServerEvent } from '../contract/events.ts';
import { createEventBus } from '../events/bus.ts';
import { createRegistryService } from '../registry/service.ts';
import { createTrackingFixture, type TrackingFixture } from '../tracking/tracking-fixture.ts';
import { type Receiver } from './carry-over.ts';
import { carryOver, createTransferService, openSource } from './service.ts';

let house: TrackingFixture;
let folder: string;
let told: ServerEvent[];

beforeEach(async () => {
  house = await createTrackingFixture();
  told = [];
  folder = mkdtempSync(join(tmpdir(), 'stepladder-old-mlflow-'));
});
afterEach(async () => {
  await house.close();
  rmSync(folder, { recursive: true, force: true });
});

/** As MLflow 1.x left it: names of runs in tags, no datasets, no aliases, no logged models. */
function oldDatabase(runs = 3): string {
  const file = join(folder, 'mlflow.db');
  const db = new DatabaseSync(file);
  db.exec(`
    create table experiments (experiment_id integer primary key, name text, artifact_location text, lifecycle_stage text);
    insert into experiments values (0, 'Default', './mlruns/0', 'active'), (7, 'old', './mlruns/7', 'active'), (8, 'gone', '', 'deleted');
    create table runs (run_uuid text primary key, name text, source_type text, source_name text, entry_point_name text,
      user_id text, status text, start_time bigint, end_time bigint, source_version text, lifecycle_stage text,
      artifact_uri text, experiment_id integer);
    create table metrics (key text, value float, timestamp bigint, run_uuid text, step bigint, is_nan boolean);
    create table params (key text, value text, run_uuid text);
    create table tags (key text, value text, run_uuid text);
    create table registered_models (name text primary key, creation_time bigint, last_updated_time bigint, description text);
    insert into registered_models values ('delays', 1, 2, null);
    create table model_versions (name text, version integer, creation_time bigint, last_updated_time bigint, description text,
      user_id text, current_stage text, source text, run_id text, status text, status_message text, run_link text);
    insert into model_versions values
      ('delays', 2, 5, 6, 'good', null, 'Production', './mlruns/7/run0/artifacts/model', 'run0', 'READY', null, null);
  `);
  db.exec('begin');
  for (let index = 0; index < runs; index += 1) {
    const id = `run${index}`;
    db.prepare('insert into runs values (?,?,?,?,?,?,?,?,?,?,?,?,?)').run(
      ...[id, '', 'LOCAL', 'train.py', '', 'ada', 'FINISHED', 1000 + index, null, '', 'active'],
      `./mlruns/7/${id}/artifacts`,
      7
    );
    db.prepare('insert into tags values (?, ?, ?)').run('mlflow.runName', `name ${index}`, id);
    db.prepare('insert into params values (?, ?, ?)').run('depth', String(index), id);
    const point = db.prepare('insert into metrics values (?, ?, ?, ?, ?, ?)');
    for (let step = 0; step < 5; step += 1) point.run('loss', step / 2, 10 + step, id, step, 0);
    point.run('loss', 7, 11, id, 1, 0);
    point.run('odd', 0, 10, id, 0, 1);
    point.run('odd', Number.MAX_VALUE, 11, id, 1, 0);
  }
  db.exec('commit');
  db.close();
  return file;
}

function receiver(): Receiver {
  const { tracking, database } = house;
  const bus = createEventBus(error => {
    throw error;
  });
  bus.subscribe(event => told.push(event));
  const registry = createRegistryService({
    database,
    tracking,
    bus,
    clock: () => 1,
    seal: createSeal(() => 'a key of this test')
  });
  const service = createTransferService({ database, tracking, registry, bus });
  return {
    importBatch: async batch =>
      service.importBatch({
        experiments: [],
        runs: [],
        points: [],
        loggedModels: [],
        registeredModels: [],
        done: [],
        ...batch
      }),
    importState: async asked => service.importState(asked),
    putFile: async () => true
  };
}

const listed = async () => (await house.tracking.listRuns({ limit: 1000 })).items;

test('an old database comes over: names, histories with NaN and infinity, versions with their stage', async () => {
  const source = openSource(oldDatabase());
  const carried = await carryOver(source, receiver());
  source.close();
  expect(carried).toMatchObject({ experiments: 3, runs: 3, points: 24, versions: 1 });
  expect(told).toEqual(
    expect.arrayContaining([
      { type: 'run-changed', runId: 'run0' },
      { type: 'model-changed', model: 'delays' }
    ])
  );
  const runs = await listed();
  expect(runs.map(({ name, experiment }) => [name, experiment])).toEqual([
    ['name 2', 'old'],
    ['name 1', 'old'],
    ['name 0', 'old']
  ]);
  expect(runs[2]).toMatchObject({
    runId: 'run0',
    params: { depth: '0' },
    metrics: [
      { key: 'loss', count: 6, last: 2, step: 4 },
      { key: 'odd', count: 2, last: 'Infinity' }
    ]
  });
});

test('broken off amid it and done again, everything is there once', async () => {
  const file = oldDatabase(250);
  const whole = receiver();
  let calls = 0;
  const source = openSource(file);
  const failing: Receiver = {
    ...whole,
    importBatch: batch => {
      calls += 1;
      if (calls > 6) throw new Error('the line is cut');
      return whole.importBatch(batch);
    }
  };
  await expect(carryOver(source, failing)).rejects.toThrow('the line is cut');
  const carried = await carryOver(source, whole);
  expect(carried.runs + carried.unchanged).toBe(250);
  expect(carried.unchanged).toBe(100);
  expect(await carryOver(source, whole)).toMatchObject({ runs: 0, unchanged: 250, points: 0 });
  source.close();
  const runs = await listed();
  expect(runs.length).toBe(250);
  expect(new Set(runs.map(({ metrics }) => metrics[0]!.count))).toEqual(new Set([6]));
});

test('times in nanoseconds and steps beyond what a double counts come over, to the nearest double', async () => {
  const file = oldDatabase(1);
  const db = new DatabaseSync(file);
  db.exec(`update runs set start_time = 1700000000000000001, end_time = 1700000000000000512;
    insert into metrics values ('wide', 0.5, 1700000000000000001, 'run0', 9223372036854775807, 0)`);
  db.close();
  const source = openSource(file);
  await carryOver(source, receiver());
  source.close();
  const [run] = await listed();
  expect(run).toMatchObject({ startTime: 17e17, endTime: 1_700_000_000_000_000_512 });
  expect(run!.metrics.find(({ key }) => key === 'wide')).toMatchObject({
    last: 0.5,
    step: 2 ** 63 - 1024
  });
});

test('a run that went on over there is brought up to date; what was added here stays', async () => {
  const file = oldDatabase(1);
  const source = openSource(file);
  await carryOver(source, receiver());
  await house.tracking.mlflow.runs.setTag({ run_id: 'run0', key: 'mine', value: 'x' });
  const db = new DatabaseSync(file);
  db.exec("insert into metrics values ('loss', 0.1, 99, 'run0', 9, 0)");
  db.close();
  expect(await carryOver(source, receiver())).toMatchObject({ runs: 1, unchanged: 0 });
  source.close();
  const [run] = await listed();
  expect(run!.metrics[0]).toMatchObject({ count: 7, last: 0.1, step: 9 });
  expect((await house.tracking.getRun({ runId: 'run0' })).tags['mine']).toBe('x');
});

test('artifacts that did not come along the first time do so later, and it is said why', async () => {
  const file = oldDatabase(1);
  const db = new DatabaseSync(file);
  db.exec("update runs set artifact_uri = 'mlflow-artifacts:/7/run0/artifacts'");
  db.close();
  const source = openSource(file);
  const first = await carryOver(source, receiver());
  expect(first).toMatchObject({ runs: 1, files: 0, notes: [expect.stringMatching(/--artifacts/)] });
  expect(await carryOver(source, receiver())).toMatchObject({ runs: 0, unchanged: 1 });
  source.close();
  mkdirSync(join(folder, 'kept/7/run0/artifacts/deep'), { recursive: true });
  writeFileSync(join(folder, 'kept/7/run0/artifacts/deep/a.txt'), 'a');
  const named = openSource(file, { artifacts: join(folder, 'kept') });
  expect(await carryOver(named, receiver())).toMatchObject({ runs: 1, files: 1, notes: [] });
  expect(await carryOver(named, receiver())).toMatchObject({ runs: 0, files: 0, unchanged: 1 });
  named.close();
});

test('runs of an experiment that was not sent are refused', async () => {
  await expect(
    receiver().importBatch({
      source: 'x',
      runs: [
        {
          ...{ runId: 'r1', experiment: '5', name: 'n', userId: '', state: 'finished' as const },
          ...{ lifecycle: 'active' as const, startTime: 1, params: {}, tags: {} },
          ...{ datasets: [], models: [] }
        }
      ]
    })
  ).rejects.toThrow(/"5" was not sent before/);
});
