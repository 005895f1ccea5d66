// Runs side by side: what differs between them.
import { z } from 'zod';
import { API, operation } from './operation.ts';
import { Direction, MetricValue, RunState } from './tracking.ts';

/** One value a run, in the order asked for; null where a run has none. */
const Values = z.array(z.string().nullable());
const Row = z.object({ key: z.string(), values: Values });

export const ComparedMetric = z.object({
  key: z.string(),
  direction: Direction,
  /** The last value of each run. */
  values: z.array(MetricValue.nullable()),
  /** The lowest or highest that was logged, where the direction is known. */
  best: z.array(MetricValue.nullable()).optional(),
  /** Against the first run; null for the first itself and where a value is missing or not finite. */
  change: z.array(z.number().nullable()),
  verdict: z.array(z.enum(['better', 'worse', 'same', 'unknown'])),
  /** Some run logged it more than once. */
  curve: z.boolean()
});
export type ComparedMetric = z.infer<typeof ComparedMetric>;

export const RunComparison = z.object({
  runs: z.array(
    z.object({
      runId: z.string(),
      name: z.string(),
      experiment: z.string(),
      state: RunState,
      startTime: z.number(),
      endTime: z.number().optional(),
      notebook: z.string().optional()
    })
  ),
  /** Rows that are equal in all runs and therefore left out; none with `everything`. */
  equal: z.object({
    params: z.number().int(),
    metrics: z.number().int(),
    tags: z.number().int(),
    environment: z.number().int(),
    artifacts: z.number().int(),
    cells: z.number().int(),
    data: z.number().int()
  }),
  params: z.array(Row),
  metrics: z.array(ComparedMetric),
  /** Also duration, git commit, notebook and the like: what a run is marked with. */
  tags: z.array(Row),
  /** Interpreter and packages (`name` → version), from what each run recorded of its environment. */
  environment: z.array(Row),
  /** Runs of whose environment nothing is known. */
  environmentUnknown: z.array(z.string()),
  /** Data that runs read: name → digest. */
  data: z.array(Row),
  artifacts: z.array(
    z.object({
      path: z.string(),
      bytes: z.array(z.number().int().nullable()),
      kind: z.enum(['image', 'text', 'table', 'html', 'none'])
    })
  ),
  /** Cells by id, else by place; each run against the first. */
  cells: z.array(
    z.object({
      cell: z.string(),
      changes: z.array(
        z.object({
          runId: z.string(),
          /** `added`: only this run executed it; `removed`: only the first did (a cached step is not executed again). */
          change: z.enum(['same', 'changed', 'added', 'removed']),
          lines: z.array(z.string())
        })
      )
    })
  )
});
export type RunComparison = z.infer<typeof RunComparison>;

export const compare = operation({
  name: 'compare',
  method: 'POST',
  path: `${API}/runs/compare`,
  request: z.object({
    /** The first is what the others are measured by. */
    runIds: z.array(z.string()).min(2).max(20),
    /** Also what is equal. */
    everything: z.boolean().default(false)
  }),
  response: RunComparison
});
