// kill -9 under load, again and again, on both databases: what was acknowledged is there, what is sent again is there once.
// `KILL_ROUNDS=100` for the long form, which is in bench/RESULTS.md.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { startServer, type TestServer } from '../support/server.ts';

const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 3);
/** Acknowledged writes before each kill. */
const WRITES = 60;
const WRITERS = 8;
const SESSION = '/stepladder/v1/sessions/kernel/events';

interface Write {
  path: string;
  body: object;
  /** Points that it brings, as `key step`. */
  points: string[];
}

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
  await postgres.execute('create database killed');
});
afterAll(() => postgres.stop());

const post = (server: TestServer, { path, body }: Write) =>
  server.fetch(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' }
  });

/** Metrics one by one, in batches, and as events of a kernel, in turn. */
function createWrites(runId: string) {
  let count = 0;
  return (): Write => {
    count += 1;
    const step = count;
    const metric = { key: 'one', value: step / 7, timestamp: step, step };
    if (count % 3 === 0)
      return {
        path: '/api/2.0/mlflow/runs/log-metric',
        body: { run_id: runId, ...metric },
        points: [`one ${step}`]
      };
    if (count % 3 === 1) {
      const metrics = Array.from({ length: 50 }, (_, index) => ({
        key: 'batch',
        value: Math.sin(step + index),
        timestamp: step,
        step: step * 50 + index
      }));
      return {
        path: '/api/2.0/mlflow/runs/log-batch',
        body: { run_id: runId, metrics },
        points: metrics.map(one => `batch ${one.step}`)
      };
    }
    const event = { id: randomUUID(), type: 'logged', time: step };
    const metrics = [{ key: 'event', value: step, step, time: step }];
    return {
      path: SESSION,
      body: { source: 'hook', events: [{ ...event, metrics }] },
      points: [`event ${step}`]
    };
  };
}

/** Writes until enough was acknowledged, then kills. @returns what was acknowledged, and what nobody knows of. */
async function writeUntilKilled(server: TestServer, pending: Write[], next: () => Write) {
  const acknowledged: Write[] = [];
  const open = new Set<Write>(pending);
  let isKilled = false;
  async function writer(): Promise<void> {
    while (!isKilled) {
      const write = pending.shift() ?? next();
      open.add(write);
      const answer = await post(server, write).catch(() => undefined);
      if (!answer) return;
      expect(answer.status, await answer.clone().text()).toBe(200);
      open.delete(write);
      acknowledged.push(write);
      if (acknowledged.length === WRITES) {
        isKilled = true;
        void server.kill();
      }
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, writer));
  await server.kill();
  return { acknowledged, open: [...open] };
}

async function readPoints(server: TestServer, runId: string, key: string): Promise<string[]> {
  const query = new URLSearchParams({ run_id: runId, metric_key: key });
  const answer = await server.fetch(`/api/2.0/mlflow/metrics/get-history?${query.toString()}`);
  const { metrics = [] } = (await answer.json()) as { metrics?: { step: number }[] };
  return metrics.map(({ step }) => `${key} ${step}`);
}

async function begin(server: TestServer) {
  const runs = '/api/2.0/mlflow/runs/create';
  const made = await post(server, { path: runs, body: { experiment_id: '0' }, points: [] });
  const { run } = (await made.json()) as { run: { info: { run_id: string } } };
  const first = { id: randomUUID(), type: 'logged', time: 1, params: { a: '1' } };
  const said = await post(server, {
    path: SESSION,
    body: { source: 'hook', events: [first] },
    points: []
  });
  return { runId: run.info.run_id, eventRun: ((await said.json()) as { runId: string }).runId };
}

describe.each(['SQLite', 'PostgreSQL'])('%s', name => {
  test(`${ROUNDS} times`, { timeout: 120_000 + ROUNDS * 60_000 }, async () => {
    const data = mkdtempSync(join(tmpdir(), 'stepladder-kill-'));
    const args = name === 'SQLite' ? [] : ['--database', postgres.urlOf('killed')];
    let server = await startServer({ data, args });
    const { runId, eventRun } = await begin(server);
    const next = createWrites(runId);
    const acknowledged = new Set<string>();
    let pending: Write[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const result = await writeUntilKilled(server, pending, next);
      for (const { points } of result.acknowledged) points.forEach(one => acknowledged.add(one));
      pending = result.open;
      server = await startServer({ data, args });
    }
    // What had no answer is sent again, twice to be sure that it counts once.
    for (const write of [...pending, ...pending]) {
      expect((await post(server, write)).status).toBe(200);
      write.points.forEach(one => acknowledged.add(one));
    }
    const found = [
      ...(await readPoints(server, runId, 'one')),
      ...(await readPoints(server, runId, 'batch')),
      ...(await readPoints(server, eventRun, 'event'))
    ];
    expect(new Set(found).size, 'no point is there twice').toBe(found.length);
    expect(found.toSorted()).toEqual([...acknowledged].toSorted());
    console.log(`${name}: ${ROUNDS} kills, ${acknowledged.size} points`);
    await server.stop();
    rmSync(data, { recursive: true, force: true });
  });
});
