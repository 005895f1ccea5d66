// The project's own Python environment, which has the real MLflow client, and scripts run in it.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY, type TestServer } from '../support/server.ts';

export const PREFIX = join(REPOSITORY, '.venv');

const run = promisify(execFile);

/** Runs a script of this folder and gives back the facts that it printed. */
export async function factsOf(
  script: string,
  environment: Record<string, string>,
  python = join(PREFIX, 'bin', 'python')
): Promise<Record<string, unknown>> {
  const { stdout } = await run(python, [join(import.meta.dirname, script)], {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      GIT_PYTHON_REFRESH: 'quiet',
      ...environment
    },
    maxBuffer: 16 * 1024 * 1024
  });
  const line = stdout.split('\n').find(text => text.startsWith('FACTS '));
  if (!line) throw new Error(`${script} printed no facts:\n${stdout}`);
  return JSON.parse(line.slice('FACTS '.length)) as Record<string, unknown>;
}

/** What the kernels' environment has, so that MLflow's client finds the server by itself. */
export const mlflowEnvironment = ({ url, token }: TestServer): Record<string, string> => ({
  MLFLOW_TRACKING_URI: url,
  MLFLOW_TRACKING_TOKEN: token,
  MLFLOW_DISABLE_TELEMETRY: 'true'
});
