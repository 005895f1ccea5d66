// Where a project stands on the ladder, read from what is stored.
import { z } from 'zod';
import { API, operation } from './operation.ts';

export const Rung = z.object({
  /** Id of the mission's row, e.g. `L1.2`. */
  id: z.string(),
  level: z.enum(['0', '1', '2']),
  title: z.string(),
  reached: z.boolean(),
  /** The fact that shows it ("12 runs", "v4", "delays serves v7"), and where to look at it. */
  evidence: z
    .object({
      text: z.string(),
      link: z
        .object({
          kind: z.enum(['runs', 'run', 'versions', 'pipeline-run', 'model', 'endpoint', 'export']),
          id: z.string()
        })
        .optional()
    })
    .optional()
});
export type Rung = z.infer<typeof Rung>;

export const LevelReport = z.object({
  /** The highest level whose rungs are all reached; -1 before any. */
  level: z.number().int(),
  rungs: z.array(Rung),
  next: z
    .object({ rung: z.string(), title: z.string(), text: z.string(), command: z.string() })
    .optional()
});
export type LevelReport = z.infer<typeof LevelReport>;

export const getLevels = operation({
  name: 'levels',
  method: 'GET',
  path: `${API}/levels`,
  request: z.object({}),
  response: LevelReport
});
