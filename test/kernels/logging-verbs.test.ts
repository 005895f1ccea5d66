// The Python verbs in real kernels and scripts: runs begun by hand, beside MLflow's client, and when their process dies.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ResponseOf } from '../../server/contract/operation.ts';
import type { getRunFacts } from '../../server/contract/run-facts.ts';
import type { getRun, listRuns } from '../../server/contract/tracking.ts';
import { type Jupyter, type OpenKernel, pointedAt, startJupyter } from '../support/kernels.ts';
import { REPOSITORY, startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let jupyter: Jupyter;
let kernel: OpenKernel | undefined;
let notebooks = 0;

beforeAll(async () => {
  server = await startServer();
  jupyter = await startJupyter(pointedAt(server));
});
afterEach(async () => {
  await kernel?.close();
  kernel = undefined;
});
afterAll(async () => {
  await jupyter.stop();
  await server.stop();
});

const open = async () => (kernel = await jupyter.open(`verbs-${++notebooks}.ipynb`));
const patience = { timeout: 20_000, interval: 50 };
async function get<T>(path: string, from = server): Promise<T> {
  return (await (await from.fetch(path)).json()) as T;
}
type Runs = ResponseOf<typeof listRuns>['items'];
const runsOf = async (sessionId: string, from = server): Promise<Runs> =>
  (await get<{ items: Runs }>('/stepladder/v1/runs', from)).items.filter(
    run => run.sessionId === sessionId
  );
const detail = (runId: string, from = server) =>
  get<ResponseOf<typeof getRun>>(`/stepladder/v1/runs/${runId}`, from);

test('start_run goes on in the notebook’s run, nested ones are its children, files reach the run they were logged to', async () => {
  const { run, kernelId } = await open();
  await run('import stepladder as s', { cellId: 'first' });
  const said = await run(
    `with s.start_run(name="outer", tags={"team": "a"}) as outer:
    s.log_metric("loss", 3)
    for depth in (1, 2):
        with s.start_run(name="depth %d" % depth, nested=True):
            s.log_param("depth", depth)
            for loss in (2, 1):
                s.log_metric("loss", loss)
            s.log_text("of %d" % depth, "notes/depth.txt")
    s.log_dict({"classes": ["a"]}, "classes.json")
try:
    with s.start_run(name="broken"):
        1 / 0
except ZeroDivisionError:
    print(outer.run_id, s.active_run())`
  );
  const [outerId] = said.text.split(' ');
  expect(said.text).toMatch(/ None\n$/);
  await expect
    .poll(async () => (await runsOf(kernelId)).map(({ state }) => state).sort(), patience)
    .toEqual(['failed', 'finished', 'finished', 'finished']);
  const named = new Map((await runsOf(kernelId)).map(found => [found.name, found]));
  expect([...named.keys()].sort()).toEqual(['broken', 'depth 1', 'depth 2', 'outer']);
  expect(named.get('outer')!.runId).toBe(outerId);
  const outer = await detail(outerId!);
  expect(outer.cells.map(({ cellId }) => cellId)[0]).toBe('first');
  expect(outer.artifacts.map(({ path }) => path)).toEqual(['classes.json']);
  const inner = await detail(named.get('depth 2')!.runId);
  expect(inner.tags['mlflow.parentRunId']).toBe(outerId);
  expect(inner.artifacts).toEqual([{ path: 'notes/depth.txt', bytes: 4 }]);
  expect(inner.metrics[0]).toMatchObject({ key: 'loss', count: 2, step: 1, last: 1 });
});

test('both clients mean the same run, whichever began it', async () => {
  const { run, kernelId } = await open();
  await run(`import mlflow, stepladder as s
with s.start_run(name="ours"):
    mlflow.log_metric("theirs", 1)
    s.log_metric("ours", 1)
with mlflow.start_run(run_name="mlflow's"):
    s.log_metric("ours", 2)
    with s.start_run():
        s.log_metric("joined", 2)
    mlflow.log_metric("theirs", 2)
print(mlflow.active_run(), s.active_run())`);
  await expect
    .poll(
      async () =>
        (await runsOf(kernelId)).map(({ name, state, metrics }) => [
          name,
          state,
          metrics.map(({ key, last }) => `${key} ${String(last)}`)
        ]),
      patience
    )
    .toEqual([
      ["mlflow's", 'finished', ['joined 2', 'ours 2', 'theirs 2']],
      ['ours', 'finished', ['ours 1', 'theirs 1']]
    ]);
});

test('every run knows its machine, packages and files; a point of a curve knows its cell', async () => {
  const { run, kernelId } = await open();
  writeFileSync(join(jupyter.folder, 'table.csv'), 'a,b\n1,2\n');
  await run('from pathlib import Path\nfolder = Path(".")', { cellId: 'first' });
  await run(
    'import stepladder as s\nrows = open(folder / "table.csv").readlines()\nopen("written.csv", "w").write("x")',
    { cellId: 'second' }
  );
  const third = await run('for i in range(5): s.log_metric("loss", 5 - i)', { cellId: 'third' });
  await expect.poll(async () => (await runsOf(kernelId))[0]?.metrics.length, patience).toBe(1);
  const [only] = await runsOf(kernelId);
  const facts = () =>
    get<ResponseOf<typeof getRunFacts>>(`/stepladder/v1/runs/${only!.runId}/facts`);
  await expect.poll(async () => (await facts()).environment !== undefined, patience).toBe(true);
  await expect.poll(async () => (await facts()).files.length, patience).toBe(2);
  const found = await facts();
  expect(found.kernel).toMatchObject({ language: 'python' });
  expect(found.machine!.cpus).toBeGreaterThan(0);
  expect(found.environment!.packages.map(({ name }) => name)).toContain('ipykernel');
  expect(found.files.filter(({ written }) => !written)).toMatchObject([
    { path: join(jupyter.folder, 'table.csv'), bytes: 8 }
  ]);
  expect(found.stretches).toMatchObject([
    { key: 'loss', cellId: 'third', executionId: third.id, firstStep: 0, lastStep: 4, points: 5 }
  ]);
});

test('a cell tagged metrics, or pipeline-metrics as in Kale, gives metrics', async () => {
  const { run, kernelId } = await open();
  await run('accuracy = 0.5\nname = "x"', { tags: ['metrics'] });
  await run('f1 = 0.25', { tags: ['pipeline-metrics'] });
  await expect
    .poll(
      async () => (await runsOf(kernelId))[0]?.metrics.map(({ key, last }) => [key, last]),
      patience
    )
    .toEqual([
      ['accuracy', 0.5],
      ['f1', 0.25]
    ]);
});

interface Script {
  child: ChildProcess;
  /** What it printed first. */
  said: Promise<string>;
  ended: Promise<unknown>;
}

/** A program in a process of its own; what it cannot deliver waits beside the server's data. */
function startScript(source: string, to: TestServer): Script {
  const folder = mkdtempSync(join(tmpdir(), 'stepladder-script-'));
  const script = join(folder, 'train.py');
  writeFileSync(script, source);
  const child = spawn('python3', [script], {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      PYTHONPATH: join(REPOSITORY, 'kernel-bridge/python'),
      STEPLADDER_OUTBOX: join(to.data, 'outbox'),
      STEPLADDER_DATA: to.data
    },
    stdio: ['ignore', 'pipe', 'inherit']
  });
  const ended = new Promise(resolve => child.once('exit', resolve)).finally(() =>
    rmSync(folder, { recursive: true, force: true })
  );
  const said = new Promise<string>(resolve => {
    child.stdout!.once('data', (text: Buffer) => resolve(text.toString().trim()));
  });
  return { child, said, ended };
}

test('a script killed -9 while the server is away does not run for ever: it is killed', async () => {
  let own = await startServer();
  const { child, said } = startScript(
    `import stepladder, time
with stepladder.start_run(name="long") as run:
    stepladder.log_metric("loss", 1)
    stepladder.flush()
    print(run.run_id, flush=True)
    time.sleep(600)`,
    own
  );
  const runId = await said;
  expect((await detail(runId, own)).state).toBe('running');
  await own.kill();
  child.kill('SIGKILL');
  own = await startServer({ data: own.data });
  try {
    expect((await detail(runId, own)).state).toBe('running');
    await expect
      .poll(async () => (await detail(runId, own)).state, { timeout: 90_000, interval: 500 })
      .toBe('killed');
  } finally {
    await own.stop();
    rmSync(own.data, { recursive: true, force: true });
  }
}, 120_000);

test('what a script logs while the server is away is delivered by the next one, once, files with it', async () => {
  const own = await startServer();
  await own.kill();
  const first = startScript(
    `import stepladder
with stepladder.start_run(name="away") as run:
    stepladder.log_metrics({"a": 1, "b": float("inf")})
    stepladder.log_text("kept", "kept.txt")
    with stepladder.start_run(name="within", nested=True):
        stepladder.log_text("kept too", "deep/kept.txt")
print("done", flush=True)`,
    own
  );
  expect(await first.said).toBe('done');
  await first.ended;
  const back = await startServer({ data: own.data });
  try {
    const next = startScript(
      'import stepladder\nstepladder.log_param("next", 1)\nprint(stepladder.flush(), flush=True)',
      back
    );
    expect(await next.said).toBe('True');
    await next.ended;
    const { items } = await get<{ items: Runs }>('/stepladder/v1/runs', back);
    const named = new Map(items.map(found => [found.name, found.runId]));
    expect(items.map(({ state }) => state)).toEqual(['finished', 'finished', 'finished']);
    const away = await detail(named.get('away')!, back);
    const within = await detail(named.get('within')!, back);
    expect(away.artifacts.map(({ path }) => path)).toEqual(['kept.txt']);
    expect(within.artifacts.map(({ path }) => path)).toEqual(['deep/kept.txt']);
    expect(away.metrics.map(({ key, last, count }) => [key, last, count])).toEqual([
      ['a', 1, 1],
      ['b', 'Infinity', 1]
    ]);
    expect(away.tags['stepladder.source']).toBe('script');
  } finally {
    await back.stop();
    rmSync(own.data, { recursive: true, force: true });
  }
}, 60_000);
