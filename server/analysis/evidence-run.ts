// Runs a notebook's cells in a fresh process of its own interpreter and takes in what was seen of each.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { problem } from '../contract/problem.ts';
import type { KernelEnvironment } from '../environment/kernelspec.ts';

const Names = z.array(z.string());

/** What `evidence.py` says of one cell. */
export const CellEvidence = z.object({
  cell: z.number().int(),
  /** Names looked up before the cell bound them itself. */
  reads: Names,
  bound: Names,
  deleted: Names,
  /** Names whose content is another one, though they were not bound. */
  changed: Names,
  /** Names whose value is too large to be compared. */
  unsure: Names,
  /** Attributes of modules that are something else now: `module.name`. */
  patched: Names,
  filesRead: Names,
  filesWritten: Names,
  foldersListed: Names,
  /** A path without a root: it depends on the working folder. */
  relative: z.boolean(),
  /** Child processes or libraries may have touched files unseen. */
  opaque: z.boolean(),
  seeded: Names,
  drawn: Names,
  /** The working folder is another one. */
  moved: z.boolean(),
  /** It talked to another machine: not to be done twice. */
  connected: z.boolean(),
  seconds: z.number(),
  /** What it showed and wrote, as a digest, and the names whose content is in it. */
  result: z.string(),
  compared: Names,
  /** What the text says, whichever way the run went. */
  text: z.object({ imports: Names, binds: Names, branches: Names }),
  error: z.object({ name: z.string(), value: z.string(), line: z.number().int() }).optional()
});
export type CellEvidence = z.infer<typeof CellEvidence>;

export interface EvidenceRun {
  cells: CellEvidence[];
  /** Why it ended before the last cell. */
  cutShort?: string;
}

/** Some cells once more, from the start, without the others. */
export interface Again {
  cells: number[];
  /** Names of the last cell whose content counts. */
  names: string[];
  /** Seconds. */
  limit: number;
  /** Folder that the working folder is first made equal to. */
  pristine?: string;
}

export interface EvidenceSession {
  run: EvidenceRun;
  /** What came of the last of the cells, or nothing when it came to nothing. */
  again(request: Again): Promise<string | undefined>;
  close(): void;
}

const Said = z.union([
  z.object({ begins: z.number().int() }),
  z.object({ finished: z.literal(true), modules: Names }),
  z.object({ cut: z.string() }),
  z.object({ ready: z.literal(true) }),
  z.object({ result: z.string().nullable() }).strict(),
  CellEvidence
]);
type Said = z.infer<typeof Said>;

export interface EvidenceJob {
  environment: KernelEnvironment;
  /** Folder of Stepladder's own Python. */
  bridge: string;
  /** The copy in which the cells run. */
  folder: string;
  /** For what must not lie in the copy. */
  own: string;
  /** The user's folder, which nothing may write to. */
  guarded: string;
  /** Seconds. */
  limit: number;
  cancelled?: AbortSignal | undefined;
  cells: { cell: number; source: string; plain: string }[];
}

/** Counted on from the start of the interpreter; a fixed seed makes sets come in the same order each time. */
const variablesOf = ({ environment, own }: EvidenceJob): Record<string, string> => ({
  PYTHONHASHSEED: '0',
  ...environment.variables,
  MPLBACKEND: 'Agg',
  IPYTHONDIR: join(own, 'ipython'),
  // What the notebook logs goes with the copy: it was not the user who ran it.
  MLFLOW_TRACKING_URI: pathToFileURL(join(own, 'mlruns')).href,
  MLFLOW_ALLOW_FILE_STORE: 'true',
  STEPLADDER_DATA: join(own, 'data'),
  STEPLADDER_OUTBOX: join(own, 'outbox')
});

/** What the process needs to say that the time is over before it is ended from here. */
const PATIENCE = 2000;
const GRACE = 5;

/** @throws environment_not_found when the interpreter does not start */
export async function gatherEvidence(job: EvidenceJob): Promise<EvidenceSession> {
  const { environment, bridge, folder, own, guarded, limit, cancelled, cells } = job;
  const program = ['-B', join(bridge, 'evidence.py'), JSON.stringify(variablesOf(job))];
  const child = spawn(environment.executable, program, {
    cwd: folder,
    // A group of its own, which is ended as a whole: cells may leave processes behind.
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe', 'pipe']
  });
  const endGroup = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
  };
  let errors = '';
  let late = false;
  const send = (request: object) => child.stdin!.write(`${JSON.stringify(request)}\n`);
  child.stdin!.on('error', () => {});
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-2000);
  });
  const within = (seconds: number) =>
    setTimeout(() => {
      late = true;
      endGroup();
    }, seconds * 1000);
  process.once('exit', endGroup);
  const exited = new Promise<string | undefined>(resolve => {
    child.once('error', error => resolve(error.message));
    child.once('exit', () => resolve(undefined));
  });
  void exited.then(endGroup);
  const lines = createInterface({ input: child.stdio[3] as Readable })[Symbol.asyncIterator]();
  const next = async (seconds: number): Promise<Said | undefined> => {
    const timer = within(seconds + GRACE);
    const { value, done } = await lines.next();
    clearTimeout(timer);
    return done ? undefined : Said.parse(JSON.parse(value));
  };
  const close = () => {
    // It ends by itself, with what the last cells left behind; and otherwise soon.
    child.stdin!.end();
    void exited.then(() => {
      process.off('exit', endGroup);
      cancelled?.removeEventListener('abort', close);
    });
    setTimeout(endGroup, PATIENCE).unref();
  };
  cancelled?.addEventListener('abort', close);
  if (cancelled?.aborted) close();

  send({ folder, own, guarded, limit, cells });
  const run: EvidenceRun = { cells: [] };
  let modules: string[] = [];
  try {
    for (;;) {
      const said = await next(limit);
      if (!said) {
        const refused = await exited;
        if (refused !== undefined)
          throw problem(
            'environment_not_found',
            `The interpreter "${environment.executable}" does not start: ${refused}`,
            { remedy: 'Install the kernel of the notebook, or choose another one' }
          );
        run.cutShort = late ? overdue(limit) : ended(errors);
        break;
      }
      if ('cell' in said) run.cells.push(said);
      else if ('finished' in said) modules = said.modules;
      else if ('cut' in said) run.cutShort = said.cut === 'time' ? overdue(limit) : said.cut;
      if ('cut' in said || 'ready' in said) break;
    }
  } catch (error) {
    close();
    throw error;
  }
  return {
    run,
    async again(request) {
      if (modules.length > 0) send({ modules: modules.splice(0) });
      send(request);
      const said = await next(request.limit + limit);
      return said && 'result' in said && !('cell' in said) ? (said.result ?? undefined) : undefined;
    },
    close
  };
}

const overdue = (limit: number) => `the limit of ${limit} seconds was over`;

function ended(errors: string): string {
  const last = errors.trim().split('\n').at(-1);
  return `the process ended${last ? `: ${last}` : ''}`;
}
