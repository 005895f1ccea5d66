// S3 servers to test against: moto, quick and in Python; versitygw, which is a real one on a folder, made from its source.
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createS3Client } from '../../server/artifacts/s3-client.ts';
import type { S3Settings } from '../../server/artifacts/s3-settings.ts';
import { engine } from './engines.ts';
import { freePort } from './free-port.ts';

const run = promisify(execFile);
const VERSITYGW = 'v1.8.0';
const BUCKET = 'artifacts';

export interface TestS3 {
  settings: S3Settings;
  /** `s3://bucket/prefix`, the bucket made, the prefix never used before. */
  freshAddress(): string;
  /** What a server that uses it finds in its environment. */
  environment: Record<string, string>;
  stop(): Promise<void>;
}

async function start(
  port: number,
  program: string,
  args: string[],
  environment: Record<string, string>
): Promise<TestS3> {
  const endpoint = `http://127.0.0.1:${port}`;
  const settings = {
    endpoint,
    region: 'us-east-1',
    accessKeyId: 'testkey',
    secretAccessKey: 'testsecret'
  };
  const child = spawn(program, args, {
    stdio: 'ignore',
    env: { ...process.env, ...environment }
  });
  const ended = new Promise(resolve => child.once('exit', resolve));
  const stop = async () => {
    child.kill();
    await ended;
  };
  for (let tries = 0; !(await fetch(endpoint).catch(() => undefined)); tries += 1) {
    if (tries > 600 || child.exitCode !== null) {
      await stop();
      throw new Error(`${program} did not start`);
    }
    await delay(50);
  }
  await createS3Client(BUCKET, settings).send({ method: 'PUT' });
  let count = 0;
  return {
    settings,
    freshAddress: () => `s3://${BUCKET}/test/${(count += 1)}`,
    environment: {
      MLFLOW_S3_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: settings.accessKeyId,
      AWS_SECRET_ACCESS_KEY: settings.secretAccessKey
    },
    stop
  };
}

export async function startMoto(): Promise<TestS3> {
  const { bin } = await engine('moto', ['moto[server,s3]==5.1.22']);
  const port = await freePort();
  return start(port, bin('moto_server'), ['-H', '127.0.0.1', '-p', String(port)], {});
}

/** Nothing where there is no Go to make it with: `versitygw` of the path is taken too. */
export async function startVersitygw(): Promise<TestS3 | undefined> {
  const program = await findVersitygw();
  if (program === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'stepladder-s3-'));
  const port = await freePort();
  const server = await start(
    port,
    program,
    [
      '--port',
      `127.0.0.1:${port}`,
      'posix',
      '--sidecar',
      makeFolder(folder, 'meta'),
      makeFolder(folder, 'data')
    ],
    {
      ROOT_ACCESS_KEY_ID: 'testkey',
      ROOT_SECRET_ACCESS_KEY: 'testsecret',
      ROOT_ACCESS_KEY: 'testkey',
      ROOT_SECRET_KEY: 'testsecret'
    }
  );
  return {
    ...server,
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  };
}

function makeFolder(folder: string, name: string): string {
  mkdirSync(join(folder, name));
  return join(folder, name);
}

async function findVersitygw(): Promise<string | undefined> {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const folder = join(cache, 'stepladder', 'engines', `versitygw-${VERSITYGW.slice(1)}`);
  const program = join(folder, 'versitygw');
  if (existsSync(program)) return program;
  const found = await run('versitygw', ['--version']).catch(() => undefined);
  if (found) return 'versitygw';
  const go = await run('go', ['version']).catch(() => undefined);
  if (!go) return undefined;
  // Three minutes, once.
  await run('go', ['install', `github.com/versity/versitygw/cmd/versitygw@${VERSITYGW}`], {
    env: { ...process.env, GOBIN: `${folder}.new`, CGO_ENABLED: '0' },
    cwd: tmpdir(),
    maxBuffer: 64 * 1024 * 1024
  });
  renameSync(`${folder}.new`, folder);
  return program;
}
