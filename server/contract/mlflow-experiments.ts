import { z } from 'zod';
import { count, KeyValue, list, many, mlflowOperation, text, ViewType } from './mlflow.ts';

const ById = z.object({ experiment_id: text });

export const createExperiment = mlflowOperation(
  'POST',
  '/mlflow/experiments/create',
  z.object({ name: text, artifact_location: z.string().optional(), tags: list(KeyValue) })
);
export const getExperiment = mlflowOperation('GET', '/mlflow/experiments/get', ById);
export const getExperimentByName = mlflowOperation(
  'GET',
  '/mlflow/experiments/get-by-name',
  z.object({ experiment_name: text })
);
export const searchExperiments = mlflowOperation(
  ['POST', 'GET'],
  '/mlflow/experiments/search',
  z.object({
    max_results: count.default(1000),
    page_token: z.string().optional(),
    filter: z.string().optional(),
    order_by: many(z.string()),
    view_type: ViewType
  })
);
/** The datasets that the runs of these experiments have read. */
export const searchDatasets = mlflowOperation(
  'POST',
  '/mlflow/experiments/search-datasets',
  z.object({ experiment_ids: list(z.string()) })
);
export const deleteExperiment = mlflowOperation('POST', '/mlflow/experiments/delete', ById);
export const restoreExperiment = mlflowOperation('POST', '/mlflow/experiments/restore', ById);
export const updateExperiment = mlflowOperation(
  'POST',
  '/mlflow/experiments/update',
  ById.extend({ new_name: z.string().optional() })
);
export const setExperimentTag = mlflowOperation(
  'POST',
  '/mlflow/experiments/set-experiment-tag',
  ById.extend({ key: text, value: z.string().default('') })
);
export const deleteExperimentTag = mlflowOperation(
  'POST',
  '/mlflow/experiments/delete-experiment-tag',
  ById.extend({ key: text })
);
