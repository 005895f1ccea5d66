// The notebook as the server takes it: without outputs, which no step depends on and which may be large.
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { NotebookContent } from '../tokens.ts';

export function contentOf(
  panel: NotebookPanel,
  path: string,
  { outputs } = { outputs: false }
): NotebookContent {
  const whole = panel.model!.toJSON() as unknown as NotebookContent['notebook'];
  if (outputs) return { path, notebook: whole };
  const cells = whole.cells.map(cell =>
    cell.cell_type === 'code' ? { ...cell, outputs: [], execution_count: null } : cell
  );
  return { path, notebook: { ...whole, cells } };
}

/** What running or looking writes into metadata: the server leaves it out of versions, and no step depends on it. */
const VOLATILE = new Set([
  'execution',
  'ExecuteTime',
  'collapsed',
  'scrolled',
  'papermill',
  'trusted',
  'jupyter',
  'widgets',
  'language_info',
  'signature'
]);

/** The same text as long as nothing that steps are made of has changed. */
export const contentText = (content: NotebookContent): string =>
  JSON.stringify(content, (key, value: unknown) => (VOLATILE.has(key) ? undefined : value));
