// Experiments, runs and what each cell did, as the panels and the CLI see them. The MLflow wire stands in mlflow.ts.
import { z } from 'zod';
import { MOST_INT64 } from './int64.ts';
import { API, operation } from './operation.ts';
import { page, PageQuery } from './page.ts';
import { Machine, Package } from './run-facts.ts';

export const RunState = z.enum(['running', 'scheduled', 'finished', 'failed', 'killed']);
export type RunState = z.infer<typeof RunState>;

// Literals: of an enum, declarations are emitted with `[-Infinity]` as a key, which is another type.
/** A metric's value; JSON has no NaN and no infinities, so these three travel as strings. */
export const MetricValue = z.union([z.number(), z.literal(['NaN', 'Infinity', '-Infinity'])]);
export type MetricValue = z.infer<typeof MetricValue>;

/** Which way a metric gets better, from its name where it is a well-known one. */
export const Direction = z.enum(['higher', 'lower', 'unknown']);
export type Direction = z.infer<typeof Direction>;

export const MetricSummary = z.object({
  key: z.string(),
  last: MetricValue,
  /** The lowest or highest that was logged, where the direction is known. */
  best: MetricValue.optional(),
  direction: Direction.optional(),
  step: z.number().int(),
  count: z.number().int(),
  /** At most 40 values, first and last included, extremes kept: enough for a sparkline. */
  spark: z.array(z.number())
});
export type MetricSummary = z.infer<typeof MetricSummary>;

export const RunSummary = z.object({
  runId: z.string(),
  name: z.string(),
  experimentId: z.string(),
  experiment: z.string(),
  state: RunState,
  /** UTC milliseconds. */
  startTime: z.number(),
  endTime: z.number().optional(),
  /** Absolute path of the notebook, when a notebook made it. */
  notebook: z.string().optional(),
  sessionId: z.string().optional(),
  metrics: z.array(MetricSummary),
  params: z.record(z.string(), z.string()),
  /** Logged models of the run: `m-…` ids and names. */
  models: z.array(z.object({ modelId: z.string(), name: z.string() }))
});
export type RunSummary = z.infer<typeof RunSummary>;

export const CellChange = z.object({
  name: z.string(),
  type: z.string(),
  /** E.g. `336,776 × 19`. */
  shape: z.string().optional(),
  /** A digest of what it holds, of plain values that are quickly looked through. */
  content: z.string().max(64).optional()
});
export type CellChange = z.infer<typeof CellChange>;

/** One execution of one cell, as captured. */
export const CellExecution = z.object({
  executionId: z.string(),
  cellId: z.string().optional(),
  step: z.string().optional(),
  count: z.number().int().optional(),
  source: z.string(),
  state: z.enum(['running', 'ok', 'error', 'aborted', 'interrupted']),
  startTime: z.number(),
  endTime: z.number().optional(),
  error: z.object({ name: z.string(), value: z.string() }).optional(),
  /** Names bound or changed, with type and shape where the kernel has our hook. */
  changes: z.array(CellChange),
  /** Keys of metrics logged while the cell ran. */
  metrics: z.array(z.string())
});
export type CellExecution = z.infer<typeof CellExecution>;

export const RunDetail = RunSummary.extend({
  tags: z.record(z.string(), z.string()),
  artifacts: z.array(z.object({ path: z.string(), bytes: z.number().int() })),
  cells: z.array(CellExecution),
  /** Markdown. */
  note: z.string(),
  parent: z.object({ runId: z.string(), name: z.string() }).optional(),
  /** Runs nested in it, oldest first. */
  children: z.array(z.object({ runId: z.string(), name: z.string(), state: RunState }))
});
export type RunDetail = z.infer<typeof RunDetail>;

export const MetricSeries = z.object({
  key: z.string(),
  points: z.array(z.object({ step: z.number().int(), time: z.number(), value: MetricValue }))
});
export type MetricSeries = z.infer<typeof MetricSeries>;

export const listRuns = operation({
  name: 'runs',
  method: 'GET',
  path: `${API}/runs`,
  request: PageQuery.extend({
    /** Only runs of this notebook (absolute, or relative to the workspace). */
    notebook: z.string().optional(),
    /** MLflow's filter grammar. */
    filter: z.string().optional(),
    /** `metrics.rmse ASC`; several with commas between. */
    order: z.string().optional()
  }),
  response: page(RunSummary)
});

export const getRun = operation({
  name: 'run-detail',
  method: 'GET',
  path: `${API}/runs/:runId`,
  request: z.object({ runId: z.string() }),
  response: RunDetail
});

export const getSeries = operation({
  name: 'series',
  method: 'GET',
  path: `${API}/runs/:runId/series`,
  request: z.object({
    runId: z.string(),
    key: z.string(),
    points: z.coerce.number().int().min(2).max(5000).default(1000)
  }),
  response: MetricSeries
});

// What kernels and the recorder say. One door for all of them: a batch of events of one kernel session.

/** A run's id, or the one that its session knows it by. */
const RunKey = z.string().regex(/^[A-Za-z0-9][\w-]{0,255}$/);

const FileState = z.object({
  path: z.string(),
  bytes: z.number().int(),
  /** UTC milliseconds. */
  modified: z.number()
});

/** A number that the database keeps as a whole one. JavaScript's own `int` ends where doubles skip one. */
export const WholeNumber = z
  .number()
  .min(-MOST_INT64)
  .max(MOST_INT64)
  .refine(Number.isInteger, 'It must be a whole number');

const Timed = { id: z.string().min(8).max(64), time: z.number() };

/**
 * `id` makes a retry harmless: an event of an id already seen is dropped. Cell events of the browser's recorder and of the
 * kernel's own hook meet by `executionId`, the `msg_id` of the execute request; the hook's word wins.
 */
export const SessionEvent = z.discriminatedUnion('type', [
  /** A kernel process began (start, restart after a crash, restart by hand). Ends what ran in the session before. */
  z.object({ ...Timed, type: z.literal('session-started') }),
  z.object({
    ...Timed,
    type: z.literal('cell-started'),
    executionId: z.string(),
    cellId: z.string().optional(),
    step: z.string().optional(),
    tags: z.array(z.string()).default([]),
    source: z.string(),
    count: z.number().int().optional()
  }),
  z.object({
    ...Timed,
    type: z.literal('cell-ended'),
    executionId: z.string(),
    state: z.enum(['ok', 'error', 'aborted', 'interrupted']),
    count: z.number().int().optional(),
    error: z.object({ name: z.string(), value: z.string() }).optional(),
    changes: z.array(CellChange).default([]),
    /** Files that the cell named and that were there, unchanged since it began. */
    reads: z.array(FileState).max(100).optional(),
    /** Those that it named and that were changed after it began. */
    writes: z.array(FileState).max(100).optional()
  }),
  /**
   * A run begun by hand. The first of a session without a parent goes on in the session's automatic run, so that a notebook
   * has one run and not two; with the id of a run that is there, that run goes on.
   */
  z.object({
    ...Timed,
    type: z.literal('run-started'),
    /** Given by whoever logs: what it says later names the run by it. */
    runId: RunKey,
    name: z.string().max(250).optional(),
    /** The run that it is nested in. */
    parent: RunKey.optional(),
    params: z.record(z.string(), z.string()).default({}),
    tags: z.record(z.string(), z.string()).default({})
  }),
  z.object({
    ...Timed,
    type: z.literal('run-ended'),
    runId: RunKey,
    state: z.enum(['finished', 'failed', 'killed']).default('finished')
  }),
  /** What the session's process runs on and in. */
  z.object({
    ...Timed,
    type: z.literal('surroundings'),
    machine: Machine.optional(),
    packages: z.array(Package).max(10_000).optional()
  }),
  z.object({
    ...Timed,
    type: z.literal('logged'),
    /** Of a run begun by hand, or one that an MLflow client made; the session's own when left out. */
    runId: RunKey.optional(),
    executionId: z.string().optional(),
    params: z.record(z.string(), z.string()).default({}),
    tags: z.record(z.string(), z.string()).default({}),
    metrics: z
      .array(
        z.object({ key: z.string(), value: MetricValue, step: WholeNumber, time: WholeNumber })
      )
      .default([])
  }),
  z.object({ ...Timed, type: z.literal('heartbeat') }),
  z.object({ ...Timed, type: z.literal('session-ended'), killed: z.boolean().default(false) })
]);
export type SessionEvent = z.infer<typeof SessionEvent>;

export const recordSession = operation({
  name: 'record-session',
  method: 'POST',
  path: `${API}/sessions/:sessionId/events`,
  request: z.object({
    /** The kernel's id (of the Jupyter server) where there is one, else any id of the process. */
    sessionId: z.string().regex(/^[\w-]{1,128}$/),
    /**
     * Who speaks: the hook knows times and errors best, the recorder cell ids and order; a logging API joins the kernel
     * of its notebook; the executor's session is a pipeline run of its own, whatever kernel has the notebook open.
     */
    source: z.enum(['hook', 'recorder', 'api', 'executor']),
    /** Absolute path of the notebook, or relative to the workspace. */
    notebook: z.string().optional(),
    kernel: z
      .object({
        language: z.string(),
        version: z.string().optional(),
        executable: z.string().optional()
      })
      .optional(),
    /** Absolute path of the program, when no notebook is running. */
    script: z.string().max(4096).optional(),
    events: z.array(SessionEvent).max(1000)
  }),
  response: z.object({
    runId: z.string().optional(),
    accepted: z.number().int(),
    /** The runs begun by hand in this batch: their ids by what the session calls them. */
    runs: z.record(z.string(), z.string()).optional(),
    /** Our hook speaks from within this kernel; asked for with no events at all. */
    hooked: z.boolean()
  })
});

/** The run that a session's logging goes to now; made when there is none yet. */
export const getSessionRun = operation({
  name: 'session-run',
  method: 'POST',
  path: `${API}/sessions/:sessionId/run`,
  request: z.object({
    sessionId: z.string().regex(/^[\w-]{1,128}$/),
    notebook: z.string().optional(),
    /** Another one than the session's own: begun by hand in it, or known by its id. */
    run: RunKey.optional()
  }),
  response: z.object({ runId: z.string(), experimentId: z.string(), artifactUri: z.string() })
});
