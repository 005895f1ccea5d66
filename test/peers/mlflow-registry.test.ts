// The real MLflow client works with our registry, and what it does shows in our own operations.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ModelDetail } from '../../server/contract/registry.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { factsOf, mlflowEnvironment } from './python.ts';

let server: TestServer;
let facts: Record<string, unknown>;

beforeAll(async () => {
  server = await startServer();
  facts = await factsOf('registry_client.py', mlflowEnvironment(server));
});
afterAll(() => server.stop());

test('register: versions count up and are ready at once, the logged model knows them', () => {
  expect(facts).toMatchObject({
    versions: ['1', '2'],
    status: 'READY',
    log_model_registers: '1'
  });
  expect(facts['source_tag']).toContainEqual({ name: 'delays', version: '1' });
});

test('aliases: set, moved, resolved, loaded to the same predictions, refused', () => {
  expect(facts).toMatchObject({
    champion: '1',
    same_prediction: true,
    same_prediction_of_2: true,
    moved: '2',
    aliases: { champion: '2' },
    reserved_alias: 'INVALID_PARAMETER_VALUE',
    unknown_alias: 'INVALID_PARAMETER_VALUE',
    no_alias: {}
  });
});

test('descriptions and tags', () => {
  expect(facts).toMatchObject({
    description: 'Arrival delays',
    tags: { team: 'air' },
    version_tags: { checked: 'yes' },
    tag_deleted: {}
  });
});

test('search: filters, order, pages, prompts apart', () => {
  expect(facts).toMatchObject({
    search_all: ['delays', 'other'],
    search_name: ['delays'],
    search_like: ['delays'],
    search_tag: ['delays'],
    search_descending: ['other', 'delays'],
    pages: ['delays', 'other'],
    bad_filter: 'INVALID_PARAMETER_VALUE',
    search_versions: ['2', '1'],
    search_run: ['1'],
    prompt: [1, 'Hello {{name}}'],
    prompts_hidden: ['delays', 'other']
  });
});

test('stages are still served', () => {
  expect(facts).toMatchObject({
    stages: ['Archived', 'Production'],
    latest: [
      ['Archived', '1'],
      ['Production', '2']
    ],
    bad_stage: 'INVALID_PARAMETER_VALUE'
  });
});

test('sources outside the run are refused, other versions are copied', () => {
  expect(facts['refused_sources']).toEqual(Array(5).fill('INVALID_PARAMETER_VALUE'));
  expect(facts['copied']).toBe(true);
});

test('deleting: numbers are not given again, names are', () => {
  expect(facts).toMatchObject({
    after_delete: ['1'],
    number_not_reused: '3',
    model_deleted: 'RESOURCE_DOES_NOT_EXIST',
    missing_version: 'RESOURCE_DOES_NOT_EXIST'
  });
});

test('every move of the alias over the wire is in our own history', async () => {
  const answer = await server.fetch('/stepladder/v1/models/delays');
  const { moves, all } = (await answer.json()) as ModelDetail;
  expect(moves.map(({ from, to }) => [from, to])).toEqual([
    ['2', undefined],
    ['1', '2'],
    [undefined, '1']
  ]);
  expect(moves.every(({ by }) => by === 'mlflow client')).toBe(true);
  expect(all.map(({ version }) => version)).toEqual(['3', '1']);
  expect(all.at(-1)).toMatchObject({ metrics: { rmse: 0.1 }, params: { rounds: '10' } });
});
