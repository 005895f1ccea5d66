// The notebook run from top to bottom in a fresh kernel: what every cell showed, which values it left, what it changed unseen.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { problem } from '../contract/problem.ts';
import type { KernelEnvironment } from '../environment/kernelspec.ts';
import { CellOutputs, killGroup, portray, readLines } from '../executor/service.ts';
import { recorderOf } from './typescript-recorder.ts';

export const RanCell = z.object({
  cell: z.number().int(),
  outputs: CellOutputs,
  seconds: z.number(),
  /** Digests of the values that the cell bound or may have changed. */
  values: z.record(z.string(), z.string()).default({}),
  bound: z.array(z.string()).default([]),
  /** Kinds of hidden state that it changed. */
  state: z.array(z.string()).default([])
});
export type RanCell = z.infer<typeof RanCell>;

const Event = z.union([
  RanCell,
  z.object({ finished: z.literal(true) }),
  z.object({ stopped: z.object({ cell: z.number().int().nullable(), reason: z.string() }) })
]);

export interface Reference {
  cells: RanCell[];
  stopped?: { cell: number; reason: string };
}

export interface ReferenceJob {
  environment: KernelEnvironment;
  /** An interpreter that has Jupyter's client. */
  python: string;
  bridge: string;
  folder: string;
  own: string;
  /** Folder of stored values. */
  values: string;
  /** Seconds a cell. */
  limit: number;
  /** Memory that is free has other content than in another run. */
  scribble: boolean;
  cells: { cell: number; source: string; names: string[] }[];
  cancelled: AbortSignal;
  onCell(cell: number): void;
}

/** @throws environment_not_found when the kernel does not start */
export async function runInKernel(job: ReferenceJob): Promise<Reference> {
  const { environment, python, bridge, limit, scribble, cells, folder, own, values } = job;
  if (job.cancelled.aborted) return { cells: [] };
  mkdirSync(join(values, 'partial'), { recursive: true });
  const child = spawn(python, ['-B', join(bridge, 'proof_kernel.py')], {
    cwd: folder,
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe', 'pipe']
  });
  const end = () => killGroup(child.pid, 'SIGTERM');
  process.once('exit', end);
  job.cancelled.addEventListener('abort', end);
  let errors = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-2000);
  });
  child.stdin!.on('error', () => {});
  // Left open: its end tells that the server is gone.
  child.stdin!.write(
    `${JSON.stringify({
      argv: environment.argv,
      variables: variablesOf(job),
      folder,
      own,
      values,
      limit,
      scribble,
      records: environment.language === 'python',
      ...(environment.language === 'typescript' ? { recorder: recorderOf(portray) } : {}),
      cells
    })}\n`
  );
  const found: Reference = { cells: [] };
  let finished = false;
  const exited = new Promise<string | undefined>(resolve => {
    child.once('error', error => resolve(error.message));
    child.once('close', () => resolve(undefined));
  });
  readLines(child.stdio[3] as Readable, lines => {
    for (const line of lines.filter(Boolean)) {
      const said = Event.parse(JSON.parse(line));
      if ('finished' in said) finished = true;
      else if ('stopped' in said) {
        finished = true;
        found.stopped = { ...said.stopped, cell: said.stopped.cell ?? cells[0]?.cell ?? 0 };
      } else {
        found.cells.push(said);
        job.onCell(said.cell);
      }
    }
  });
  const refused = await exited;
  job.cancelled.removeEventListener('abort', end);
  process.off('exit', end);
  if (refused !== undefined || (!finished && !job.cancelled.aborted)) {
    const why = refused ?? errors.trim().split('\n').at(-1) ?? 'it ended without a word';
    throw problem(
      'environment_not_found',
      `The notebook's kernel "${environment.kernel}" could not be run: ${why}`,
      { remedy: 'Install the kernel of the notebook, or choose another one' }
    );
  }
  return found;
}

/** A fixed seed: sets come in the same order in every run. */
function variablesOf({ environment, own, scribble }: ReferenceJob): Record<string, string> {
  return {
    PYTHONHASHSEED: '0',
    ...environment.variables,
    ...copyVariables(own),
    ...(scribble ? { MALLOC_PERTURB_: '165' } : {})
  };
}

/** What the notebook logs goes with the copy: it was not the user who ran it. */
export function copyVariables(own: string): Record<string, string> {
  return {
    IPYTHONDIR: join(own, 'ipython'),
    MLFLOW_TRACKING_URI: pathToFileURL(join(own, 'mlruns')).href,
    MLFLOW_ALLOW_FILE_STORE: 'true',
    STEPLADDER_DATA: join(own, 'data'),
    STEPLADDER_OUTBOX: join(own, 'outbox')
  };
}
