// Running a pipeline on this machine.
import { z } from 'zod';
import { NotebookRef } from './notebook.ts';
import { API, operation } from './operation.ts';
import { page, PageQuery } from './page.ts';

export const StepState = z.enum([
  'waiting',
  'running',
  'done',
  'cached',
  'failed',
  'skipped',
  'cancelled'
]);
export type StepState = z.infer<typeof StepState>;

export const StepRun = z.object({
  step: z.string(),
  state: StepState,
  /** Why it ran, or why it did not: "Nothing it depends on has changed", "Its code changed", "Param rounds changed: 100 to 200". */
  reason: z.string(),
  startTime: z.number().optional(),
  endTime: z.number().optional(),
  /** Content digest, type, shape and short repr of each output. */
  outputs: z.array(
    z.object({
      name: z.string(),
      digest: z.string(),
      type: z.string(),
      shape: z.string().optional(),
      repr: z.string().optional(),
      /** Of a table. */
      columns: z.array(z.object({ name: z.string(), type: z.string() })).optional()
    })
  ),
  error: z
    .object({
      name: z.string(),
      value: z.string(),
      cell: z.number().int().optional(),
      line: z.number().int().optional(),
      remedy: z.string().optional()
    })
    .optional()
});
export type StepRun = z.infer<typeof StepRun>;

export const PipelineRun = z.object({
  pipelineRunId: z.string(),
  pipeline: z.string(),
  notebook: z.string(),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  params: z.record(z.string(), z.unknown()),
  startTime: z.number(),
  endTime: z.number().optional(),
  /** The tracked run that its steps log to. */
  runId: z.string().optional(),
  steps: z.array(StepRun)
});
export type PipelineRun = z.infer<typeof PipelineRun>;

export const LogLine = z.object({
  seq: z.number().int(),
  step: z.string(),
  stream: z.enum(['stdout', 'stderr']),
  text: z.string()
});
export type LogLine = z.infer<typeof LogLine>;

export const runPipeline = operation({
  name: 'run',
  method: 'POST',
  path: `${API}/pipeline-runs`,
  request: NotebookRef.extend({
    /** Values for the notebook's parameters. Unknown names are refused. */
    params: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
      .default({}),
    /** Steps at a time; the number of cores when not given. */
    jobs: z.number().int().min(1).max(64).optional(),
    /** Run every step, cached or not. */
    fresh: z.boolean().default(false)
  }),
  response: PipelineRun
});
export const getPipelineRun = operation({
  name: 'pipeline-run',
  method: 'GET',
  path: `${API}/pipeline-runs/:pipelineRunId`,
  request: z.object({ pipelineRunId: z.string() }),
  response: PipelineRun
});
export const listPipelineRuns = operation({
  name: 'pipeline-runs',
  method: 'GET',
  path: `${API}/pipeline-runs`,
  request: PageQuery.extend({ notebook: z.string().optional() }),
  response: page(PipelineRun)
});
export const getPipelineLogs = operation({
  name: 'logs',
  method: 'GET',
  path: `${API}/pipeline-runs/:pipelineRunId/logs`,
  request: z.object({
    pipelineRunId: z.string(),
    after: z.coerce.number().int().default(0),
    step: z.string().optional()
  }),
  response: z.object({ lines: z.array(LogLine) })
});
export const cancelPipelineRun = operation({
  name: 'cancel',
  method: 'POST',
  path: `${API}/pipeline-runs/:pipelineRunId/cancel`,
  request: z.object({ pipelineRunId: z.string() }),
  response: PipelineRun
});
