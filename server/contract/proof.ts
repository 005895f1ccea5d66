// The proof that a pipeline gives what its notebook gave, and what had to be repaired for it.
import { z } from 'zod';
import { NotebookRef } from './notebook.ts';
import { API, operation } from './operation.ts';
import { Problem } from './problem.ts';

const Cell = z.number().int();

export const Repair = z.object({
  /**
   * `input`: a name crosses that the source did not show to cross. `state`: hidden state (random generators, options,
   * environment, working folder) is handed on. `together`: the cells share one process. `again`: a value that cannot be
   * handed on is made again in each step that uses it.
   */
  kind: z.enum(['input', 'state', 'together', 'again']),
  /** Among all cells of the notebook, in its order; 0-based. */
  cells: z.array(Cell),
  names: z.array(z.string()),
  /** Why it was needed, one sentence. */
  reason: z.string()
});
export type Repair = z.infer<typeof Repair>;

export const Difference = z.object({
  cell: Cell,
  what: z.enum(['text', 'result', 'display', 'figure', 'error', 'value', 'stderr']),
  /** Of the value that crosses. */
  name: z.string().optional(),
  /** Line of the text, column and row of the table, item of the value. */
  place: z.string().optional(),
  notebook: z.string(),
  pipeline: z.string(),
  /** Both figures as base64 PNG. */
  figures: z.object({ notebook: z.string(), pipeline: z.string() }).optional()
});
export type Difference = z.infer<typeof Difference>;

/** Something that a cell shows and that could not be held against the notebook. */
export const NotCompared = z.object({
  cell: Cell,
  what: z.enum(['stderr']),
  /** Goes on after "because". */
  reason: z.string()
});
export type NotCompared = z.infer<typeof NotCompared>;

export const Proof = z.object({
  proofId: z.string(),
  notebook: z.string(),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  /** What is being done now, in words. */
  phase: z.string(),
  startTime: z.number(),
  endTime: z.number().optional(),
  equal: z.boolean(),
  /** Code cells that ran. */
  cells: z.number().int(),
  /** Of these, those whose outputs are equal: exactly, or by numbers that differ by less than 1e-9. */
  equalCells: z.number().int(),
  closeCells: z.number().int(),
  /** Cells that show something else each time the notebook itself runs; they are left out. */
  volatile: z.array(Cell),
  /** Parts of what other cells show that are left out, and why. */
  notCompared: z.array(NotCompared).default([]),
  /** Values that cross from step to step, by how they compared. */
  values: z.object({
    equal: z.number().int(),
    close: z.number().int(),
    different: z.number().int(),
    volatile: z.number().int(),
    unknown: z.number().int()
  }),
  repairs: z.array(Repair),
  steps: z.number().int(),
  /** 0: one after another; 1: all at once. From the longest chain of cells that wait for one another. */
  parallelism: z.number(),
  /** The first ones, in the order of the notebook. */
  differences: z.array(Difference),
  /** Cells that raise in the notebook too. */
  raises: z.array(Cell),
  /** The cell at which the notebook itself could not go on, and why. */
  stopped: z.object({ cell: Cell, reason: z.string() }).optional(),
  /** What the reader should know besides: files left out of the copy, steps that must stay together. */
  notes: z.array(z.string()),
  problem: Problem.optional()
});
export type Proof = z.infer<typeof Proof>;

export const prove = operation({
  name: 'prove',
  method: 'POST',
  path: `${API}/proofs`,
  request: NotebookRef.extend({
    /** Seconds that one cell may take. */
    limit: z.number().positive().max(86_400).default(120)
  }),
  /** It has begun; `proof` tells how it goes on. */
  response: Proof
});
export const getProof = operation({
  name: 'proof',
  method: 'GET',
  path: `${API}/proofs/:proofId`,
  request: z.object({ proofId: z.string() }),
  response: Proof
});
/** The last one of each notebook. */
export const listProofs = operation({
  name: 'proofs',
  method: 'GET',
  path: `${API}/proofs`,
  request: z.object({ notebook: z.string().optional() }),
  response: z.object({ items: z.array(Proof) })
});
export const cancelProof = operation({
  name: 'cancel-proof',
  method: 'POST',
  path: `${API}/proofs/:proofId/cancel`,
  request: z.object({ proofId: z.string() }),
  response: Proof
});
