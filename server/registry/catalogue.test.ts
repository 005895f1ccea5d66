import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ServerEvent } from '../contract/events.ts';
import type { Database } from '../database/open.ts';
import { openTestDatabase } from '../database/test-database.ts';
import { createEventBus } from '../events/bus.ts';
import { type Catalogue, createCatalogue } from './catalogue.ts';

let database: Database;
let catalogue: Catalogue;
let events: ServerEvent[];

beforeEach(async () => {
  database = await openTestDatabase();
  const bus = createEventBus();
  events = [];
  bus.subscribe(event => events.push(event));
  let now = 0;
  catalogue = createCatalogue({ database, bus, clock: () => (now += 1) });
  await catalogue.createModel({ name: 'delays' });
  for (const source of ['one', 'two', 'three']) await addVersion(source);
});
afterEach(() => database.close());

const addVersion = (source: string) =>
  catalogue.createVersion({ name: 'delays', source: { source, location: source } });
const move = (to: number | undefined, alias = 'champion') =>
  catalogue.moveAlias({ name: 'delays', alias, to, by: 'test' });
const champion = async () => (await catalogue.model('delays')).aliases['champion'];
const moves = async () =>
  (await catalogue.listMoves('delays')).map(({ from_version, to_version, undone }) => [
    from_version,
    to_version,
    undone
  ]);

test('an alias moves with a trace, and each undo goes one move further back', async () => {
  await move(1);
  await move(2);
  await catalogue.undoMove('delays', 'champion', 'test');
  expect(await champion()).toBe(1);
  await catalogue.undoMove('delays', 'champion', 'test');
  expect(await champion()).toBeUndefined();
  await expect(catalogue.undoMove('delays', 'champion', 'test')).rejects.toMatchObject({
    problem: { code: 'nothing_to_undo' }
  });
  expect(await moves()).toEqual([
    [1, null, false],
    [2, 1, false],
    [1, 2, true],
    [null, 1, true]
  ]);
});

test('a move after an undo is undone to where it came from', async () => {
  await move(1);
  await move(2);
  await catalogue.undoMove('delays', 'champion', 'test');
  await move(3);
  await catalogue.undoMove('delays', 'champion', 'test');
  expect(await champion()).toBe(1);
});

test('aliases do not share their history', async () => {
  await move(1);
  await move(2, 'challenger');
  await catalogue.undoMove('delays', 'challenger', 'test');
  expect(await champion()).toBe(1);
});

test('a move to where it stands is none', async () => {
  await move(1);
  events.length = 0;
  expect(await move(1)).toBe(false);
  expect(events).toEqual([]);
  expect(await moves()).toHaveLength(1);
});

test('each move is told once, with where from and where to', async () => {
  await move(1);
  await move(2);
  const told = events.filter(({ type }) => type === 'alias-moved');
  expect(told).toEqual([
    { type: 'alias-moved', model: 'delays', alias: 'champion', to: '1' },
    { type: 'alias-moved', model: 'delays', alias: 'champion', from: '1', to: '2' }
  ]);
});

test('a deleted version takes its alias along, and cannot be undone to', async () => {
  await move(1);
  await move(2);
  await catalogue.deleteVersion('delays', 1, 'test');
  await expect(catalogue.undoMove('delays', 'champion', 'test')).rejects.toMatchObject({
    problem: { code: 'nothing_to_undo', detail: expect.stringContaining('deleted') }
  });
  expect(await champion()).toBe(2);
  await catalogue.deleteVersion('delays', 2, 'test');
  expect(await champion()).toBeUndefined();
  expect(events.at(-2)).toEqual({
    type: 'alias-moved',
    model: 'delays',
    alias: 'champion',
    from: '2'
  });
});

test('numbers of deleted versions are not given again', async () => {
  await catalogue.deleteVersion('delays', 3, 'test');
  expect((await addVersion('four')).version).toBe(4);
  expect((await catalogue.listVersions()).map(({ version }) => version)).toEqual([4, 2, 1]);
});

test('versions made at once have numbers of their own', async () => {
  const made = await Promise.all(['a', 'b', 'c'].map(addVersion));
  expect(made.map(({ version }) => version)).toEqual([4, 5, 6]);
});

test('what is not there, or named wrong, is refused', async () => {
  await expect(move(9)).rejects.toMatchObject({ problem: { code: 'version_not_found' } });
  await expect(catalogue.model('nobody')).rejects.toMatchObject({
    problem: { code: 'model_not_found' }
  });
  await expect(catalogue.aliased('delays', 'champion')).rejects.toMatchObject({
    problem: { code: 'version_not_found' }
  });
  await expect(catalogue.createModel({ name: 'delays' })).rejects.toMatchObject({
    problem: { code: 'already_exists' }
  });
  for (const name of ['', ' ', 'a/b', 'a:b', '..']) {
    await expect(catalogue.createModel({ name })).rejects.toMatchObject({
      problem: { code: 'invalid_request' }
    });
  }
  for (const alias of ['latest', 'v1', 'with space', '']) {
    await expect(move(1, alias)).rejects.toMatchObject({ problem: { code: 'invalid_request' } });
  }
  await expect(catalogue.setModelTag('delays', '../x', '')).rejects.toMatchObject({
    problem: { code: 'invalid_request' }
  });
});

test('a renamed model keeps versions, aliases and moves', async () => {
  await move(2);
  await catalogue.renameModel('delays', 'arrivals');
  expect((await catalogue.aliased('arrivals', 'champion')).version).toBe(2);
  expect(await catalogue.listMoves('arrivals')).toHaveLength(1);
  await expect(catalogue.model('delays')).rejects.toThrow('not found');
});
