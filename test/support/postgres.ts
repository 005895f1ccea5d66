// A real PostgreSQL (Debian's package, or any whose programs are found) in a folder of its own, on a port of its own.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';

const run = promisify(execFile);
const DEBIAN = '/usr/lib/postgresql';

export interface TestPostgres {
  /** Of the database `postgres`, as its owner. */
  readonly url: string;
  urlOf(database: string): string;
  /** SQL as its owner, in the database `postgres` unless another is named. */
  execute(sql: string, database?: string): Promise<string>;
  /** Ends every connection at once. */
  crash(): Promise<void>;
  /** After a crash, on the same port. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

function programs(): string {
  const versions = existsSync(DEBIAN)
    ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a))
    : [];
  const folders = [
    process.env['POSTGRES_BIN'] ?? '',
    ...versions.map(version => join(DEBIAN, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(':')
  ];
  const found = folders.find(folder => folder !== '' && existsSync(join(folder, 'initdb')));
  if (found !== undefined) return found;
  throw new Error(
    'These tests need PostgreSQL: "apt-get install postgresql", or POSTGRES_BIN=<folder of initdb and pg_ctl>'
  );
}

/** Asked of whoever comes over the network; with a character that a URL has to escape. */
const PASSWORD = 'se@cret';

export async function startPostgres(): Promise<TestPostgres> {
  const bin = programs();
  // It refuses to run as root: then the package's own user does.
  const isRoot = process.getuid?.() === 0;
  const folder = mkdtempSync(join(tmpdir(), 'stepladder-postgres-'));
  const [data, passwordFile] = [join(folder, 'data'), join(folder, 'password')];
  writeFileSync(passwordFile, PASSWORD);
  if (isRoot) await run('chown', ['-R', 'postgres', folder]);
  const port = await freePort();
  const call = (program: string, ...args: string[]) =>
    isRoot
      ? run('runuser', ['-u', 'postgres', '--', join(bin, program), ...args], { cwd: '/' })
      : run(join(bin, program), args);
  await call(
    'initdb',
    ...['-D', data, '-U', 'postgres', '-E', 'UTF8', '--no-sync', '--pwfile', passwordFile],
    ...['--auth-local=trust', '--auth-host=scram-sha-256']
  );
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder}`;
  const control = (...args: string[]) =>
    call('pg_ctl', '-D', data, '-l', join(folder, 'log'), '-o', options, '-w', ...args);
  const urlOf = (database: string) =>
    `postgres://postgres:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/${database}`;
  await control('start');
  return {
    url: urlOf('postgres'),
    urlOf,
    async execute(sql, database = 'postgres') {
      const where = ['-h', folder, '-p', String(port), '-U', 'postgres', '-d', database];
      const how = ['-X', '-q', '-t', '-A', '-v', 'ON_ERROR_STOP=1'];
      return (await call('psql', ...how, ...where, '-c', sql)).stdout.trim();
    },
    start: async () => void (await control('start')),
    crash: async () => void (await control('-m', 'immediate', 'stop')),
    async stop() {
      await control('-m', 'immediate', 'stop').catch(() => {});
      rmSync(folder, { recursive: true, force: true });
    }
  };
}
