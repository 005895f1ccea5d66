import { z } from 'zod';
import {
  count,
  double,
  enumOf,
  int64,
  KeyValue,
  list,
  many,
  mlflowOperation,
  text,
  ViewType
} from './mlflow.ts';

const RUN_STATUSES = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'] as const;
export const RunStatus = enumOf(RUN_STATUSES, {
  1: 'RUNNING',
  2: 'SCHEDULED',
  3: 'FINISHED',
  4: 'FAILED',
  5: 'KILLED'
});

const ById = z.object({ run_id: text });

const metricFields = {
  key: text,
  value: double,
  timestamp: int64,
  step: int64.default(0),
  model_id: z.string().optional(),
  dataset_name: z.string().optional(),
  dataset_digest: z.string().optional()
};
export const WireMetric = z.object(metricFields);
export type WireMetric = z.output<typeof WireMetric>;

const WireMetrics = list(WireMetric);
/** A thousand of them are one request: those written plainly, as all clients do, need no look from zod at each. */
const QuickMetrics = z
  .unknown()
  .default([])
  .transform((value, context): WireMetric[] => {
    const plain = readPlainMetrics(value);
    if (plain) return plain;
    const result = WireMetrics.safeParse(value);
    if (result.success) return result.data;
    for (const { path, message } of result.error.issues)
      context.addIssue({ code: 'custom', path, message });
    return z.NEVER;
  });

const PLAIN_FIELDS = new Set(['key', 'value', 'timestamp', 'step']);

/** Nothing when any of them is not of the plainest form. */
function readPlainMetrics(value: unknown): WireMetric[] | undefined {
  if (!Array.isArray(value)) return undefined;
  for (const item of value as unknown[]) {
    if (typeof item !== 'object' || item === null) return undefined;
    const { key, value, timestamp, step } = item as Partial<WireMetric>;
    const isPlain =
      typeof key === 'string' &&
      key !== '' &&
      typeof value === 'number' &&
      Number.isSafeInteger(timestamp) &&
      Number.isSafeInteger(step);
    if (!isPlain) return undefined;
    for (const field in item) if (!PLAIN_FIELDS.has(field)) return undefined;
  }
  return value as WireMetric[];
}

export const createRun = mlflowOperation(
  'POST',
  '/mlflow/runs/create',
  z.object({
    experiment_id: z.string().default('0'),
    user_id: z.string().default(''),
    run_name: z.string().optional(),
    start_time: int64.optional(),
    tags: list(KeyValue)
  })
);
export const getRun = mlflowOperation('GET', '/mlflow/runs/get', ById);
export const updateRun = mlflowOperation(
  'POST',
  '/mlflow/runs/update',
  ById.extend({
    status: RunStatus.optional(),
    end_time: int64.optional(),
    run_name: z.string().optional()
  })
);
export const deleteRun = mlflowOperation('POST', '/mlflow/runs/delete', ById);
export const restoreRun = mlflowOperation('POST', '/mlflow/runs/restore', ById);

export const searchRuns = mlflowOperation(
  'POST',
  '/mlflow/runs/search',
  z.object({
    experiment_ids: list(z.string()),
    filter: z.string().optional(),
    run_view_type: ViewType,
    max_results: count.pipe(z.number().max(50_000, 'It must be at most 50000')).default(1000),
    order_by: list(z.string()),
    page_token: z.string().optional()
  })
);

export const logMetric = mlflowOperation(
  'POST',
  '/mlflow/runs/log-metric',
  ById.extend(metricFields)
);
export const logParameter = mlflowOperation(
  'POST',
  '/mlflow/runs/log-parameter',
  ById.extend({ key: text, value: z.string().default('') })
);
export const setTag = mlflowOperation(
  'POST',
  '/mlflow/runs/set-tag',
  ById.extend({ key: text, value: z.string().default('') })
);
export const deleteTag = mlflowOperation(
  'POST',
  '/mlflow/runs/delete-tag',
  ById.extend({ key: text })
);

export const logBatch = mlflowOperation(
  'POST',
  '/mlflow/runs/log-batch',
  ById.extend({ metrics: QuickMetrics, params: list(KeyValue), tags: list(KeyValue) })
);

const WireDataset = z.object({
  name: text,
  digest: text,
  source_type: text,
  source: text,
  schema: z.string().optional(),
  profile: z.string().optional()
});
export const logInputs = mlflowOperation(
  'POST',
  '/mlflow/runs/log-inputs',
  ById.extend({
    datasets: list(z.object({ tags: list(KeyValue), dataset: WireDataset })),
    models: list(z.object({ model_id: text }))
  })
);
export const logOutputs = mlflowOperation(
  'POST',
  '/mlflow/runs/outputs',
  ById.extend({ models: z.array(z.object({ model_id: text, step: int64.default(0) })) })
);
/** Of MLflow 2 and R: the model's description as JSON, kept in a tag. */
export const logModel = mlflowOperation(
  'POST',
  '/mlflow/runs/log-model',
  ById.extend({ model_json: text })
);

export const getMetricHistory = mlflowOperation(
  'GET',
  '/mlflow/metrics/get-history',
  ById.extend({
    metric_key: text,
    max_results: count.optional(),
    page_token: z.string().optional()
  })
);

/** Several runs at once; what is missing is said in words of its own. */
export const getMetricHistoryBulk = mlflowOperation(
  'GET',
  '/mlflow/metrics/get-history-bulk',
  z.object({
    run_id: many(z.string()),
    metric_key: z.string().optional(),
    max_results: count.optional()
  })
);

export const getMetricHistoryBulkInterval = mlflowOperation(
  'GET',
  '/mlflow/metrics/get-history-bulk-interval',
  z.object({
    run_ids: many(z.string()),
    metric_key: text,
    start_step: int64.optional(),
    end_step: int64.optional(),
    max_results: count.optional()
  })
);

export const listArtifacts = mlflowOperation(
  'GET',
  '/mlflow/artifacts/list',
  ById.extend({ path: z.string().optional(), page_token: z.string().optional() })
);
