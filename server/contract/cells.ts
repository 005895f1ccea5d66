// How each cell of an open notebook stands: in the kernel that it runs in, and against the last version.
import { z } from 'zod';
import { Ambiguity, Finding } from './analysis.ts';
import { NotebookRef } from './notebook.ts';
import { API, operation } from './operation.ts';

/**
 * `new`: never captured, and nothing to say of it. `captured`: as the last version has it. `edited`: since it ran, or since the last
 * version. `upstream`: what it takes in is no longer what it took. `order`: it took something that another cell had left behind.
 * In order of rank: of several cells, the last of these is what there is most to say of.
 */
export const CellState = z.enum([
  'new',
  'captured',
  'edited',
  'upstream',
  'order',
  'failed',
  'running'
]);
export type CellState = z.infer<typeof CellState>;

export const Standing = z.object({
  state: CellState,
  /** One sentence: which cell, which name. */
  reason: z.string().optional()
});
export type Standing = z.infer<typeof Standing>;

/** One name that a cell takes from another, with the two lines that say so. */
export const CellInput = z.object({
  name: z.string(),
  kind: z.enum(['value', 'file', 'state', 'order']),
  certainty: z.enum(['must', 'may']),
  /** An import or a definition, which every step that uses it has anyway. */
  replicated: z.boolean(),
  /** Index of the cell that gives it. */
  from: z.number().int(),
  fromLine: z.number().int().optional(),
  toLine: z.number().int().optional(),
  text: z.string().optional()
});
export type CellInput = z.infer<typeof CellInput>;

export const CellStanding = Standing.extend({
  /** Among all cells of the notebook. */
  index: z.number().int(),
  /** It ran in this kernel, as it is now. */
  ran: z.boolean(),
  inputs: z.array(CellInput),
  outputs: z.array(z.string()),
  /** Names that no earlier cell defines, each with the likeliest reason. */
  missing: z.array(Finding),
  ambiguities: z.array(Ambiguity)
});
export type CellStanding = z.infer<typeof CellStanding>;

/** The kernel's session, where there is one: without it nothing has run. */
const InKernel = NotebookRef.extend({ session: z.string().max(128).optional() });

export const readCells = operation({
  name: 'cells',
  method: 'POST',
  path: `${API}/pipelines/cells`,
  request: InKernel,
  response: z.object({
    /** Of code cells. */
    cells: z.array(CellStanding),
    /** By step: of the cell of it that has most to say. */
    steps: z.record(z.string(), Standing)
  })
});

/** What has to run so that a cell gets what it takes in, in order; the cell itself is the last one. */
export const planCell = operation({
  name: 'needs',
  method: 'POST',
  path: `${API}/pipelines/needs`,
  request: InKernel.extend({ cell: z.number().int().min(0) }),
  response: z.object({ cells: z.array(z.object({ index: z.number().int(), reason: z.string() })) })
});
