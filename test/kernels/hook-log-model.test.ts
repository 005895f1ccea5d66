// The Python verbs in a plain script: a model that MLflow's own client loads, a folder of files, a server that comes later.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ResponseOf } from '../../server/contract/operation.ts';
import type { getRun, listRuns } from '../../server/contract/tracking.ts';
import { pointedAt } from '../support/kernels.ts';
import { REPOSITORY, startServer, type TestServer } from '../support/server.ts';

const run = promisify(execFile);
let server: TestServer;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stepladder-script-'));
  // A root that clients are told to write to themselves: the verbs do not, they have the server write.
  const root = pathToFileURL(join(folder, 'artifacts')).href;
  server = await startServer({ args: ['--default-artifact-root', root] });
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function script(code: string, at: Record<string, string> = pointedAt(server)) {
  const { stdout } = await run(join(REPOSITORY, '.venv/bin/python'), ['-c', code], {
    cwd: folder,
    env: { ...process.env, STEPLADDER_OUTBOX: join(folder, 'outbox'), ...at }
  });
  return stdout;
}

async function latestRun(from: TestServer) {
  const list = (await (await from.fetch('/stepladder/v1/runs')).json()) as ResponseOf<
    typeof listRuns
  >;
  const detail = await from.fetch(`/stepladder/v1/runs/${list.items[0]!.runId}`);
  return (await detail.json()) as ResponseOf<typeof getRun>;
}

test("log_model: MLflow's own client loads it, with signature and example", async () => {
  const printed = await script(`
import stepladder
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
X, y = load_iris(as_frame=True, return_X_y=True)
model = LogisticRegression(max_iter=500).fit(X, y)
stepladder.log_model(model, "iris", input_example=X.head(3))
assert stepladder.flush()
import mlflow
[logged] = mlflow.MlflowClient().search_logged_models(["0"])
uri = "models:/" + logged.model_id
loaded = mlflow.pyfunc.load_model(uri)
print(logged.name, logged.status.value, list(loaded.predict(X)) == list(model.predict(X)))
print(loaded.metadata.signature.inputs.input_names())
print(mlflow.models.Model.load(uri).load_input_example(uri).equals(X.head(3)))
print(type(mlflow.sklearn.load_model(uri)).__name__)
`);
  expect(printed.split('\n')).toEqual([
    'iris READY True',
    "['sepal length (cm)', 'sepal width (cm)', 'petal length (cm)', 'petal width (cm)']",
    'True',
    'LogisticRegression',
    ''
  ]);
  const found = await latestRun(server);
  expect(found.models).toMatchObject([{ name: 'iris' }]);
});

test('a script has a run of its own, ended with it; what it logged is as it was then', async () => {
  mkdirSync(join(folder, 'plots'));
  writeFileSync(join(folder, 'plots', 'a.txt'), 'first');
  await script(`
import stepladder
stepladder.log_params({"rounds": 100, "nothing": None})
stepladder.log_metric("loss", float("nan"))
stepladder.log_metrics({"a": 1, "b": float("inf")}, step=7)
stepladder.set_tag("who", "me")
stepladder.log_artifact("plots", "kept")
open("plots/a.txt", "w").write("changed afterwards")
`);
  const found = await latestRun(server);
  expect(found).toMatchObject({
    state: 'finished',
    params: { rounds: '100', nothing: 'None' },
    artifacts: [{ path: 'kept/plots/a.txt', bytes: 5 }]
  });
  expect(found.tags['who']).toBe('me');
  expect(found.metrics.map(({ key, last, step }) => [key, last, step])).toEqual([
    ['a', 1, 7],
    ['b', 'Infinity', 7],
    ['loss', 'NaN', 0]
  ]);
  expect(waiting(join(folder, 'outbox'))).toEqual([]);
});

test('what a script logs while no server is there is delivered by the next script', async () => {
  const data = join(folder, 'later');
  const outbox = join(folder, 'outbox-later');
  const at = {
    STEPLADDER_URL: 'http://127.0.0.1:9',
    STEPLADDER_DATA: data,
    STEPLADDER_OUTBOX: outbox
  };
  writeFileSync(join(folder, 'note.txt'), 'note');
  await script(
    'import stepladder; stepladder.log_metric("m", 1); stepladder.log_artifact("note.txt")',
    at
  );
  const later = await startServer({ data });
  try {
    await script('import stepladder; assert stepladder.flush()', at);
    const runs = (
      (await (await later.fetch('/stepladder/v1/runs')).json()) as {
        items: { runId: string; metrics: object[] }[];
      }
    ).items;
    const logged = runs.filter(({ metrics }) => metrics.length === 1);
    expect(logged.length).toBe(1);
    const detail = (await (
      await later.fetch(`/stepladder/v1/runs/${logged[0]!.runId}`)
    ).json()) as ResponseOf<typeof getRun>;
    expect(detail.artifacts).toEqual([{ path: 'note.txt', bytes: 4 }]);
    expect(waiting(outbox)).toEqual([]);
  } finally {
    await later.stop();
  }
});

test('mistakes are said where they are made', async () => {
  const printed = await script(`
import stepladder
for call in (
    lambda: stepladder.log_artifact("nowhere.txt"),
    lambda: stepladder.log_artifact(".", "../up"),
    lambda: stepladder.log_param("", 1),
    lambda: stepladder.log_metric("m", "high"),
    lambda: stepladder.log_model(3, "m"),
    lambda: stepladder.log_model(3, "a.b"),
    lambda: stepladder.log_metric("a!b", 1),
    lambda: stepladder.set_tag("a/../b", 1),
    lambda: stepladder.log_params({"x" * 251: 1}),
):
    try:
        call()
    except (TypeError, ValueError, OSError) as error:
        print(type(error).__name__)
`);
  expect(printed.trim().split('\n')).toEqual([
    'FileNotFoundError',
    'ValueError',
    'TypeError',
    'ValueError',
    'TypeError',
    'ValueError',
    'ValueError',
    'ValueError',
    'ValueError'
  ]);
});

test('what the server does not take is warned of, and not tried again', async () => {
  const outbox = join(folder, 'outbox-refused');
  const printed = await script(
    `
import stepladder, warnings
stepladder.log_text("x", "a#b.txt")
stepladder.log_metric("good", 1)
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    print(stepladder.flush(), len(told), 'the file "a#b.txt"' in str(told[0].message))
    print(stepladder.flush())
`,
    { ...pointedAt(server), STEPLADDER_OUTBOX: outbox }
  );
  expect(printed).toBe('False 1 True\nTrue\n');
  expect((await latestRun(server)).metrics).toMatchObject([{ key: 'good', last: 1 }]);
});

/** What is not delivered yet; the lock says who delivers. */
const waiting = (outbox: string) => readdirSync(outbox).filter(name => name !== 'lock');
