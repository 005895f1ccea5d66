// Deleting is soft, so that it can be undone; this is the other thing.
import { z } from 'zod';
import { API, operation } from './operation.ts';

/** Removes for good what was deleted: runs, logged models and experiments, with everything that was logged and their files. */
export const purge = operation({
  name: 'purge',
  method: 'POST',
  path: `${API}/purge`,
  request: z.object({
    /** Only count. */
    dryRun: z.boolean().default(false)
  }),
  response: z.object({
    runs: z.number().int(),
    models: z.number().int(),
    experiments: z.number().int(),
    files: z.number().int(),
    bytes: z.number().int(),
    /** Deleted, but kept: a registered version needs their files. */
    held: z.number().int()
  })
});
