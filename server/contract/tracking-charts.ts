// What charts of many runs are drawn from. All numbers are computed on the server, over all runs that fit.
import { z } from 'zod';
import { API, operation } from './operation.ts';
import { RunField, RunSelection } from './tracking-runs.ts';
import { Direction, MetricValue } from './tracking.ts';

/** The values of some fields of every run that fits, column by column: for scatter and parallel coordinates. */
export const RunFrame = z.object({
  total: z.number().int(),
  runIds: z.array(z.string()),
  names: z.array(z.string()),
  columns: z.array(
    z.object({
      field: RunField,
      kind: z.enum(['number', 'category']),
      /** Null where a run has none, or none that is finite. Numbers, or indices of `categories`. */
      values: z.array(z.number().nullable()),
      categories: z.array(z.string())
    })
  )
});
export type RunFrame = z.infer<typeof RunFrame>;

export const getRunFrame = operation({
  name: 'run-frame',
  method: 'POST',
  path: `${API}/runs/frame`,
  request: RunSelection.extend({ fields: z.array(RunField).min(1).max(12) }),
  response: RunFrame
});

export const RunGroup = z.object({
  /** Undefined for the runs that have no value of that field. */
  value: z.string().optional(),
  runs: z.number().int(),
  metrics: z.array(
    z.object({
      key: z.string(),
      count: z.number().int(),
      mean: z.number(),
      low: z.number(),
      high: z.number(),
      /** Standard deviation over the runs; 0 of one. */
      deviation: z.number()
    })
  )
});
export type RunGroup = z.infer<typeof RunGroup>;

/** Runs by the value of one field: the largest groups first, with the mean and the spread of metrics. */
export const getRunGroups = operation({
  name: 'run-groups',
  method: 'POST',
  path: `${API}/runs/groups`,
  request: RunSelection.extend({ by: RunField, metrics: z.array(z.string()).max(12).default([]) }),
  response: z.object({ total: z.number().int(), groups: z.array(RunGroup) })
});

export const CurveAxis = z.enum(['step', 'time', 'relative']);
export type CurveAxis = z.infer<typeof CurveAxis>;

export const Curve = z.object({
  runId: z.string(),
  name: z.string(),
  key: z.string(),
  /** Points logged within the range; fewer are drawn: of each stretch the lowest and the highest. */
  total: z.number().int(),
  /** Step, UTC milliseconds, or seconds since the run began. */
  x: z.array(z.number()),
  y: z.array(MetricValue),
  /** Smoothed, at the same places; absent without smoothing. */
  smooth: z.array(z.number().nullable()).optional(),
  step: z.array(z.number()),
  time: z.array(z.number())
});
export type Curve = z.infer<typeof Curve>;

const CurveRange = z.object({
  axis: CurveAxis.default('step'),
  /** On the axis: only what lies between is read, in as many buckets again. */
  from: z.number().optional(),
  to: z.number().optional(),
  points: z.number().int().min(4).max(5000).default(600),
  /**
   * Weight of the past in an exponential moving average, 0 (none) to 0.999. Divided by the weights given so far, so that
   * the first values are not drawn towards zero.
   */
  smoothing: z.number().min(0).max(0.999).default(0)
});

export const getCurves = operation({
  name: 'curves',
  method: 'POST',
  path: `${API}/runs/curves`,
  request: CurveRange.extend({
    series: z
      .array(z.object({ runId: z.string(), key: z.string() }))
      .min(1)
      .max(100)
  }),
  response: z.object({ curves: z.array(Curve) })
});

/** The mean of a metric's curves in each group of runs, with the lowest and the highest run at every place. */
export const getGroupCurves = operation({
  name: 'group-curves',
  method: 'POST',
  path: `${API}/runs/group-curves`,
  request: RunSelection.extend({
    by: RunField,
    key: z.string(),
    axis: z.enum(['step', 'relative']).default('step'),
    points: z.number().int().min(4).max(500).default(100)
  }),
  response: z.object({
    groups: z.array(
      z.object({
        value: z.string().optional(),
        /** Curves that went in: at most the newest 50 of a group. */
        runs: z.number().int(),
        x: z.array(z.number()),
        mean: z.array(z.number()),
        low: z.array(z.number()),
        high: z.array(z.number())
      })
    )
  })
});

export const ParamImportance = z.object({
  metric: z.string(),
  direction: Direction,
  /** Runs that have the metric and went in. */
  runs: z.number().int(),
  /** How it was computed, in plain words. */
  method: z.string(),
  /** How well the params explain the metric in runs that were held back: 1 all of it, 0 or less nothing. */
  explained: z.number().optional(),
  params: z.array(
    z.object({
      key: z.string(),
      /** Share of what is explained; all of them sum to 1, or are 0. */
      importance: z.number(),
      /** Rank correlation of a numeric param with the metric, -1 to 1. */
      correlation: z.number().optional()
    })
  )
});
export type ParamImportance = z.infer<typeof ParamImportance>;

export const getParamImportance = operation({
  name: 'param-importance',
  method: 'POST',
  path: `${API}/runs/importance`,
  request: RunSelection.extend({ metric: z.string() }),
  response: ParamImportance
});

/** Scalars of the TensorBoard event files among a run's artifacts. */
export const getEventCurves = operation({
  name: 'event-curves',
  method: 'GET',
  path: `${API}/runs/:runId/event-curves`,
  request: z.object({
    runId: z.string(),
    points: z.coerce.number().int().min(4).max(5000).default(600)
  }),
  response: z.object({
    files: z.number().int(),
    /** Files that could not be read to their end, with why. */
    faults: z.array(z.object({ path: z.string(), detail: z.string() })),
    curves: z.array(Curve)
  })
});
