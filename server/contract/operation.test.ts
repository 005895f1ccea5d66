import { expect, test } from 'vitest';
import { toRequest } from './operation.ts';
import { promote } from './registry.ts';
import { getSeries, listRuns } from './tracking.ts';

test('fields of the path go into the path, escaped; the rest into the body', () => {
  expect(toRequest(promote, { model: 'a/b c', version: '3', alias: 'champion' })).toEqual({
    method: 'POST',
    path: '/stepladder/v1/models/a%2Fb%20c/versions/3/promotion',
    body: '{"alias":"champion"}'
  });
});

test('a GET carries the rest in the query, without what is not given', () => {
  expect(toRequest(getSeries, { runId: 'r1', key: 'rmse & co', points: 200 }).path).toBe(
    '/stepladder/v1/runs/r1/series?key=rmse%20%26%20co&points=200'
  );
  expect(toRequest(listRuns, { notebook: undefined }).path).toBe('/stepladder/v1/runs');
});
