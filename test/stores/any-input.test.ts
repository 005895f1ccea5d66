// Whatever a client sends, to whichever call: an answer comes, and it is never our fault. On both databases.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { STRAY } from '../../server/cli/start-server.ts';
import type { MlflowOperation } from '../../server/contract/mlflow.ts';
import type { Operation } from '../../server/contract/operation.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { REPOSITORY, startServer, type TestServer } from '../support/server.ts';

type Call = Operation | MlflowOperation;

/** Requests of each call. */
const ROUNDS = 40;
const SEED = 20261122;
/** It answers for as long as somebody listens. */
const ENDLESS = /\/events$/;

async function readCalls(): Promise<Call[]> {
  const folder = join(REPOSITORY, 'server/contract');
  const files = readdirSync(folder).filter(name => /^[\w-]+\.ts$/.test(name));
  const modules = await Promise.all(
    files.map(async name => (await import(join(folder, name))) as Record<string, unknown>)
  );
  const isCall = (value: unknown): value is Call =>
    typeof value === 'object' && value !== null && 'request' in value && 'method' in value;
  return modules
    .flatMap(module => Object.values(module))
    .filter(isCall)
    .filter(({ path }) => !ENDLESS.test(path));
}

interface Definition {
  shape?: Record<string, unknown>;
  innerType?: unknown;
  in?: unknown;
  options?: unknown[];
}

/** Names of the fields that a request may have. */
function fieldsOf(schema: unknown): string[] {
  const definition = (schema as { _zod?: { def: Definition } } | undefined)?._zod?.def;
  if (!definition) return [];
  if (definition.shape) return Object.keys(definition.shape);
  return [definition.innerType, definition.in, ...(definition.options ?? [])].flatMap(fieldsOf);
}

/** The same choices in every run. */
function createChoice(seed: number) {
  let state = seed;
  const next = () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
  return {
    isLikely: (share: number) => next() < share,
    of: <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)]!
  };
}
type Choice = ReturnType<typeof createChoice>;

const ODD: readonly unknown[] = [
  ...[null, '', 0, -1, 1.5, 1e308, true, false, 'NaN', 'Infinity', 'null', '0', '.', '..', '%00'],
  ...['\u0000', 'a\u0000b', '\ud800', '💥', 'a'.repeat(600), 'a/b/../c', '../../secret', '$', '\\'],
  ...[9223372036854775807, '9223372036854775808', '-9223372036854775809', '1e400', '٣'],
  ...["' or 1=1 --", 'file:///secret', 'mlflow-artifacts:/x', '((((', 'attributes.', 'a = = b'],
  ...[[], {}, [null], [{}], [[]], [1, 2], { toString: 1 }, { constructor: 1 }, { length: 2 }],
  ...[Array.from({ length: 50 }, () => ({ key: 'k', value: 'v' })), [{ key: 'k', value: null }]],
  ...[[{ key: 'm', value: 1, timestamp: 1, step: 1 }], [{ key: 'm', value: 'x', step: {} }]]
];

const FILTERS = ['metrics.m > 1', "tags.`a b` = 'x'", "params.p in ('1')", "name like 'm%'", ''];
const TIMES = [0, 1, '5', 1e15, -1, 9007199254740993];

/** What may pass, so that the call goes on beyond its first check. */
function plausible(ids: Record<string, string>, field: string, choice: Choice): unknown {
  if (ids[field] !== undefined) return ids[field];
  if (/_ids$/.test(field)) return [ids[field.slice(0, -1)] ?? '0'];
  if (/time|timestamp|step/.test(field)) return choice.of(TIMES);
  if (/^(tags|params)$/.test(field)) return [{ key: choice.of(['k', 'a\u0000', 'é']), value: 'v' }];
  if (/^metrics$/.test(field))
    return [{ key: 'm', value: choice.of([1, 'NaN', -1e308, '1e400']), timestamp: 1, step: 2 }];
  if (/filter|search|query/.test(field)) return choice.of(FILTERS);
  if (/order/.test(field)) return choice.of([[], ['metrics.m DESC'], ['start_time'], ['x y z']]);
  if (/max_results|limit|size|points|count/.test(field)) return choice.of([1, '2', 0, 1e9]);
  if (/token/.test(field)) return choice.of(['', 'bm8=', '🎟', '[1]']);
  if (/state|status/.test(field)) return choice.of(['FINISHED', 'RUNNING', 'finished', 1]);
  return choice.of(['k', 'm', '1', 'x', true, 1, []]);
}

function requestOf(call: Call, ids: Record<string, string>, choice: Choice) {
  const version = 'version' in call ? call.version : undefined;
  const method = typeof call.method === 'string' ? call.method : choice.of(call.method);
  const fields: Record<string, unknown> = {};
  for (const field of fieldsOf(call.request))
    if (choice.isLikely(0.85))
      fields[field] = choice.isLikely(0.6) ? plausible(ids, field, choice) : choice.of(ODD);
  const inPath = (name: string) => {
    const value = fields[name];
    return encodeURIComponent(
      typeof value === 'string' ? value.replace(/[\ud800-\udfff]/g, '') || 'x' : 'x'
    );
  };
  const path = call.path
    .replace(/:(\w+)/g, (_, name: string) => inPath(name))
    .replace('*', () => choice.of(['a/b', '..%2f..%2fsecret', '%00', '']));
  const address =
    version === undefined ? path : `${choice.of(['/api/', '/ajax-api/'])}${version}${path}`;
  if (method === 'GET' || method === 'DELETE') {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(fields))
      query.append(name, typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
    return { method, address: `${address}?${query.toString().slice(0, 4000)}`, body: undefined };
  }
  return { method, address, body: spoilt(JSON.stringify(fields), choice) };
}

const DEEP = '['.repeat(3000) + ']'.repeat(3000);

function spoilt(text: string, choice: Choice): string {
  if (choice.isLikely(0.9)) return text;
  return choice.of([
    text.slice(0, -1),
    JSON.stringify(text),
    DEEP,
    text.replace('{', `{"deep":${DEEP},`),
    ''
  ]);
}

async function seed(server: TestServer): Promise<Record<string, string>> {
  const call = async (path: string, body: object) => {
    const answer = await server.fetch(`/api/2.0/mlflow/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body)
    });
    expect(answer.status, await answer.clone().text()).toBe(200);
    return (await answer.json()) as { run: { info: { run_id: string } } };
  };
  const { run_id } = (await call('runs/create', { experiment_id: '0' })).run.info;
  await call('runs/log-metric', { run_id, key: 'm', value: 1, timestamp: 1, step: 1 });
  await call('registered-models/create', { name: 'm' });
  await call('model-versions/create', {
    name: 'm',
    source: `mlflow-artifacts:/0/${run_id}/artifacts/model`,
    run_id
  });
  const ids = { run_id, runId: run_id, run_uuid: run_id, experiment_id: '0', experimentId: '0' };
  return { ...ids, name: 'm', model: 'm', version: '1', key: 'k', metric_key: 'm' };
}

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
  await postgres.execute('create database fuzzed');
});
afterAll(() => postgres?.stop());

const databases: [string, () => string[]][] = [
  ['SQLite', () => []],
  ['PostgreSQL', () => ['--database', postgres.urlOf('fuzzed')]]
];

describe.each(databases)('on %s', (_name, args) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ args: args() });
  });
  afterAll(() => server?.stop());

  test('no request is answered with 5xx, or not at all', async () => {
    const ids = await seed(server);
    const choice = createChoice(SEED);
    const faults: string[] = [];
    for (const call of await readCalls())
      for (let round = 0; round < ROUNDS; round += 1) {
        const { method, address, body } = requestOf(call, ids, choice);
        const status = await server
          .fetch(address, {
            method,
            headers: body === undefined ? {} : { 'content-type': 'application/json' },
            ...(body === undefined ? {} : { body }),
            signal: AbortSignal.timeout(60_000)
          })
          .then(
            async answer => (await answer.arrayBuffer(), answer.status),
            (error: unknown) => String(error)
          );
        if (typeof status === 'string' || status >= 500)
          faults.push(`${status} for ${method} ${address} ${body?.slice(0, 500)}`);
      }
    expect(faults).toEqual([]);
    expect(readFileSync(join(server.data, 'server.log'), 'utf8')).not.toContain(STRAY);
    expect((await server.fetch('/health')).status).toBe(200);
  });
});
