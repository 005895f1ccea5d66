// The table of runs: which rows and columns, what is done to runs from it, and the views that people keep of it.
import { z } from 'zod';
import { API, operation } from './operation.ts';
import { Direction, MetricValue, RunState } from './tracking.ts';

/** Which runs: MLflow's filter grammar with OR and parentheses; `deleted` looks into the bin. */
export const RunSelection = z.object({
  filter: z.string().optional(),
  deleted: z.boolean().default(false)
});
export type RunSelection = z.input<typeof RunSelection>;

/**
 * A column of values: `params.<key>`, `metrics.<key>` (the last value), `tags.<key>`, or one of
 * `attributes.experiment | notebook | state | start_time | duration`.
 */
export const RunField = z
  .string()
  .regex(/^(params|metrics|tags|attributes)\../, 'a field is e.g. "params.rate" or "metrics.rmse"');

export const RunColumns = z.object({
  /** Runs that fit. */
  total: z.number().int(),
  /** Keys are looked for in so many of the newest ones. */
  looked: z.number().int(),
  params: z.array(
    z.object({
      key: z.string(),
      runs: z.number().int(),
      /** Different values. */
      values: z.number().int(),
      numeric: z.boolean()
    })
  ),
  metrics: z.array(
    z.object({
      key: z.string(),
      runs: z.number().int(),
      direction: Direction,
      /** Some run has a curve of it. */
      curve: z.boolean()
    })
  ),
  tags: z.array(z.object({ key: z.string(), runs: z.number().int(), values: z.number().int() }))
});
export type RunColumns = z.infer<typeof RunColumns>;

export const RunRow = z.object({
  runId: z.string(),
  name: z.string(),
  experiment: z.string(),
  state: RunState,
  startTime: z.number(),
  endTime: z.number().optional(),
  notebook: z.string().optional(),
  parentRunId: z.string().optional(),
  /** Nested runs directly below it. */
  children: z.number().int(),
  note: z.boolean(),
  params: z.record(z.string(), z.string()),
  metrics: z.record(
    z.string(),
    z.object({
      last: MetricValue,
      /** Where the metric's direction is known. */
      best: MetricValue.optional(),
      count: z.number().int(),
      spark: z.array(z.number())
    })
  ),
  tags: z.record(z.string(), z.string())
});
export type RunRow = z.infer<typeof RunRow>;

export const getRunColumns = operation({
  name: 'run-columns',
  method: 'POST',
  path: `${API}/runs/columns`,
  request: RunSelection,
  response: RunColumns
});

/** A window of the table; an offset, so that the middle of a long list is one jump away. */
export const getRunTable = operation({
  name: 'run-table',
  method: 'POST',
  path: `${API}/runs/table`,
  request: RunSelection.extend({
    /** `metrics.rmse ASC`; then the newest first. */
    order: z.array(z.string()).max(5).default([]),
    offset: z.number().int().min(0).default(0),
    limit: z.number().int().min(1).max(500).default(100),
    /** Only the columns that are shown are read. */
    columns: z.array(RunField).max(60).default([]),
    /** `roots`: runs that are nested in no other; else the runs nested in that one. */
    parent: z.string().optional()
  }),
  response: z.object({ total: z.number().int(), items: z.array(RunRow) })
});

const RunIds = z.object({ runIds: z.array(z.string()).min(1).max(5000) });

/** Into the bin: `restoreRuns` takes them out again. */
export const deleteRuns = operation({
  name: 'delete-runs',
  method: 'POST',
  path: `${API}/runs/delete`,
  request: RunIds,
  response: z.object({ runIds: z.array(z.string()) })
});
export const restoreRuns = operation({
  name: 'restore-runs',
  method: 'POST',
  path: `${API}/runs/restore`,
  request: RunIds,
  response: z.object({ runIds: z.array(z.string()) })
});

/** Markdown, in MLflow's tag `mlflow.note.content`; empty takes it away. */
export const setRunNote = operation({
  name: 'set-run-note',
  method: 'POST',
  path: `${API}/runs/:runId/note`,
  request: z.object({ runId: z.string(), note: z.string().max(8000) }),
  response: z.object({ note: z.string() })
});

/** How somebody looks at the table. */
export const RunView = z.object({
  name: z.string().trim().min(1).max(100),
  search: z.string().max(4000).default(''),
  columns: z.array(RunField).max(60).default([]),
  pinned: z.array(RunField).max(20).default([]),
  order: z.string().max(400).optional(),
  group: RunField.optional(),
  nested: z.boolean().default(false)
});
export type RunView = z.infer<typeof RunView>;

export const listRunViews = operation({
  name: 'run-views',
  method: 'GET',
  path: `${API}/run-views`,
  request: z.object({}),
  response: z.object({ items: z.array(RunView) })
});
/** A view of the same name is replaced. */
export const saveRunView = operation({
  name: 'save-run-view',
  method: 'PUT',
  path: `${API}/run-views/:name`,
  request: RunView,
  response: RunView
});
export const deleteRunView = operation({
  name: 'delete-run-view',
  method: 'POST',
  path: `${API}/run-views/:name/delete`,
  request: z.object({ name: z.string() }),
  response: z.object({ name: z.string() })
});

/** What one artifact looks like, never more of it than a page shows. */
export const ArtifactPreview = z.object({
  path: z.string(),
  bytes: z.number().int(),
  kind: z.enum(['image', 'text', 'table', 'html', 'none']),
  /** Of an image: `image/png` … */
  mime: z.string().optional(),
  /** Of an image: base64; of text and HTML: as it is. */
  content: z.string().optional(),
  table: z.object({ columns: z.array(z.string()), rows: z.array(z.array(z.string())) }).optional(),
  /** There is more than is shown. */
  cut: z.boolean()
});
export type ArtifactPreview = z.infer<typeof ArtifactPreview>;

export const previewArtifact = operation({
  name: 'artifact',
  method: 'GET',
  path: `${API}/runs/:runId/artifact`,
  request: z.object({ runId: z.string(), path: z.string().min(1) }),
  response: ArtifactPreview
});

/** One cell over the runs it was executed in, newest first. */
export const getCellHistory = operation({
  name: 'cell-history',
  method: 'GET',
  path: `${API}/cells/:cellId`,
  request: z.object({ cellId: z.string(), notebook: z.string().optional() }),
  response: z.object({
    items: z.array(
      z.object({
        runId: z.string(),
        name: z.string(),
        state: RunState,
        executionId: z.string(),
        startTime: z.number(),
        endTime: z.number().optional(),
        source: z.string(),
        metrics: z.array(z.object({ key: z.string(), last: MetricValue })),
        /** Against the execution before it; empty when the source is the same. */
        change: z.array(z.string())
      })
    )
  })
});
