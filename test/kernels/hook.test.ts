// The hook in real ipykernels of a real Jupyter server, told to a real server of ours.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ResponseOf } from '../../server/contract/operation.ts';
import type { getRun, listRuns } from '../../server/contract/tracking.ts';
import { engine } from '../support/engines.ts';
import {
  type Jupyter,
  type OpenKernel,
  pointedAt,
  runCell,
  startJupyter
} from '../support/kernels.ts';
import { startServer, type TestServer } from '../support/server.ts';

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

async function open(spec?: string): Promise<OpenKernel> {
  return (kernel = await jupyter.open(`notebook-${++notebooks}.ipynb`, spec));
}

async function get<T>(path: string, from = server): Promise<T> {
  return (await (await from.fetch(path)).json()) as T;
}
type Runs = ResponseOf<typeof listRuns>['items'];
const runsOf = async ({ kernelId }: OpenKernel, from = server): Promise<Runs> =>
  (await get<{ items: Runs }>('/stepladder/v1/runs', from)).items.filter(
    ({ sessionId }) => sessionId === kernelId
  );
const detail = (runId: string, from = server) =>
  get<ResponseOf<typeof getRun>>(`/stepladder/v1/runs/${runId}`, from);
/** Of the session's latest run, in order. */
async function cellsOf(of: OpenKernel) {
  const [run] = await runsOf(of);
  return run ? (await detail(run.runId)).cells : [];
}
const patience = { timeout: 20_000, interval: 50 };
/** A digest of what a value holds. */
const content: unknown = expect.stringMatching(/^[0-9a-f]{24}$/);

test('the first cell is recorded, its count is 1, and no name is leaked', async () => {
  const { run, kernelId } = await open();
  const first = await run('print([n for n in dir() if "ladder" in n.lower() or n == "os"])', {
    cellId: 'first',
    tags: ['x'],
    stepladder: { step: 'look' }
  });
  expect(first).toMatchObject({ status: 'ok', count: 1, text: '[]\n' });
  await expect
    .poll(() => cellsOf(kernel!), patience)
    .toMatchObject([
      { executionId: first.id, cellId: 'first', step: 'look', count: 1, state: 'ok' }
    ]);
  const [recorded] = await runsOf(kernel!);
  expect(recorded).toMatchObject({ notebook: join(jupyter.folder, `notebook-${notebooks}.ipynb`) });
  expect((await run('import os; print(os.environ["MLFLOW_TRACKING_TOKEN"])')).text).toBe(
    `${server.token}.${kernelId}\n`
  );
});

test('the run of the first cell is there before its first line runs', async () => {
  const { run } = await open();
  const asked = await run(
    `import json, os, urllib.request
request = urllib.request.Request(
    os.environ["STEPLADDER_URL"] + "/stepladder/v1/runs",
    headers={"Authorization": "Bearer " + os.environ["STEPLADDER_TOKEN"]})
found = json.load(urllib.request.urlopen(request))["items"]
print([r["state"] for r in found if r.get("sessionId") == os.environ["STEPLADDER_TOKEN"].split(".")[1]])`
  );
  expect(asked.text).toBe("['running']\n");
});

test('errors, interrupts and what a cell changes are told; %reset does not end it', async () => {
  const { run, interrupt, channel } = await open();
  await run('import numpy as np\ndata = [1]\nframe = np.zeros((3, 4))');
  await run('data.append(2)\n_mine = 1');
  await run('1 / 0');
  await run('x = = 1');
  const busy = new Promise<void>(resolve => {
    const end = channel.onFrame(({ message }) => {
      if (message.content['text'] !== 'sleeping\n') return;
      end();
      resolve();
    });
  });
  const long = run('import time\nprint("sleeping", flush=True)\ntime.sleep(60)');
  await busy;
  await interrupt();
  expect((await long).text).toMatch(/KeyboardInterrupt/);
  await run('%reset -f');
  await run('after = 1');
  await expect.poll(async () => (await cellsOf(kernel!)).at(-1)?.state, patience).toBe('ok');
  const cells = await cellsOf(kernel!);
  expect(cells.map(({ state }) => state)).toEqual([
    'ok',
    'ok',
    'error',
    'error',
    'interrupted',
    'ok',
    'ok'
  ]);
  expect(cells[0]!.changes).toEqual([
    { name: 'np', type: 'module' },
    { name: 'data', type: 'list', shape: '1', content },
    { name: 'frame', type: 'ndarray', shape: '3 × 4', content }
  ]);
  expect(cells[1]!.changes).toEqual([
    { name: 'data', type: 'list', shape: '2', content },
    { name: '_mine', type: 'int', content }
  ]);
  const [before, now] = [cells[0]!.changes[1]!.content, cells[1]!.changes[0]!.content];
  expect(now).not.toBe(before);
  expect(cells[2]!.error).toEqual({ name: 'ZeroDivisionError', value: 'division by zero' });
  expect(cells[3]!.error?.name).toBe('SyntaxError');
  expect(cells[6]!.changes).toEqual([{ name: 'after', type: 'int', content }]);
});

test("a cell tagged parameters gives params; the verbs and MLflow's own client reach the same run", async () => {
  const { run } = await open();
  await run('rounds = 100\nrate = 0.5\nname = "a"\nrows = [1]', { tags: ['parameters'] });
  await run(`import stepladder, mlflow
for loss in (3.0, 2.0, 1.0):
    stepladder.log_metric("loss", loss)
mlflow.log_metric("accuracy", 0.9)`);
  await expect.poll(async () => (await runsOf(kernel!))[0]?.metrics.length, patience).toBe(2);
  const runs = await runsOf(kernel!);
  expect(runs.length).toBe(1);
  expect(runs[0]!.params).toEqual({ rounds: '100', rate: '0.5', name: 'a' });
  expect(runs[0]!.metrics.find(({ key }) => key === 'loss')).toMatchObject({ count: 3, step: 2 });
});

test("run again from the top: MLflow's own client logs to the new run", async () => {
  const { run } = await open();
  for (const round of [1, 2]) {
    await run('import mlflow', { cellId: 'first' });
    await run(`mlflow.log_metric("round", ${round})`, { cellId: 'second' });
    await run('a = 1', { cellId: 'third' });
  }
  await expect.poll(async () => (await runsOf(kernel!)).length, patience).toBe(2);
  const rounds = (await runsOf(kernel!)).map(({ metrics }) => metrics.map(({ last }) => last));
  expect(rounds).toEqual([[2], [1]]);
});

test('a restart and a crash end the run; the next cell begins another, with the hook in place', async () => {
  const { run, restart, channel } = await open();
  await run('a = 1');
  await restart();
  const afterRestart = await run('b = 2');
  expect(afterRestart.count).toBe(1);
  await expect.poll(async () => (await runsOf(kernel!)).length, patience).toBe(2);
  const alive = new Promise<void>(resolve => {
    const end = channel.onStatus(status => {
      if (status !== 'restarting') return;
      end();
      resolve();
    });
  });
  channel.execute('import os, time\ntime.sleep(0.5)\nos._exit(1)');
  await alive;
  await run('c = 3');
  await expect.poll(async () => (await runsOf(kernel!)).length, patience).toBe(3);
  await expect
    .poll(async () => (await runsOf(kernel!)).map(({ state }) => state), patience)
    .toEqual(['finished', 'killed', 'finished']);
});

test('a cell of another client is recorded like one of our own', async () => {
  const { run, connect } = await open();
  await run('a = 1');
  const other = await connect();
  const theirs = await runCell(other, 'b = 2');
  other.close();
  await expect
    .poll(async () => (await cellsOf(kernel!)).map(({ executionId }) => executionId), patience)
    .toContain(theirs.id);
});

test('forked children say nothing', async () => {
  const { run } = await open();
  const { status } = await run(`import multiprocessing, stepladder
def work(n):
    stepladder.log_metric("child", n)
    return n
with multiprocessing.get_context("fork").Pool(2) as pool:
    print(pool.map(work, range(4)))
stepladder.log_metric("parent", 1)`);
  expect(status).toBe('ok');
  await expect
    .poll(async () => (await runsOf(kernel!))[0]?.metrics.map(({ key }) => key), patience)
    .toEqual(['parent']);
});

test('what is logged while the server is away arrives once when it is back', async () => {
  const own = await startServer();
  const notebook = await startJupyter(pointedAt(own));
  const away = await notebook.open('away.ipynb');
  await away.run('before = 1');
  await own.kill();
  // These end while there is no server to wait for.
  await away.run('import stepladder\nfor i in range(3): stepladder.log_metric("loss", i)');
  await away.run('during = 2');
  // Elsewhere, and with another token: its data folder says where.
  const back = await startServer({ data: own.data });
  try {
    await expect
      .poll(async () => (await runsOf(away, back))[0]?.metrics[0]?.count, patience)
      .toBe(3);
    const [run] = await runsOf(away, back);
    const states = async () => (await detail(run!.runId, back)).cells.map(({ state }) => state);
    await expect.poll(states, patience).toEqual(['ok', 'ok', 'ok']);
  } finally {
    await notebook.stop();
    await back.stop();
  }
});

test('a kernel of another environment, with an older ipykernel and nothing of ours in it', async () => {
  const { python } = await engine('bare-kernel', ['ipykernel==6.29.5', 'ipython==8.12.3']);
  const folder = join(jupyter.folder, '.kernels', 'kernels', 'bare');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'kernel.json'),
    JSON.stringify({
      argv: [python, '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
      display_name: 'Bare',
      language: 'python'
    })
  );
  const own = await startJupyter({
    ...pointedAt(server),
    JUPYTER_PATH: join(jupyter.folder, '.kernels')
  });
  try {
    const bare = await own.open('bare.ipynb', 'bare');
    expect((await bare.run('import sys; print([p for p in sys.path if ".venv" in p])')).text).toBe(
      '[]\n'
    );
    const logged = await bare.run(
      'import stepladder\nstepladder.log_metric("m", 1)\ntry:\n    import pandas\nexcept ImportError:\n    print("no pandas")'
    );
    expect(logged).toMatchObject({ status: 'ok', count: 2, text: 'no pandas\n' });
    await expect.poll(async () => (await runsOf(bare))[0]?.metrics[0]?.key, patience).toBe('m');
    expect((await detail((await runsOf(bare))[0]!.runId)).cells.length).toBe(2);
  } finally {
    await own.stop();
  }
});
