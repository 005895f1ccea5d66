// The logging API in a real tslab kernel, and what the recorder makes of it; nothing is put into that kernel.
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { record } from '../../kernel-bridge/capture/channel.ts';
import { createRecorder, type RecordedEvent } from '../../kernel-bridge/capture/recorder.ts';
import type { ResponseOf } from '../../server/contract/operation.ts';
import type { getRun, listRuns } from '../../server/contract/tracking.ts';
import { type Jupyter, type OpenKernel, pointedAt, startJupyter } from '../support/kernels.ts';
import { REPOSITORY, startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let jupyter: Jupyter;
let kernel: OpenKernel;

beforeAll(async () => {
  server = await startServer();
  jupyter = await startJupyter(pointedAt(server));
  // As below the repository's root, where `examples/` stands.
  const modules = join(jupyter.folder, 'node_modules');
  mkdirSync(join(modules, '@types'), { recursive: true });
  symlinkSync(join(REPOSITORY, 'kernel-bridge/typescript'), join(modules, 'stepladder-log'));
  symlinkSync(join(REPOSITORY, 'node_modules/@types/node'), join(modules, '@types/node'));
  kernel = await jupyter.open('penguins.ts.ipynb', 'tslab');
});
afterAll(async () => {
  await kernel.close();
  await jupyter.stop();
  await server.stop();
});

type Runs = ResponseOf<typeof listRuns>['items'];
async function get<T>(path: string): Promise<T> {
  return (await (await server.fetch(path)).json()) as T;
}
const runs = async () => (await get<{ items: Runs }>('/stepladder/v1/runs')).items;
const patience = { timeout: 20_000, interval: 50 };

test('the verbs reach the run of the notebook, without printing anything', async () => {
  const imported = await kernel.run("import * as stepladder from 'stepladder-log';");
  expect(imported).toMatchObject({ status: 'ok', text: '', count: 1 });
  const logged = await kernel.run(`import { writeFileSync } from 'fs';
writeFileSync('note.txt', 'a note');
stepladder.logParams({ rounds: 100, name: 'a' });
for (const loss of [3, 2, 1]) stepladder.logMetric('loss', loss);
stepladder.logMetric('bad', NaN);
stepladder.setTag('species', 'adelie');
stepladder.logArtifact('note.txt', 'notes');
stepladder.logModel({ weights: [1, 2] }, 'line');
await stepladder.flush()`);
  expect(logged).toMatchObject({ status: 'ok', text: '' });
  await expect.poll(async () => (await runs())[0]?.models.length, patience).toBe(1);
  const found = await runs();
  expect(found.length).toBe(1);
  expect(found[0]).toMatchObject({
    notebook: join(jupyter.folder, 'penguins.ts.ipynb'),
    sessionId: kernel.kernelId,
    params: { rounds: '100', name: 'a' },
    models: [{ name: 'line' }]
  });
  const run = await get<ResponseOf<typeof getRun>>(`/stepladder/v1/runs/${found[0]!.runId}`);
  expect(run.metrics.map(({ key, last, count }) => [key, last, count])).toEqual([
    ['bad', 'NaN', 1],
    ['loss', 1, 3]
  ]);
  expect(run.tags['species']).toBe('adelie');
  expect(run.artifacts).toEqual([{ path: 'notes/note.txt', bytes: 6 }]);
});

test('the recorder knows its errors by their text; the count shows that nothing was injected', async () => {
  const events: RecordedEvent[] = [];
  const end = record(
    kernel.channel,
    createRecorder({ now: Date.now, newId: () => crypto.randomUUID() }),
    recorded => events.push(...recorded)
  );
  const good = await kernel.run('const a: number = 1;', { cellId: 'c1' });
  const thrown = await kernel.run('throw new RangeError("too far")');
  expect(thrown.count).toBe(good.count! + 1);
  // After an error tslab aborts what comes within 200 ms.
  await expect.poll(async () => (await kernel.run('1')).status, patience).toBe('ok');
  const wrong = await kernel.run("const b: number = 'text';");
  const told = () =>
    [good, thrown, wrong].flatMap(({ id }) =>
      events.filter(event => 'executionId' in event && event.executionId === id)
    );
  await expect.poll(() => told().length, patience).toBe(6);
  end();
  const found = told();
  expect(
    found.map(event => (event.type === 'cell-ended' ? [event.state, event.error?.name] : []))
  ).toEqual([[], ['ok', undefined], [], ['error', 'RangeError'], [], ['error', 'TypeScriptError']]);
  expect(found[0]).toMatchObject({ cellId: 'c1', source: 'const a: number = 1;' });
  expect(found[3]).toMatchObject({ error: { value: 'too far' } });
});
