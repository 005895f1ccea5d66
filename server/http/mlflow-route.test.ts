import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { guard } from '../auth/guard.ts';
import { bool, double, int64, many, mlflowOperation, text, ViewType } from '../contract/mlflow.ts';
import { problem } from '../contract/problem.ts';
import { mlflowAddress, mlflowWire } from './mlflow-route.ts';

const echo = mlflowOperation(
  ['POST', 'GET'],
  '/mlflow/echo',
  z.object({
    run_id: text,
    step: int64.optional(),
    value: double.optional(),
    flag: bool.optional(),
    order_by: many(z.string()),
    items: many(z.object({ key: text })),
    view: ViewType.optional()
  })
);

let app: FastifyInstance;
afterEach(() => app.close());

function open(): FastifyInstance {
  app = Fastify({ rewriteUrl: ({ url = '/' }) => mlflowAddress(url) });
  guard(app, { token: 'a-token-of-sixteen' });
  mlflowWire(app, wire => {
    wire.route(echo, (input, caller) => ({ ...input, session: caller.session }));
    wire.route(
      mlflowOperation('DELETE', '/mlflow/things/:name', z.object({ name: text })),
      ({ name }) => {
        throw problem('run_not_found', `Run with id=${name} not found`);
      }
    );
    wire.raw(scope => {
      scope.put('/mlflow-artifacts/artifacts/*', async request => {
        let bytes = 0;
        for await (const part of (request.body ?? []) as AsyncIterable<Buffer>)
          bytes += part.length;
        return { bytes };
      });
    });
  });
  return app;
}

const authorization = 'Bearer a-token-of-sixteen.kernel-1';
const post = (body: string, type = 'application/json') =>
  open().inject({
    method: 'POST',
    url: '/api/2.0/mlflow/echo',
    headers: { authorization, 'content-type': type },
    body
  });

test('takes int64 and doubles as text, the older run_uuid, booleans by name, and knows the session', async () => {
  const body = {
    run_uuid: 'r',
    step: '12',
    value: 'NaN',
    flag: 'True',
    unknown: 1,
    view: 3,
    items: []
  };
  const answer = await post(JSON.stringify(body));
  expect(answer.json()).toEqual({
    run_id: 'r',
    step: 12,
    value: 'NaN',
    flag: true,
    view: 'ALL',
    session: 'kernel-1'
  });
});

test('takes a body that is JSON within JSON', async () => {
  expect((await post(JSON.stringify(JSON.stringify({ run_id: 'r' })))).json()).toMatchObject({
    run_id: 'r'
  });
});

test('takes repeated fields of a query, one or several, under both prefixes', async () => {
  open();
  for (const [query, list] of [
    ['order_by=a', ['a']],
    ['order_by=a&order_by=b', ['a', 'b']]
  ] as const) {
    const url = `/ajax-api/2.0/mlflow/echo?run_id=r&${query}`;
    expect((await app.inject({ url, headers: { authorization } })).json()).toMatchObject({
      order_by: list
    });
  }
});

test.each([
  ['{}', "Missing value for required parameter 'run_id'."],
  ['{"run_id":""}', "Missing value for required parameter 'run_id'."],
  ['{"run_id":1}', "Invalid value 1 for parameter 'run_id' supplied"],
  ['{"run_id":"r","step":"one"}', 'Invalid value "one" for parameter \'step\' supplied'],
  [
    '{"run_id":"r","items":[{"key":"a"},{}]}',
    "Missing value for required parameter 'items[1].key'."
  ],
  ['{"run_id":9.0}', "Invalid value 9.0 for parameter 'run_id' supplied"],
  ['[1]', 'not a JSON object'],
  ['{', 'not JSON']
])('refuses %s in the words of MLflow', async (body, words) => {
  const answer = await post(body);
  expect(answer.statusCode).toBe(400);
  expect(answer.json()).toMatchObject({
    error_code: 'INVALID_PARAMETER_VALUE',
    message: expect.stringContaining(words)
  });
});

test('asks for application/json, with or without parameters', async () => {
  expect((await post('{"run_id":"r"}', 'text/plain')).statusCode).toBe(400);
  await app.close();
  expect((await post('{"run_id":"r"}', 'application/json; charset=utf-8')).statusCode).toBe(200);
});

test('answers what it does not speak with ENDPOINT_NOT_FOUND, and problems with their codes', async () => {
  open();
  const missing = await app.inject({ url: '/api/3.0/mlflow/traces', headers: { authorization } });
  expect([missing.statusCode, missing.json().error_code]).toEqual([404, 'ENDPOINT_NOT_FOUND']);
  const gone = await app.inject({
    method: 'DELETE',
    url: '/api/2.0/mlflow/things/x',
    headers: { authorization }
  });
  expect(gone.statusCode).toBe(404);
  expect(gone.json()).toEqual({
    error_code: 'RESOURCE_DOES_NOT_EXIST',
    message: 'Run with id=x not found'
  });
});

test('asks for a token in the way that MLflow clients know', async () => {
  open();
  for (const url of ['/api/2.0/mlflow/echo?run_id=r', '/api/2.0/nowhere']) {
    const answer = await app.inject({ url });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Basic realm="mlflow"');
    expect(answer.json().error_code).toBe('UNAUTHENTICATED');
  }
});

test('hands raw bodies on as they are, whatever their type', async () => {
  open();
  for (const [type, bytes] of [
    ['application/json', 3],
    ['text/html', 3],
    [undefined, 0]
  ] as const) {
    const headers = type ? { authorization, 'content-type': type } : { authorization };
    const url = '/api/2.0/mlflow-artifacts/artifacts/a/b';
    const answer = await app.inject({
      method: 'PUT',
      url,
      headers,
      ...(bytes ? { body: 'abc' } : {})
    });
    expect(answer.json()).toEqual({ bytes });
  }
});

test('takes the address that clients of 1.x have for the registry, and no other like it', async () => {
  const status = async (url: string) =>
    (await open().inject({ url, headers: { authorization } })).statusCode;
  expect(await status('/api/2.0/preview/mlflow/echo?run_id=r')).toBe(200);
  expect(await status('/ajax-api/2.0/preview/mlflow/echo?run_id=r')).toBe(200);
  expect(await status('/api/3.0/preview/mlflow/echo?run_id=r')).toBe(404);
  expect(await status('/preview/api/2.0/mlflow/echo?run_id=r')).toBe(404);
});
