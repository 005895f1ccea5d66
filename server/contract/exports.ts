// A pipeline as another engine's files. The server gives them back; the caller writes them.
import { z } from 'zod';
import { NotebookRef } from './notebook.ts';
import { API, operation } from './operation.ts';

export const ExportTarget = z.enum(['airflow']);
export type ExportTarget = z.infer<typeof ExportTarget>;

export const ExportedFile = z.object({
  /** Below the export's folder, with `/`; never absolute, never `..`. */
  path: z.string(),
  content: z.string()
});
export type ExportedFile = z.infer<typeof ExportedFile>;

export const exportPipeline = operation({
  name: 'export',
  method: 'POST',
  path: `${API}/exports/:target`,
  request: NotebookRef.extend({ target: z.string() }),
  response: z.object({
    target: ExportTarget,
    folder: z.string(),
    files: z.array(ExportedFile),
    notes: z.array(z.string())
  })
});
