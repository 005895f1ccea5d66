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
  /** What the text says, whichever way the run went. */
  text: z.object({ imports: Names, binds: Names, branches: Names }),
  error: z.object({ name: z.string(), value: z.string(), line: z.number().int() }).optional()
});
export type CellEvidence = z.infer<typeof CellEvidence>;

export interface EvidenceRun {
  cells: CellEvidence[];
  /** Why it ended before the last cell, other than by an error of a cell. */
  cutShort?: string;
}

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
  /** After a cell that fails too. */
  goesOn?: boolean;
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

/** @throws environment_not_found when the interpreter does not start */
export async function gatherEvidence(job: EvidenceJob): Promise<EvidenceRun> {
  const { environment, bridge, folder, own, guarded, limit, goesOn = false, cells } = job;
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
  const seen: CellEvidence[] = [];
  let finished = false;
  let late = false;
  let errors = '';
  child.stdin!.on('error', () => {});
  child.stdin!.end(`${JSON.stringify({ folder, own, guarded, goesOn, cells })}\n`);
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-2000);
  });
  const timer = setTimeout(() => {
    late = true;
    endGroup();
  }, limit * 1000);
  process.once('exit', endGroup);
  try {
    const exited = new Promise<string | undefined>(resolve => {
      child.once('error', error => resolve(error.message));
      child.once('exit', () => resolve(undefined));
    });
    const events = createInterface({ input: child.stdio[3] as Readable });
    void exited.then(() => endGroup());
    for await (const line of events) {
      const said: unknown = JSON.parse(line);
      if (said && typeof said === 'object' && 'finished' in said) finished = true;
      else seen.push(CellEvidence.parse(said));
    }
    const refused = await exited;
    if (refused !== undefined)
      throw problem(
        'environment_not_found',
        `The interpreter "${environment.executable}" does not start: ${refused}`,
        { remedy: 'Install the kernel of the notebook, or choose another one' }
      );
  } finally {
    clearTimeout(timer);
    process.off('exit', endGroup);
    endGroup();
  }
  if (finished) return { cells: seen };
  const last = errors.trim().split('\n').at(-1);
  return {
    cells: seen,
    cutShort: late
      ? `the limit of ${limit} seconds was over`
      : `the process ended${last ? `: ${last}` : ''}`
  };
}
