// Where notebooks are. What is stored about one is stored under its path, so whoever renames it says so.
import { z } from 'zod';
import { API, operation } from './operation.ts';

/** A notebook, or a folder with all notebooks below it, has another name now; the files are the caller's to move. */
export const moveNotebook = operation({
  name: 'move-notebook',
  method: 'POST',
  path: `${API}/notebooks/move`,
  request: z.object({
    /** Absolute, or relative to the workspace; both. */
    from: z.string().min(1),
    to: z.string().min(1)
  }),
  response: z.object({ from: z.string(), to: z.string() })
});
