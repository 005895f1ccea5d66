// Which names each cell takes in and hands on, and which cell needs which: the form of `stepladder analyze --json`.
import { z } from 'zod';
import { NotebookRef } from './notebook.ts';
import { API, operation } from './operation.ts';

export const CellRole = z.enum([
  'markdown',
  'empty',
  'imports',
  'definitions',
  'parameters',
  'code'
]);
export type CellRole = z.infer<typeof CellRole>;

/** One answer to an ambiguity. */
export const WriterChoice = z.object({
  /** What the cell's intent stores under the name; `*` leaves it to the run. */
  choice: z.string(),
  /** The cell and line that write the name, and that line as written; none for `*`. */
  writer: z.object({ cell: z.number().int(), line: z.number().int(), text: z.string() }).optional()
});
export type WriterChoice = z.infer<typeof WriterChoice>;

/**
 * A name whose writer cannot be told from the source. Answered by storing a `choice` in the reading cell's metadata,
 * `stepladder.writers[name]`; that holds from this cell on, until the name is bound again.
 */
export const Ambiguity = z.object({
  /** The first cell that reads it, and where. */
  cell: z.number().int(),
  line: z.number().int(),
  name: z.string(),
  /** `conditional`: a writer that may not run; `parallel`: two writers that know nothing of each other, the first one's value unused. */
  sort: z.enum(['conditional', 'parallel']),
  /** The writers in notebook order, then `*` where a run decides. */
  choices: z.array(WriterChoice),
  /** What the author has chosen; without it there is a finding `ambiguity` for it. */
  chosen: z.string().optional()
});
export type Ambiguity = z.infer<typeof Ambiguity>;

/** Something in a cell that its author should know, with where it is and what to do. */
export const Finding = z.object({
  code: z.enum([
    'syntax-error',
    'too-large',
    'undefined-name',
    'ambiguity',
    'magic',
    'shell',
    'star-import',
    'unstorable-value',
    'outside-steps',
    'step-name',
    'no-evidence',
    'secret'
  ]),
  severity: z.enum(['error', 'warning', 'note']),
  cell: z.number().int(),
  line: z.number().int(),
  name: z.string().optional(),
  message: z.string(),
  remedy: z.string()
});
export type Finding = z.infer<typeof Finding>;

export const CellAnalysis = z.object({
  /** Among all cells of the notebook, markdown included; 0-based. */
  index: z.number().int(),
  /** Names that must exist before the cell runs, imports and definitions that are replicated left out. */
  inputs: z.array(z.string()),
  /** Names that the cell binds, or whose content it changes. */
  outputs: z.array(z.string()),
  role: CellRole,
  /** Imported or defined names of replicated cells that this cell uses (directly or through a called function). */
  replicated: z.array(z.string()),
  /** Names the cell deletes. */
  deletes: z.array(z.string())
});
export type CellAnalysis = z.infer<typeof CellAnalysis>;

export const Edge = z.object({
  from: z.number().int(),
  to: z.number().int(),
  /** `value`: names cross; `file`, `state` (random generator, options, environment, working folder), `order`. */
  kind: z.enum(['value', 'file', 'state', 'order']),
  names: z.array(z.string()),
  certainty: z.enum(['must', 'may']),
  /** The two lines that make the edge: 1-based lines of the two cells. */
  reason: z
    .object({ fromLine: z.number().int(), toLine: z.number().int(), text: z.string() })
    .optional()
});
export type Edge = z.infer<typeof Edge>;

export const Parameter = z.object({
  name: z.string(),
  cell: z.number().int(),
  /** Of the default, as written. */
  type: z.enum(['int', 'float', 'bool', 'str', 'none', 'other']),
  /** The default's source text. */
  source: z.string()
});
export type Parameter = z.infer<typeof Parameter>;

export const NotebookAnalysis = z.object({
  language: z.enum(['python', 'typescript']),
  cells: z.array(CellAnalysis),
  edges: z.array(Edge),
  /** Through imports and definitions that are replicated: who uses them knows them anyway, no step waits for another. */
  replicatedEdges: z.array(Edge).optional(),
  parameters: z.array(Parameter),
  findings: z.array(Finding),
  /** Decided and undecided ones. */
  ambiguities: z.array(Ambiguity).optional()
});
export type NotebookAnalysis = z.infer<typeof NotebookAnalysis>;

export const analyze = operation({
  name: 'analyze',
  method: 'POST',
  path: `${API}/analysis`,
  request: NotebookRef,
  response: NotebookAnalysis
});
