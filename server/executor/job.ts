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
}

export const StoredOutput = z.object({
  name: z.string(),
  digest: z.string(),
  type: z.string(),
  shape: z.string().optional(),
  repr: z.string().optional()
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

export const JobResult = z.union([
  z.object({ error: StepError }),
  z.object({ outputs: z.array(StoredOutput), state: z.string().nullable(), files: FilePaths })
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
