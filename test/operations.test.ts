// The whole contract at once: every operation is routed, every route and method is guarded.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildApp } from '../server/app.ts';
import { readConfig } from '../server/config.ts';
import * as analysis from '../server/contract/analysis.ts';
import * as cells from '../server/contract/cells.ts';
import * as deployments from '../server/contract/deployments.ts';
import { EVENTS_PATH } from '../server/contract/events.ts';
import * as executor from '../server/contract/executor.ts';
import * as exports from '../server/contract/exports.ts';
import * as levels from '../server/contract/levels.ts';
import type { Operation } from '../server/contract/operation.ts';
import * as notebooks from '../server/contract/notebooks.ts';
import * as pipelines from '../server/contract/pipelines.ts';
import * as pipelinesRuns from '../server/contract/pipelines-runs.ts';
import * as proof from '../server/contract/proof.ts';
import * as registry from '../server/contract/registry.ts';
import * as runFacts from '../server/contract/run-facts.ts';
import * as server from '../server/contract/server.ts';
import * as charts from '../server/contract/tracking-charts.ts';
import * as comparison from '../server/contract/tracking-compare.ts';
import * as trackingRuns from '../server/contract/tracking-runs.ts';
import * as transfer from '../server/contract/transfer.ts';
import * as tracking from '../server/contract/tracking.ts';

const TOKEN = 'a-token-of-the-test-only';
const isOperation = (value: unknown): value is Operation =>
  typeof value === 'object' &&
  value !== null &&
  'method' in value &&
  'path' in value &&
  'response' in value;
const operations = [
  analysis,
  cells,
  deployments,
  executor,
  exports,
  levels,
  notebooks,
  pipelines,
  pipelinesRuns,
  proof,
  registry,
  runFacts,
  server,
  transfer,
  tracking,
  charts,
  comparison,
  trackingRuns
]
  .flatMap(part => Object.values(part) as unknown[])
  .filter(isOperation);

/** Routes that answer without a token, each for a reason. */
const OPEN = new Set(['/health', '/']);

let folder: string;
let app: FastifyInstance;
let routes: { method: string; url: string }[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stepladder-operations-'));
  const config = readConfig(
    { data: join(folder, 'data'), workspace: folder, token: TOKEN },
    {},
    folder
  );
  ({ app } = await buildApp({ config }));
  await app.ready();
  routes = readRoutes(app.printRoutes({ commonPrefix: false }));
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Fastify prints its routes as a tree; a full path is the sum of the fragments above it. */
function readRoutes(tree: string): { method: string; url: string }[] {
  const fragments: string[] = [];
  const found: { method: string; url: string }[] = [];
  for (const line of tree.split('\n').filter(Boolean)) {
    const [, indent, fragment, methods] =
      /^([│ ]*)[├└]── (.*?)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? [];
    if (fragment === undefined) continue;
    const depth = indent!.length / 4;
    fragments.splice(depth, Infinity, fragment);
    for (const method of methods?.split(', ') ?? [])
      found.push({ method, url: fragments.join('') });
  }
  return found;
}

/** An address that the route matches. */
const concrete = (url: string) => url.replace(/:\w+/g, 'x').replace(/\*/g, 'x');

describe('every operation', () => {
  test('is listed: the contract has some thirty', () =>
    expect(operations.length).toBeGreaterThan(28));

  test('has a name and an address of its own', () => {
    expect(new Set(operations.map(({ name }) => name)).size).toBe(operations.length);
    expect(new Set(operations.map(({ method, path }) => `${method} ${path}`)).size).toBe(
      operations.length
    );
  });

  test('is routed', () => {
    const missing = operations.filter(({ method, path }) => !app.hasRoute({ method, url: path }));
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  test.each(operations.filter(({ method }) => method !== 'GET'))(
    '$name refuses a body that is no object',
    async ({ method, path }) => {
      const answer = await app.inject({
        method,
        url: concrete(path),
        headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
        payload: '[1, 2]'
      });
      expect(answer.statusCode).toBe(400);
      expect(answer.headers['content-type']).toMatch('application/problem+json');
    }
  );
});

describe('every route and method', () => {
  const all = (check: (method: string, url: string) => Promise<string | undefined>) =>
    Promise.all(routes.map(({ method, url }) => check(method, url))).then(found =>
      found.filter(Boolean)
    );

  test('is found by this test', () => expect(routes.length).toBeGreaterThan(operations.length));

  test('refuses a request without the token, or with a wrong one', async () => {
    const answered = await all(async (method, url) => {
      if (OPEN.has(url)) return undefined;
      for (const authorization of [
        undefined,
        'Bearer wrong',
        'Basic eDp5',
        `Token ${TOKEN}`,
        `Bearer ${TOKEN}x`
      ]) {
        const { statusCode } = await app.inject({
          method: method as 'GET',
          url: concrete(url),
          headers: authorization ? { authorization } : {}
        });
        if (statusCode !== 401)
          return `${method} ${url} answers ${statusCode} to ${authorization ?? 'nobody'}`;
      }
      return undefined;
    });
    expect(answered).toEqual([]);
  });

  test('refuses a name that was bound to this address, and pages of other sites', async () => {
    const answered = await all(async (method, url) => {
      for (const headers of [
        { host: 'evil.example:80' },
        { origin: 'https://evil.example' },
        { origin: 'null' }
      ]) {
        const { statusCode } = await app.inject({
          method: method as 'GET',
          url: concrete(url),
          headers: { authorization: `Bearer ${TOKEN}`, ...headers }
        });
        if (statusCode !== 403)
          return `${method} ${url} answers ${statusCode} to ${JSON.stringify(headers)}`;
      }
      return undefined;
    });
    expect(answered).toEqual([]);
  });

  test('is not open to what is not there either', async () => {
    const { statusCode } = await app.inject({ method: 'GET', url: '/nothing/here' });
    expect(statusCode).toBe(401);
  });
});

test('the stream of events is a route of its own', () =>
  expect(app.hasRoute({ method: 'GET', url: EVENTS_PATH })).toBe(true));
