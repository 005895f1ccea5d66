// The only reader of the environment: flags over environment over defaults, all faults reported at once.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { readS3Settings, S3Settings } from './artifacts/s3-settings.ts';
import { problem } from './contract/problem.ts';

export const Config = z.object({
  host: z.string().default('127.0.0.1'),
  port: z.coerce.number().int().min(0).max(65535).default(0),
  /** Folder of the database, artifacts, pipelines and step values. */
  data: z.string(),
  /** Folder that relative notebook paths start from. */
  workspace: z.string(),
  /** Bearer token for every route; made at start when none is given. */
  token: z.string().min(16).optional(),
  /** `none` is refused on anything but loopback. */
  auth: z.enum(['token', 'none']).default('token'),
  /** `postgres://` URL of the runs and models that several servers share; without one they are in the data folder. */
  database: z
    .string()
    .regex(/^postgres(ql)?:\/\/[^/]*\/?./i, 'must be postgres://user:password@host:5432/database')
    .optional(),
  /** Seals secrets in a database that several servers share; without it each data folder has a key of its own. */
  secretsKey: z.string().min(16).optional(),
  artifacts: z.object({
    /** Folder or address of the files that come through MLflow's artifact proxy. */
    destination: z.string(),
    /** Below it new experiments keep their artifacts: the proxy, or a place that clients write to themselves. */
    root: z.string(),
    /** For `s3://` addresses: from the environment that other tools of S3 read too. */
    s3: z.object({ settings: S3Settings, copies: z.string() }).optional()
  }),
  /** Folders to look for kernelspecs in (`<folder>/kernels/<name>/kernel.json`), first wins. */
  kernelPath: z.array(z.string()),
  /** The environment's own Python, for kernelspecs that say just `python`, and for the model workers. */
  python: z.string(),
  /** Folder of our Python files (step worker, model worker, kernel hook). */
  bridge: z.string()
});
export type Config = z.infer<typeof Config>;

/** Made by `npm run setup`; a wheel has none. */
const REPOSITORY_VENV = fileURLToPath(new URL('../.venv', import.meta.url));

const BRIDGE = fileURLToPath(new URL('../kernel-bridge/python/stepladder', import.meta.url));

type Environment = Record<string, string | undefined>;
export type Flags = Partial<
  Record<
    | 'host'
    | 'port'
    | 'data'
    | 'workspace'
    | 'token'
    | 'auth'
    | 'database'
    | 'defaultArtifactRoot'
    | 'artifactsDestination',
    string | number
  >
>;

/** The nearest `.stepladder` folder at or above the working folder, as git finds its own; else the user's. */
export function findData(cwd: string, environment: Environment): string {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const here = join(folder, '.stepladder');
    if (existsSync(here)) return here;
    if (folder === dirname(folder)) break;
  }
  const home = environment['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share');
  return join(home, 'stepladder');
}

function findPython(environment: Environment, data: string): string {
  const bin = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  const prefixes = [
    environment['STEPLADDER_PREFIX'],
    join(dirname(data), '.venv'),
    REPOSITORY_VENV,
    environment['VIRTUAL_ENV']
  ];
  for (const prefix of prefixes) {
    if (prefix && existsSync(join(prefix, ...bin))) return join(prefix, ...bin);
  }
  return process.platform === 'win32' ? 'python' : 'python3';
}

function kernelFolders(environment: Environment, python: string): string[] {
  const folders = (environment['JUPYTER_PATH'] ?? '')
    .split(process.platform === 'win32' ? ';' : ':')
    .filter(Boolean);
  if (environment['JUPYTER_DATA_DIR']) folders.push(environment['JUPYTER_DATA_DIR']);
  if (python.includes('/') || python.includes('\\')) {
    folders.push(join(dirname(dirname(python)), 'share', 'jupyter'));
  }
  folders.push(
    join(homedir(), '.local', 'share', 'jupyter'),
    '/usr/local/share/jupyter',
    '/usr/share/jupyter'
  );
  return folders;
}

/** An address as it is; a path as an absolute one. */
const absolutePlace = (place: string, cwd: string): string =>
  /^[a-z][a-z0-9+.-]+:/i.test(place) ? place : resolve(cwd, place);

/** @throws problem `invalid_request` naming every fault at once. */
export function readConfig(flags: Flags, environment: Environment, cwd: string): Config {
  const data = resolve(
    cwd,
    String(flags.data ?? environment['STEPLADDER_DATA'] ?? findData(cwd, environment))
  );
  const python = findPython(environment, data);
  const setting = (flag: keyof Flags, variable: string) => flags[flag] ?? environment[variable];
  const destination =
    setting('artifactsDestination', 'STEPLADDER_ARTIFACTS_DESTINATION') ?? join(data, 'artifacts');
  const root =
    setting('defaultArtifactRoot', 'STEPLADDER_DEFAULT_ARTIFACT_ROOT') ?? 'mlflow-artifacts:/';
  const given = {
    host: flags.host ?? environment['STEPLADDER_HOST'],
    port: flags.port ?? environment['STEPLADDER_PORT'],
    data,
    workspace: resolve(cwd, String(flags.workspace ?? environment['STEPLADDER_WORKSPACE'] ?? '.')),
    // Within a kernel it also says whose session speaks: `<token>.<session>`.
    token: flags.token ?? environment['STEPLADDER_TOKEN']?.split('.', 1)[0],
    auth: flags.auth ?? environment['STEPLADDER_AUTH'],
    database: setting('database', 'STEPLADDER_DATABASE'),
    secretsKey: environment['STEPLADDER_SECRETS_KEY'],
    artifacts: {
      destination: absolutePlace(String(destination), cwd),
      root: absolutePlace(String(root), cwd),
      s3: [destination, root].some(place => /^s3:/i.test(String(place)))
        ? {
            settings: readS3Settings(environment, homedir()),
            copies: join(data, 'artifact-copies')
          }
        : undefined
    },
    kernelPath: kernelFolders(environment, python),
    python,
    bridge: environment['STEPLADDER_BRIDGE'] ?? BRIDGE
  };
  // Looked at once, at the start: to compile the schema for that takes longer.
  const config = Config.safeParse(given, { jitless: true });
  if (!config.success) {
    const faults = config.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`);
    throw problem('invalid_request', `The settings are not usable: ${faults.join('; ')}`);
  }
  if (config.data.auth === 'none' && !isLoopback(config.data.host)) {
    throw problem(
      'invalid_request',
      `--auth none is only for this machine, but --host is "${config.data.host}"`,
      {
        remedy: 'Use --host 127.0.0.1, or leave --auth at token'
      }
    );
  }
  return config.data;
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
