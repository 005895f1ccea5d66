// MLflow's own tests against our server, a fresh one for each. They need its source (MLFLOW_SRC) and the runner that points
// them at another server (MLFLOW_SUITE, the folder of its run.sh); without both they are not run, and not counted as passed.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { REPOSITORY } from '../support/server.ts';
import { mlflowEngine } from './mlflow-engine.ts';

const { MLFLOW_SRC: source, MLFLOW_SUITE: suite } = process.env;
const isAtHand = source !== undefined && suite !== undefined;
/** Of a machine at rest it takes four minutes. */
const PATIENCE = 45 * 60_000;

if (!isAtHand)
  console.warn(
    'MLflow’s own tests are not run: MLFLOW_SRC (its source) and MLFLOW_SUITE (the folder of the runner’s run.sh) are not both set'
  );

test.runIf(isAtHand)(
  'MLflow’s own tests pass',
  async () => {
    const { python } = await mlflowEngine();
    const out = mkdtempSync(join(tmpdir(), 'stepladder-mlflow-suite-'));
    const said = await run({
      MLFLOW_SRC: source!,
      PYTHON: python,
      OUT: out,
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
    rmSync(out, { recursive: true, force: true });
    expect(faults).toEqual([]);
    expect(failed).toBe('0');
    expect(Number(passed)).toBeGreaterThanOrEqual(140);
  },
  PATIENCE
);

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
