// Parts of MLflow's own tests against our server, a fresh one for each test. They need its source (MLFLOW_SRC) and the runner
// that points them at another server (MLFLOW_SUITE, the folder of its run.sh); without both they are not run, and not counted
// as passed.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY } from '../support/server.ts';
import { mlflowEngine } from './mlflow-engine.ts';

const { MLFLOW_SRC: source, MLFLOW_SUITE: suite } = process.env;
export const isAtHand = source !== undefined && suite !== undefined;

export interface SuiteResult {
  passed: number;
  failed: number;
  /** A line each: the test, and what it said. */
  faults: string[];
}

export interface SuitePart {
  /** Files of MLflow's tests; the runner's own choice when not given. */
  files?: readonly string[];
  /** Tests of these that are left out. */
  without?: readonly string[];
  /** What they import besides, pinned. */
  needs?: readonly string[] | undefined;
}

export async function runMlflowSuite({
  files,
  without = [],
  needs
}: SuitePart): Promise<SuiteResult> {
  const { python } = await mlflowEngine(needs);
  const out = mkdtempSync(join(tmpdir(), 'stepladder-mlflow-suite-'));
  try {
    const said = await run({
      MLFLOW_SRC: source!,
      PYTHON: python,
      OUT: out,
      ...(files ? { SUITES: files.join(' '), MLFLOW_BAR_FLUENT: '1' } : {}),
      // Of one test: a fit on a busy machine takes its time.
      TEST_TIMEOUT: '900',
      PYTEST_ARGS: without.map(test => `--deselect=${test}`).join(' '),
      STEPLADDER_CMD: [
        quote(process.execPath),
        quote(join(REPOSITORY, 'server/cli/stepladder.js')),
        '--data {data}/stepladder serve --host 127.0.0.1 --port {port} --auth none --workspace .',
        '--default-artifact-root {artifact_root} --artifacts-destination {artifacts_destination}'
      ].join(' ')
    });
    const [, passed, failed] = /passed=(\d+) failed=(\d+) deselected=\d+\s*$/.exec(said) ?? [];
    const faults = readdirSync(out).flatMap(part =>
      readFileSync(join(out, part, 'results.tsv'), 'utf8')
        .split('\n')
        .filter(line => line.startsWith('failed\t'))
    );
    return { passed: Number(passed), failed: Number(failed), faults };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function run(environment: Record<string, string>): Promise<string> {
  const child = spawn(join(suite!, 'run.sh'), {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit']
  });
  const pieces: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve(Buffer.concat(pieces).toString('utf8')));
  });
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
