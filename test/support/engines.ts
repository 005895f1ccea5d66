// Python environments for the peers and engines that tests run against (Airflow, MLflow, a Triton client …): one an engine,
// kept outside the tree, made once for a set of pinned requirements and then shared by every test process.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const UV = 'uv==0.13.8';
const FOLDER = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'stepladder',
  'engines'
);

export interface Engine {
  /** The environment's folder. */
  readonly folder: string;
  /** Its interpreter. */
  readonly python: string;
  /** Path of a program that one of its packages brought, e.g. `bin('airflow')`. */
  bin(program: string): string;
}

/**
 * The environment of that name with exactly these requirements, each pinned: `await engine('airflow', ['apache-airflow==3.3.2'])`.
 * Makes it when it is not there; callers that come meanwhile wait for it.
 */
export async function engine(name: string, requirements: string[]): Promise<Engine> {
  for (const requirement of requirements) {
    if (!/^[\w.-]+(\[[\w,-]+\])?(==|>=|<|~=)\S+$/.test(requirement)) {
      throw new Error(`Engine "${name}": pin "${requirement}", as in "pandas==3.1.1"`);
    }
  }
  return environment(name, requirements, async folder => {
    const { bin } = await environment('uv', [UV], makeWithPip);
    const python = join(folder, 'bin', 'python');
    await execute(bin('uv'), ['venv', '--quiet', folder]);
    await execute(bin('uv'), ['pip', 'install', '--quiet', '--python', python, ...requirements]);
  });

  async function makeWithPip(folder: string): Promise<void> {
    await execute('python3', ['-m', 'venv', folder]);
    await execute(join(folder, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', UV]);
  }
}

async function environment(
  name: string,
  requirements: string[],
  make: (folder: string) => Promise<void>
): Promise<Engine> {
  const id = createHash('sha256')
    .update([...requirements].sort().join('\n'))
    .digest('hex');
  const folder = join(FOLDER, `${name}-${id.slice(0, 12)}`);
  const ready = join(folder, 'requirements.txt');
  if (!existsSync(ready)) {
    mkdirSync(FOLDER, { recursive: true });
    const unlock = await lock(`${folder}.lock`);
    try {
      if (!existsSync(ready)) {
        rmSync(folder, { recursive: true, force: true });
        await make(folder);
        writeFileSync(`${ready}.new`, requirements.join('\n') + '\n');
        renameSync(`${ready}.new`, ready);
      }
    } finally {
      unlock();
    }
  }
  return {
    folder,
    python: join(folder, 'bin', 'python'),
    bin: program => join(folder, 'bin', program)
  };
}

/** A lock that a killed holder cannot leave behind: SQLite's own, given back by the operating system. */
async function lock(file: string): Promise<() => void> {
  const database = new DatabaseSync(file);
  for (;;) {
    try {
      database.exec('begin exclusive');
      return () => database.close();
    } catch (error) {
      if (!(error instanceof Error) || !/locked|busy/i.test(error.message)) throw error;
      await delay(200);
    }
  }
}

async function execute(program: string, args: string[]): Promise<void> {
  try {
    await run(program, args, { maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    const said = (error as { stderr?: string }).stderr ?? '';
    throw new Error(`${program} ${args.join(' ')} failed:\n${said.slice(-4000)}`, { cause: error });
  }
}
