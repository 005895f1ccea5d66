// A Jupyter notebook as far as we read it (nbformat 4). Unknown keys are kept, so that what we give back is what we got.
import { z } from 'zod';

const Text = z.union([z.string(), z.array(z.string())]);

export const NotebookCell = z.looseObject({
  cell_type: z.string(),
  id: z.string().optional(),
  source: Text,
  metadata: z.record(z.string(), z.unknown()).default({})
});
export type NotebookCell = z.infer<typeof NotebookCell>;

export const Notebook = z.looseObject({
  cells: z.array(NotebookCell),
  metadata: z.record(z.string(), z.unknown()).default({}),
  nbformat: z.number().int(),
  nbformat_minor: z.number().int().default(0)
});
export type Notebook = z.infer<typeof Notebook>;

/** The key of ours in a cell's metadata: intent only, nothing that a run changes. */
export const CellIntent = z.object({
  step: z.string().optional(),
  /** Steps that must end before this cell's step, where its code does not say so. On the step's first cell. */
  after: z.array(z.string()).optional(),
  /** Who writes a name that this cell reads, where the source leaves that open: name -> the writing line, or `*` (the run decides). */
  writers: z.record(z.string(), z.string()).optional()
});
export type CellIntent = z.infer<typeof CellIntent>;

/** The key of ours in the notebook's metadata. */
export const NotebookIntent = z.object({
  pipeline: z.string().optional(),
  /** The branch that captures go to; the main line without it. */
  branch: z.string().optional()
});
export type NotebookIntent = z.infer<typeof NotebookIntent>;

/** Name of both keys. */
export const INTENT_KEY = 'stepladder';

/** Names of steps: what Python, file systems and orchestrators all accept. */
export const STEP_NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/** What running or looking changes: no step depends on it, and no version holds it. */
export const VOLATILE_METADATA = {
  cell: ['execution', 'ExecuteTime', 'collapsed', 'scrolled', 'papermill', 'trusted', 'jupyter'],
  notebook: ['widgets', 'papermill', 'language_info', 'signature', 'toc-autonumbering']
} as const;

export function cellSource(cell: Pick<NotebookCell, 'source'>): string {
  return Array.isArray(cell.source) ? cell.source.join('') : cell.source;
}

export function cellTags(cell: NotebookCell): string[] {
  const tags = cell.metadata['tags'];
  return Array.isArray(tags) ? tags.filter(tag => typeof tag === 'string') : [];
}

export function cellIntent(cell: NotebookCell): CellIntent {
  const intent = CellIntent.safeParse(cell.metadata[INTENT_KEY]);
  return intent.success ? intent.data : {};
}

export function notebookIntent(notebook: Notebook): NotebookIntent {
  const intent = NotebookIntent.safeParse(notebook.metadata[INTENT_KEY]);
  return intent.success ? intent.data : {};
}

/** What a request says about the notebook it means: where it is, and its content as the sender sees it. */
export const NotebookRef = z.object({
  /** Absolute, or relative to the server's workspace. */
  path: z.string().min(1),
  notebook: Notebook
});
export type NotebookRef = z.infer<typeof NotebookRef>;
