import { expect, test } from 'vitest';
import { requestOf } from './address.ts';
import { getSeries, listRuns, promote } from './routes.ts';

test('fields of the path go into the path, escaped', () => {
  expect(requestOf(promote, { model: 'a/b c', version: '3', alias: 'champion' })).toEqual({
    path: '/stepladder/v1/models/a%2Fb%20c/versions/3/promotion',
    body: '{"alias":"champion"}'
  });
});

test('a GET carries the rest in the query, without what is not given', () => {
  expect(requestOf(getSeries, { runId: 'r1', key: 'rmse & co', points: 200 }).path).toBe(
    '/stepladder/v1/runs/r1/series?key=rmse+%26+co&points=200'
  );
  expect(requestOf(listRuns, { notebook: undefined }).path).toBe('/stepladder/v1/runs');
});
