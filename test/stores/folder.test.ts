// A data folder that cannot be used as it should: full, read-only, taken. Real file systems, so some only for root on Linux. And
// a server for the network.
import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { REPOSITORY, startServer } from '../support/server.ts';
import { canMount, fill, mountSmall, unmount } from '../support/tmpfs.ts';

const serve = (data: string, ...options: string[]) =>
  spawnSync(
    process.execPath,
    [join(REPOSITORY, 'server/cli/main.ts'), '--data', data, 'serve', ...options],
    { encoding: 'utf8', timeout: 60_000 }
  );

describe.runIf(canMount())('on a file system of 24 MB', () => {
  let data: string;
  beforeEach(() => {
    data = mountSmall('24m');
  });
  afterEach(() => {
    unmount(data);
  });

  test('a full disk refuses with 429; with room again, all goes on, and nothing acknowledged is lost', async () => {
    const server = await startServer({ data });
    const post = (path: string, body: object) =>
      server.fetch(`/api/2.0/mlflow/${path}`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' }
      });
    const made = await post('runs/create', { experiment_id: '0' });
    const { run } = (await made.json()) as { run: { info: { run_id: string } } };
    const run_id = run.info.run_id;
    const ballast = fill(data, 1024 * 1024);

    const acknowledged: string[] = [];
    let refused: Response | undefined;
    for (let tag = 0; !refused && tag < 1000; tag += 1) {
      const answer = await post('runs/set-tag', {
        run_id,
        key: `t${tag}`,
        value: 'x'.repeat(7000)
      });
      if (answer.status === 200) acknowledged.push(`t${tag}`);
      else refused = answer;
    }
    expect(refused?.status).toBe(429);
    expect(await refused!.text()).toMatch(/full/);
    const upload = await server.fetch('/api/2.0/mlflow-artifacts/artifacts/big', {
      method: 'PUT',
      body: Buffer.alloc(8 * 1024 * 1024)
    });
    expect(upload.status).toBe(429);
    expect((await server.fetch(`/api/2.0/mlflow/runs/get?run_id=${run_id}`)).status).toBe(200);

    rmSync(ballast);
    expect((await post('runs/set-tag', { run_id, key: 'after', value: 'x' })).status).toBe(200);
    await server.kill();
    const again = await startServer({ data });
    const answer = await again.fetch(`/api/2.0/mlflow/runs/get?run_id=${run_id}`);
    const found = (await answer.json()) as { run: { data: { tags: { key: string }[] } } };
    const keys = found.run.data.tags.map(({ key }) => key);
    expect(keys).toEqual(expect.arrayContaining([...acknowledged, 'after']));
    expect((await again.fetch('/api/2.0/mlflow-artifacts/artifacts/big')).status).toBe(404);
    await again.stop();
  });

  test('a read-only folder is refused at the start, in words', () => {
    execFileSync('mount', ['-o', 'remount,ro', data]);
    const { status, stderr } = serve(data);
    expect(status).toBe(1);
    expect(stderr).toMatch(/cannot be (used|written to)/);
    expect(stderr).toContain(data);
  });
});

test('two servers on one folder: the second is refused, and says which one is there', async () => {
  const server = await startServer();
  const second = serve(server.data);
  expect(second.status).toBe(2);
  expect(second.stderr).toContain('already running');
  expect(second.stderr).toContain(server.url);
  const joined = serve(server.data, '--join');
  expect(joined.status).toBe(0);
  expect(joined.stdout).toContain(server.url);
  await server.stop();
});

test('a server for the network answers to the name that others have for this machine, with its token', async () => {
  const server = await startServer({ args: ['--host', '0.0.0.0'] });
  const { port } = new URL(server.url);
  const ask = (headers: Record<string, string>) =>
    new Promise<number | undefined>((resolve, reject) => {
      const path = '/api/2.0/mlflow/experiments/get?experiment_id=0';
      get({ port, path, headers: { host: `team-box:${port}`, ...headers } }, answer =>
        resolve(answer.resume().statusCode)
      ).on('error', reject);
    });
  expect(await ask({ authorization: `Bearer ${server.token}` })).toBe(200);
  expect(await ask({})).toBe(401);
  await server.stop();
});
