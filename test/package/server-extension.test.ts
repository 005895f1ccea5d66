// The Jupyter server extension in a real Jupyter server: who gets in, what is handed on, and what happens on bad days.
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, isRunning, type Jupyter, startJupyter } from '../support/jupyter.ts';

const API = '/stepladder/api/stepladder/v1';
const MEGABYTE = 1 << 20;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

const serverOf = (data: string) =>
  JSON.parse(readFileSync(join(data, 'server.json'), 'utf8')) as {
    url: string;
    token: string;
    pid: number;
  };

describe('with a server', () => {
  let jupyter: Jupyter;
  const server = () => serverOf(join(jupyter.folder, 'data'));

  beforeAll(async () => {
    jupyter = await startJupyter();
    await jupyter.until('ready');
  });
  afterAll(() => jupyter.stop());

  describe.each([
    '/stepladder/status',
    '/stepladder/kernel-startup',
    `${API}/status`,
    `${API}/events`
  ])('%s', path => {
    test.each(METHODS)('%s needs a login', async method => {
      for (const authorization of ['', 'token wrong', `Bearer ${server().token}`]) {
        const response = await jupyter.fetch(path, { method, headers: { authorization } });
        expect(response.status).toBe(403);
        expect(await response.text()).not.toMatch(/workspace|STEPLADDER/);
      }
    });
  });

  test('a page of another site cannot use the login of the browser', async () => {
    const login = await jupyter.fetch(`/no-such-page?token=${jupyter.token}`, {
      headers: { authorization: '' }
    });
    const cookies = login.headers.getSetCookie().map(cookie => cookie.split(';', 1)[0]!);
    const cookie = cookies.join('; ');
    const xsrf = cookies.find(one => one.startsWith('_xsrf='))!.slice('_xsrf='.length);
    const post = (headers: Record<string, string>) =>
      jupyter.fetch(`${API}/nothing`, {
        method: 'POST',
        body: '{}',
        headers: { authorization: '', cookie, ...headers }
      });
    expect((await post({})).status).toBe(403);
    expect((await post({ 'x-xsrftoken': xsrf, origin: 'http://elsewhere.example' })).status).toBe(
      404
    );
    const own = await post({ 'x-xsrftoken': xsrf, origin: jupyter.base });
    expect([own.status, (await own.json()).code]).toEqual([404, 'not_found']);
  });

  test('what the server answers arrives as it is', async () => {
    const direct = { headers: { authorization: `Bearer ${server().token}` } };
    for (const path of ['/stepladder/v1/status', '/stepladder/v1/nothing?a=%2F&b=1']) {
      const [through, straight] = [
        await jupyter.fetch(`/stepladder/api${path}`),
        await fetch(server().url + path, direct)
      ];
      expect(through.status).toBe(straight.status);
      expect(through.headers.get('content-type')).toBe(straight.headers.get('content-type'));
      expect(await through.json()).toEqual(await straight.json());
    }
    const head = await jupyter.fetch(`${API}/status`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  test('events arrive as they happen, and the connection behind ends with the browser’s', async () => {
    const before = connectionsTo(server().url);
    const leave = new AbortController();
    const stream = await jupyter.fetch(`${API}/events`, { signal: leave.signal });
    expect(stream.headers.get('content-type')).toBe('text/event-stream');
    const first = await stream.body!.getReader().read();
    expect(Buffer.from(first.value!).toString()).toContain(': connected');
    expect(connectionsTo(server().url)).toBeGreaterThan(before);
    leave.abort();
    await eventually('the connection behind to end', async () =>
      connectionsTo(server().url) <= before ? true : undefined
    );
  });

  test('an open panel is no activity that keeps a hub from stopping Jupyter', async () => {
    const activity = async () =>
      (await (await jupyter.fetch('/api/status')).json()).last_activity as string;
    const before = await activity();
    await jupyter.fetch(`${API}/status`);
    await jupyter.status();
    expect(await activity()).toBe(before);
  });

  test('kernels are told where the server is', async () => {
    const names = [
      'STEPLADDER_URL',
      'STEPLADDER_TOKEN',
      'MLFLOW_TRACKING_URI',
      'MLFLOW_TRACKING_TOKEN'
    ];
    const printed = await jupyter.evaluate(
      `*(__import__("os").environ.get(name) for name in ${JSON.stringify(names)})`
    );
    const { url, token } = server();
    const given = printed.split(' ');
    expect([given[0], given[2]]).toEqual([url, url]);
    // The kernel hook adds its session behind a dot.
    for (const value of [given[1], given[3]]) expect(value!.split('.')[0]).toBe(token);
  });

  test('what a kernel without our environment is asked to run knows where the server is', async () => {
    const answer = await jupyter.fetch('/stepladder/kernel-startup');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const { program, given, remote } = await answer.json();
    expect(given.environment).toMatchObject({
      STEPLADDER_URL: server().url,
      STEPLADDER_TOKEN: server().token,
      MLFLOW_TRACKING_URI: server().url
    });
    expect(program).toContain('given');
    expect(remote).toBe(false);
  });

  test('a killed server is back at the same address, and says so meanwhile', async () => {
    const { pid, url, token } = server();
    process.kill(pid, 'SIGKILL');
    const away = await eventually('an answer that it is away', async () => {
      const response = await jupyter.fetch(`${API}/status`);
      return response.status === 503 ? response : undefined;
    });
    expect(away.headers.get('content-type')).toBe('application/problem+json');
    expect(await away.json()).toMatchObject({
      status: 503,
      code: 'server_down',
      remedy: expect.stringMatching(/\w/)
    });
    await eventually('the server to be back', async () =>
      (await jupyter.fetch(`${API}/status`)).ok ? true : undefined
    );
    expect(server()).toMatchObject({ url, token });
    expect(server().pid).not.toBe(pid);
    expect(await jupyter.status()).toMatchObject({ state: 'ready', url });
  });
});

describe('with a server that runs elsewhere', () => {
  let jupyter: Jupyter;
  let elsewhere: Server;
  const asked: IncomingMessage[] = [];
  let arrived = 0;

  beforeAll(async () => {
    // Takes all it gets, then sends as much.
    elsewhere = createServer(async (request, response) => {
      asked.push(request);
      for await (const chunk of request) arrived += chunk.length;
      response.writeHead(200, { 'set-cookie': 'a=b' });
      const piece = Buffer.alloc(MEGABYTE, 'x');
      await pipeline(Readable.from(Array(arrived / MEGABYTE).fill(piece)), response);
    }).listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    const url = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
    jupyter = await startJupyter({
      environment: { STEPLADDER_URL: url, STEPLADDER_TOKEN: 'its-token' }
    });
  });
  afterAll(async () => {
    await jupyter.stop();
    elsewhere.close();
  });

  test('a body goes through in both directions piece by piece, however large', async () => {
    const pieces = 100;
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        // Nobody on the way waits for the whole: before the next piece goes, the earlier ones are there.
        await eventually('the earlier pieces to arrive', async () =>
          arrived >= (sent - 1) * MEGABYTE ? true : undefined
        );
        if (sent++ < pieces) controller.enqueue(new Uint8Array(MEGABYTE));
        else controller.close();
      }
    });
    const init = { method: 'PUT', body, duplex: 'half' } as RequestInit;
    const response = await jupyter.fetch('/stepladder/api/file', init);
    expect(response.status).toBe(200);
    let received = 0;
    const reader = response.body!.getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read())
      received += read.value.length;
    expect([arrived, received]).toEqual([pieces * MEGABYTE, pieces * MEGABYTE]);
    arrived = 0;
  });

  test('Jupyter’s login stays with Jupyter, and the cookies of the server with the server', async () => {
    const headers = {
      cookie: 'session=secret',
      'x-xsrftoken': 'x',
      origin: jupyter.base,
      accept: 'text/plain'
    };
    const response = await jupyter.fetch(`/stepladder/api/a%2Fb?c=%2F&token=${jupyter.token}`, {
      headers
    });
    expect(response.headers.get('set-cookie') ?? '').not.toContain('a=b');
    const { url, headers: seen } = asked.at(-1)!;
    expect(url).toBe('/a%2Fb?c=%2F');
    expect(seen).toMatchObject({ authorization: 'Bearer its-token', accept: 'text/plain' });
    for (const name of ['cookie', 'origin', 'x-xsrftoken']) expect(seen).not.toHaveProperty(name);
  });
});

describe('on bad days', () => {
  test.each([
    ['missing', undefined, /not a Node that runs/],
    ['too old', 'v20.11.0', /is 20\.11/]
  ])(
    'Node is %s: Jupyter works on, and one sentence says what is wrong',
    async (_, version, detail) => {
      const folder = mkdtempSync(join(tmpdir(), 'stepladder-node-'));
      const node = join(folder, 'node');
      if (version) writeFileSync(node, `#!/bin/sh\necho ${version}\n`);
      if (version) chmodSync(node, 0o755);
      const jupyter = await startJupyter({ environment: { STEPLADDER_NODE: node } });
      try {
        const status = await jupyter.status();
        expect(status).toMatchObject({
          state: 'failed',
          url: null,
          detail: expect.stringMatching(detail)
        });
        expect(status.remedy).toMatch(/Install Node 24/);
        const call = await jupyter.fetch(`${API}/status`);
        expect([call.status, await call.json()]).toMatchObject([
          503,
          { code: 'server_down', detail: status.detail }
        ]);
        // MLflow's client must not wait for a server that will never be there.
        expect(await jupyter.evaluate('__import__("os").environ.get("MLFLOW_TRACKING_URI")')).toBe(
          'None'
        );
      } finally {
        await jupyter.stop();
        rmSync(folder, { recursive: true });
      }
    }
  );

  test('a data folder that cannot be used is named', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stepladder-data-'));
    writeFileSync(join(folder, 'file'), '');
    const jupyter = await startJupyter({ data: join(folder, 'file', 'data') });
    try {
      const status = await jupyter.until('failed');
      expect(status.detail).toContain(join(folder, 'file', 'data'));
      expect(status.remedy).toMatch(/\w/);
    } finally {
      await jupyter.stop();
      rmSync(folder, { recursive: true });
    }
  });

  test('what the user has set is left alone', async () => {
    const jupyter = await startJupyter({
      environment: { MLFLOW_TRACKING_URI: 'http://mlflow.example' }
    });
    try {
      await jupyter.until('ready');
      const names = ['MLFLOW_TRACKING_URI', 'MLFLOW_TRACKING_TOKEN'];
      const printed = await jupyter.evaluate(
        `*(__import__("os").environ.get(name) for name in ${JSON.stringify(names)})`
      );
      expect(printed).toBe('http://mlflow.example None');
    } finally {
      await jupyter.stop();
    }
  });

  test('two Jupyters on one data folder share a server, and the second takes over where the first was', async () => {
    const data = mkdtempSync(join(tmpdir(), 'stepladder-shared-'));
    const first = await startJupyter({ data });
    await first.until('ready');
    const before = serverOf(data);
    const second = await startJupyter({ data });
    try {
      expect((await second.until('ready')).url).toBe(before.url);
      expect((await second.fetch(`${API}/status`)).status).toBe(200);
      await first.stop();
      expect(isRunning(before.pid)).toBe(false);
      await eventually('the second to take over', async () =>
        (await second.fetch(`${API}/status`)).ok ? true : undefined
      );
      expect(serverOf(data)).toMatchObject({ url: before.url, token: before.token });
    } finally {
      await second.stop();
      rmSync(data, { recursive: true, force: true });
    }
  });

  test.each(['SIGTERM', 'SIGKILL'] as const)(
    'the server ends with a Jupyter that gets %s',
    async signal => {
      const data = mkdtempSync(join(tmpdir(), 'stepladder-ends-'));
      const jupyter = await startJupyter({ data });
      await jupyter.until('ready');
      const { pid } = serverOf(data);
      await jupyter.stop(signal);
      await eventually('the server to end', async () => (isRunning(pid) ? undefined : true));
      rmSync(data, { recursive: true, force: true });
    }
  );
});

/** Open connections of this machine to the port of that address. */
function connectionsTo(url: string): number {
  const port = Number(new URL(url).port).toString(16).toUpperCase().padStart(4, '0');
  const established = '01';
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .filter(([, , remote, state]) => remote?.endsWith(`:${port}`) && state === established).length;
}
