// What a worker is asked and what it answers; `kernel-bridge/python/stepladder/step_run.py` is the other side.
import { z } from 'zod';
import type { GivenParam } from './params.ts';

export interface CodePart {
  /** Index of its cell in the notebook. */
  cell: number;
  /** As it runs: magics made plain Python, TypeScript made JavaScript. */
  source: string;
  /** As it stands in the notebook, where that is another text. */
  written?: string;
  overrides?: Record<string, GivenParam>;
  /** Shared code that stands between the step's own cells. */
  between?: boolean;
  /** For a proof: its number among the cells that run. */
  count?: number;
}

export interface Job {
  id: string;
  step: string;
  /** Working folder: the notebook's. */
  folder: string;
  /** Folder of the stored values. */
  values: string;
  variables: Record<string, string>;
  /** Imports, definitions and parameters, in notebook order. */
  shared: CodePart[];
  /** Digest of each replicated name's code, so that a value that holds one changes with it. */
  definitions: Record<string, string>;
  cells: CodePart[];
  inputs: { digest: string; names: string[] }[];
  /** Hidden state left by earlier steps, in notebook order. */
  state: string[];
  /** A later step counts on the hidden state that this one leaves. */
  carries: boolean;
  outputs: { name: string; needed: boolean }[];
  /** Which steps take which output, for messages. */
  users: Record<string, string[]>;
  /** For a proof: what the notebook's kernel had of each output, in its runs. Also has the step keep what its cells show. */
  expected?: Record<string, string[]>;
  /** In a process that has imported nothing ahead: what an import says is said in its cell. */
  fresh?: boolean;
}

export const StoredOutput = z.object({
  name: z.string(),
  digest: z.string(),
  type: z.string(),
  shape: z.string().optional(),
  repr: z.string().optional(),
  /** Of a table. */
  columns: z.array(z.object({ name: z.string(), type: z.string() })).optional()
});
export type StoredOutput = z.infer<typeof StoredOutput>;

export const StepError = z.object({
  name: z.string(),
  value: z.string(),
  cell: z.number().int().optional(),
  line: z.number().int().optional(),
  remedy: z.string().optional()
});
export type StepError = z.infer<typeof StepError>;

export const FilePaths = z.object({
  reads: z.array(z.string()),
  writes: z.array(z.string()),
  listings: z.array(z.string())
});
export type FilePaths = z.infer<typeof FilePaths>;

/** What a cell shows: in a kernel, or in a step that is being proved. */
export const CellOutputs = z.object({
  stdout: z.string(),
  /** Not there where nobody keeps it. */
  stderr: z.string().optional(),
  /** Standard error of child processes and compiled code, where it is kept apart from that of the cell's own code. */
  otherErrors: z.string().optional(),
  displays: z.array(z.object({ result: z.boolean(), data: z.record(z.string(), z.unknown()) })),
  error: z.object({ name: z.string(), value: z.string() }).optional()
});
export type CellOutputs = z.infer<typeof CellOutputs>;

export const StepProof = z.object({
  cells: z.array(z.object({ cell: z.number().int(), outputs: CellOutputs })),
  compared: z.array(
    z.object({
      name: z.string(),
      verdict: z.enum(['equal', 'close', 'different', 'volatile', 'unknown']),
      /** Where a value is different: a column and row, an item, an attribute. */
      place: z.string().optional(),
      pipeline: z.string().optional(),
      notebook: z.string().optional()
    })
  ),
  /** Values that were stored and cannot be read back. */
  unreadable: z.array(z.object({ names: z.array(z.string()), reason: z.string() })),
  /** Values that cannot be stored. */
  unstorable: z.array(z.object({ name: z.string(), type: z.string(), reason: z.string() })),
  /** Kinds of hidden state that the step changed. */
  changed: z.array(z.string())
});
export type StepProof = z.infer<typeof StepProof>;

export const JobResult = z.union([
  z.object({ error: StepError }),
  z.object({
    outputs: z.array(StoredOutput),
    state: z.string().nullable(),
    files: FilePaths,
    proof: StepProof.optional()
  })
]);
export type JobResult = z.infer<typeof JobResult>;

export const WorkerEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('ready') }),
  z.object({ event: z.literal('unsafe'), reason: z.string() }),
  z.object({ event: z.literal('started'), id: z.string(), pid: z.number().int() }),
  z.object({
    event: z.literal('output'),
    id: z.string(),
    stream: z.enum(['stdout', 'stderr']),
    lines: z.array(z.string())
  }),
  z.object({
    event: z.literal('ended'),
    id: z.string(),
    signal: z.number().int().nullable(),
    result: JobResult.nullable()
  })
]);
export type WorkerEvent = z.infer<typeof WorkerEvent>;

export type OnLines = (stream: 'stdout' | 'stderr', lines: string[]) => void;

export interface StepProcess {
  ended: Promise<JobResult>;
  /** Ends it with everything it started. */
  kill(): void;
}

export interface Workers {
  start(job: Job, onLines: OnLines): StepProcess;
  close(): void;
}

/** A process that ended without saying how. */
export function died(signal: number | string | null, words = ''): JobResult {
  const memory = signal === 9 || signal === 'SIGKILL';
  return {
    error: {
      name: 'ProcessEnded',
      value: `The step's process ended ${signal ? `by signal ${signal}` : 'without a result'}${words ? `: ${words}` : ''}`,
      ...(memory
        ? { remedy: 'The machine may have run out of memory: use less data at a time' }
        : {})
    }
  };
}
