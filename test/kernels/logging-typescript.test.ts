// The TypeScript verbs in plain Node, from the package that is published: runs begun by hand, and what happens while the server
// is away.
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ResponseOf } from '../../server/contract/operation.ts';
import type { getRun, listRuns } from '../../server/contract/tracking.ts';
import { REPOSITORY, startServer, type TestServer } from '../support/server.ts';

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stepladder-node-'));
  mkdirSync(join(folder, 'node_modules'));
  await promisify(execFile)(process.execPath, [
    join(REPOSITORY, 'server/setup/build-logging.mjs'),
    join(folder, 'node_modules', 'stepladder-log')
  ]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let scripts = 0;
/** @returns what it printed, when it has ended well. */
function runScript(source: string, { data }: TestServer): Promise<string> {
  const script = join(folder, `train-${++scripts}.mjs`);
  writeFileSync(script, `import * as s from 'stepladder-log';\n${source}`);
  const child = spawn(process.execPath, [script], {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      STEPLADDER_DATA: data,
      STEPLADDER_OUTBOX: join(data, 'outbox')
    },
    stdio: ['ignore', 'pipe', 'inherit']
  });
  let text = '';
  child.stdout.on('data', (part: Buffer) => (text += part.toString()));
  return new Promise((resolve, reject) =>
    child.once('exit', code =>
      code === 0 ? resolve(text) : reject(new Error(`${script} ended with ${code}`))
    )
  );
}

type Runs = ResponseOf<typeof listRuns>['items'];
const runsOf = async (server: TestServer): Promise<Runs> =>
  ((await (await server.fetch('/stepladder/v1/runs')).json()) as { items: Runs }).items;
const detail = async (server: TestServer, runId: string) =>
  (await (await server.fetch(`/stepladder/v1/runs/${runId}`)).json()) as ResponseOf<typeof getRun>;

test('a script has runs, nested ones beside each other, metrics of the system, and ends by itself', async () => {
  // A root that clients are told to write to themselves: the verbs do not, they have the server write.
  const root = pathToFileURL(join(folder, 'artifacts')).href;
  const server = await startServer({ args: ['--default-artifact-root', root] });
  try {
    const said = await runScript(
      `const outer = s.startRun({ name: 'outer', params: { depth: 3 }, systemMetrics: true });
s.logMetrics({ loss: NaN, f1: 0.5 }, 7, 1000);
await Promise.all(['a', 'b'].map(name => s.withRun({ name }, async () => {
  s.logParam('name', name);
  await new Promise(done => setTimeout(done, 20));
  s.logMetric('loss', name === 'a' ? 1 : 2);
  s.logText('of ' + name, 'notes/' + name + '.txt');
  if (name === 'b') s.logModel({ weights: [1, 2] }, 'line');
})));
await s.withRun({ name: 'broken' }, () => { throw new Error('no'); }).catch(() => {});
s.endRun();
await s.flush();
console.log(outer.runId, s.activeRun());`,
      server
    );
    const found = new Map((await runsOf(server)).map(run => [run.name, run]));
    expect([...found].map(([name, { state }]) => `${name} ${state}`).sort()).toEqual([
      'a finished',
      'b finished',
      'broken failed',
      'outer finished'
    ]);
    const outer = await detail(server, found.get('outer')!.runId);
    expect(said).toBe(`${outer.runId} undefined\n`);
    expect(outer.params).toEqual({ depth: '3' });
    expect(outer.tags['stepladder.source']).toBe('script');
    expect(outer.metrics.map(({ key }) => key)).toContain('system/cpu_utilization_percentage');
    const b = await detail(server, found.get('b')!.runId);
    expect(b).toMatchObject({
      params: { name: 'b' },
      metrics: [{ key: 'loss', last: 2 }],
      artifacts: [{ path: 'notes/b.txt', bytes: 4 }],
      models: [{ name: 'line' }]
    });
    expect(b.tags['mlflow.parentRunId']).toBe(outer.runId);
  } finally {
    await server.stop();
  }
});

test('what is logged while the server is away, files and models too, is delivered by the next script, once', async () => {
  const own = await startServer();
  await own.kill();
  await runScript(
    `s.startRun({ name: 'away' });
s.logMetric('loss', 1);
s.logText('kept', 'kept.txt');
s.logModel({ weights: [1, 2] }, 'line');
s.endRun();`,
    own
  );
  const back = await startServer({ data: own.data });
  try {
    await runScript(`s.logParam('next', 1);\nawait s.flush();`, back);
    const away = (await runsOf(back)).find(({ name }) => name === 'away')!;
    expect(away).toMatchObject({ state: 'finished', models: [{ name: 'line' }] });
    const whole = await detail(back, away.runId);
    expect(whole.artifacts).toEqual([{ path: 'kept.txt', bytes: 4 }]);
    expect(whole.metrics).toMatchObject([{ key: 'loss', count: 1 }]);
    await runScript(`s.logParam('third', 1);\nawait s.flush();`, back);
    expect((await detail(back, away.runId)).metrics).toMatchObject([{ key: 'loss', count: 1 }]);
    expect((await runsOf(back)).length).toBe(3);
  } finally {
    await back.stop();
    rmSync(own.data, { recursive: true, force: true });
  }
});
