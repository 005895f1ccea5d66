import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sendProblem } from '../http/problems.ts';
import { guard } from './guard.ts';

const TOKEN = 'a-token-of-the-test-only';
let app: FastifyInstance;

beforeEach(() => {
  app = Fastify();
  guard(app, { token: TOKEN, hosts: ['box.example'], open: ['/health'] });
  app.setErrorHandler(sendProblem);
  app.get('/health', () => 'OK');
  app.get('/secret', request => ({ session: request.session ?? null }));
});
afterEach(() => app.close());

const get = (headers: Record<string, string>, url = '/secret') => app.inject({ url, headers });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
});

test('lets in the token, as Bearer or as the password of Basic', async () => {
  for (const headers of [
    bearer(TOKEN),
    basic('anybody', TOKEN),
    { authorization: `bearer  ${TOKEN}` }
  ]) {
    expect((await get(headers)).json()).toEqual({ session: null });
  }
});

test('knows the kernel session that a token names', async () => {
  expect((await get(bearer(`${TOKEN}.kernel-1`))).json()).toEqual({ session: 'kernel-1' });
  expect((await get(basic('me', `${TOKEN}.kernel-1`))).json()).toEqual({ session: 'kernel-1' });
  expect((await get(bearer(`${TOKEN}.no good`))).statusCode).toBe(200);
  expect((await get(bearer(`${TOKEN}.../../etc`))).json()).toEqual({ session: null });
});

test.each([
  [{}],
  [bearer('')],
  [bearer('wrong')],
  [bearer(`${TOKEN}x`)],
  [bearer(`x.${TOKEN}`)],
  [basic(TOKEN, '')],
  [{ authorization: TOKEN }],
  [{ authorization: 'Basic !!!' }]
])('refuses %j', async headers => {
  const answer = await get(headers as Record<string, string>);
  expect(answer.statusCode).toBe(401);
  expect(answer.json()).toMatchObject({ code: 'unauthenticated' });
  expect(answer.body).not.toContain(TOKEN);
});

test('asks nothing of what is open, whatever the query, and of nothing else', async () => {
  expect((await get({}, '/health')).statusCode).toBe(200);
  expect((await get({}, '/health?x=1')).statusCode).toBe(200);
  expect((await get({}, '/health/')).statusCode).toBe(401);
  expect((await get({}, '/missing')).statusCode).toBe(401);
});

test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1'])(
  'does not answer to the name "%s", so that a rebound name finds nothing',
  async host => {
    expect((await get({ ...bearer(TOKEN), host })).statusCode).toBe(403);
  }
);

test.each(['localhost:1', '127.0.0.1:7', '127.8.8.8', '[::1]:9', 'BOX.example:80'])(
  'answers to "%s"',
  async host => {
    expect((await get({ ...bearer(TOKEN), host })).statusCode).toBe(200);
  }
);

test('refuses pages of other origins', async () => {
  for (const origin of ['https://evil.example', 'null', 'nonsense']) {
    expect((await get({ ...bearer(TOKEN), origin })).json()).toMatchObject({
      code: 'forbidden_origin'
    });
  }
  expect((await get({ ...bearer(TOKEN), origin: 'http://localhost:8888' })).statusCode).toBe(200);
});

test('a server of a network answers to any name, to pages of its own and to who has the token', async () => {
  const network = Fastify();
  guard(network, { token: TOKEN, hosts: 'any' });
  network.setErrorHandler(sendProblem);
  network.get('/secret', () => 'told');
  const status = async (headers: Record<string, string>) =>
    (await network.inject({ url: '/secret', headers })).statusCode;
  const host = 'team-box.example:5000';
  expect(await status({ ...bearer(TOKEN), host })).toBe(200);
  expect(await status({ ...bearer(TOKEN), host: '10.0.0.1:5000' })).toBe(200);
  expect(await status({ ...bearer(TOKEN), host, origin: 'http://team-box.example:5000' })).toBe(
    200
  );
  expect(await status({ ...bearer(TOKEN), host, origin: 'http://evil.example' })).toBe(403);
  expect(await status({ host })).toBe(401);
  await network.close();
});
