// Exported pipelines on the real Airflow: they parse, run to the notebook's own values, and fail as a DAG should.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Engine, engine } from '../support/engines.ts';
import { saveNotebook } from '../support/notebook.ts';
import { REPOSITORY, startServer, type TestServer } from '../support/server.ts';

const VENV = join(REPOSITORY, '.venv/bin/python');
const FLIGHTS = join(REPOSITORY, 'examples/flights.ipynb');
const SUPPORT = join(REPOSITORY, 'test/engines/values.py');

let folder: string;
let airflow: Engine;
let server: TestServer;
let home: Record<string, string>;

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

function run(
  program: string,
  args: string[],
  environment: Record<string, string> = {}
): Promise<Ended> {
  return new Promise(resolve => {
    const options = {
      cwd: folder,
      env: { ...process.env, ...environment },
      maxBuffer: 64 * 1024 * 1024
    };
    execFile(program, args, options, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr })
    );
  });
}

/** The notebook exported by the command line, as a user would. */
async function exported(notebook: string, name: string): Promise<string> {
  const out = join(folder, name);
  const command = [join(REPOSITORY, 'server/cli/stepladder.js'), '--data', join(folder, 'data')];
  const { code, stderr } = await run(
    process.execPath,
    [...command, 'export', notebook, '--target', 'airflow', '--out', out],
    {
      STEPLADDER_PREFIX: dirname(dirname(VENV))
    }
  );
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return out;
}

function dagsTest(
  out: string,
  dag: string,
  conf?: object,
  environment: Record<string, string> = {}
): Promise<Ended> {
  const args = ['dags', 'test', dag, ...(conf ? ['--conf', JSON.stringify(conf)] : [])];
  return run(airflow.bin('airflow'), args, {
    ...home,
    AIRFLOW__CORE__DAGS_FOLDER: out,
    ...environment
  });
}

/** Digests of the values, by the given interpreter: of a linear run of the notebook, or of what Airflow's tasks stored. */
async function values(python: string, what: 'notebook' | 'stored', place: string, names: string[]) {
  const { code, stdout, stderr } = await run(python, [SUPPORT, what, place, ...names], home);
  expect(code, stderr).toBe(0);
  // MLflow says goodbye after our last word.
  const answer = stdout.split('\n').find(line => line.startsWith('{'));
  return JSON.parse(answer!) as Record<string, string>;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stepladder-airflow-'));
  server = await startServer();
  const requirements = readFileSync(
    join(await exported(FLIGHTS, 'flights'), 'requirements.txt'),
    'utf8'
  );
  airflow = await engine('airflow', [
    'apache-airflow==3.3.2',
    'pytest==9.0.2',
    ...requirements.trim().split('\n')
  ]);
  mkdirSync(join(folder, 'airflow'));
  home = {
    AIRFLOW_HOME: join(folder, 'airflow'),
    AIRFLOW__CORE__LOAD_EXAMPLES: 'False',
    AIRFLOW__LOGGING__LOGGING_LEVEL: 'ERROR',
    MLFLOW_TRACKING_URI: server.url,
    MLFLOW_TRACKING_TOKEN: server.token,
    MLFLOW_HTTP_REQUEST_MAX_RETRIES: '2',
    MPLBACKEND: 'agg',
    // On a busy machine OpenMP's threads wait for one another; the values are the same with one.
    OMP_NUM_THREADS: '1'
  };
  const migrated = await run(airflow.bin('airflow'), ['db', 'migrate'], home);
  expect(migrated.code, migrated.stderr).toBe(0);
});

afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('the flights notebook runs on Airflow to its own values', { timeout: 900_000 }, async () => {
  const { code, stderr, stdout } = await dagsTest(join(folder, 'flights/dags'), 'flights');
  expect(code, stderr + stdout).toBe(0);
  const names = ['scores', 'predicted', 'curve', 'X_test', 'y_test', 'trips'];
  const stored = await values(
    airflow.python,
    'stored',
    join(home['AIRFLOW_HOME']!, 'storage/flights'),
    names
  );
  expect(Object.keys(stored).sort()).toEqual([...names].sort());
  expect(stored).toEqual(await values(VENV, 'notebook', FLIGHTS, names));
});

it('the tests that go with the export pass', { timeout: 600_000 }, async () => {
  const { code, stdout } = await run(airflow.bin('pytest'), ['-q', join(folder, 'flights')], home);
  expect(stdout).toContain('2 passed');
  expect(code).toBe(0);
});

it('params are given, order without values is kept, a task that fails fails the run', async () => {
  const notebook = saveNotebook(join(folder, 'small.ipynb'), [
    'import os\nfrom pathlib import Path',
    { source: 'count = 3\nname = "007"\nmaybe = None\nsizes = [1, 2]', tags: ['parameters'] },
    'numbers = list(range(count))',
    'Path("small-note.txt").write_text(f"{name} {maybe} {sizes}")',
    'note = Path("small-note.txt").read_text()\nif os.environ.get("FAIL"):\n    raise ValueError(note)',
    'total = sum(numbers)'
  ]);
  const out = await exported(notebook, 'small');
  const passed = await dagsTest(out, 'small', { count: 5, sizes: [4], maybe: 'yes' });
  expect(passed.code, passed.stderr).toBe(0);
  const storage = join(home['AIRFLOW_HOME']!, 'storage/small');
  const given = await values(airflow.python, 'stored', storage, ['total', 'note', 'numbers']);
  expect(given).toMatchObject({ total: '10', note: "'007 yes [4]'", numbers: '[0, 1, 2, 3, 4]' });
  const failed = await dagsTest(out, 'small', undefined, { FAIL: '1' });
  expect(failed.code).toBe(1);
  expect(stripVTControlCharacters(failed.stdout + failed.stderr)).toContain(
    'ValueError: 007 None [1, 2]'
  );
});
