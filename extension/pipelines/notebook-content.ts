// The notebook as the server takes it: without outputs, which no step depends on and which may be large.
import type { NotebookPanel } from '@jupyterlab/notebook';
import { VOLATILE_METADATA } from '../../server/contract/notebook.ts';
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

const VOLATILE = new Set<string>([...VOLATILE_METADATA.cell, ...VOLATILE_METADATA.notebook]);

/** The same text as long as nothing that steps are made of has changed. */
export const contentText = (content: NotebookContent): string =>
  JSON.stringify(content, (key, value: unknown) => (VOLATILE.has(key) ? undefined : value));
