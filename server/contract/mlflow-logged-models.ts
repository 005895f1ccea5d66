import { z } from 'zod';
import { bool, enumOf, count, KeyValue, list, mlflowOperation, text } from './mlflow.ts';

const STATUSES = [
  'LOGGED_MODEL_STATUS_UNSPECIFIED',
  'LOGGED_MODEL_PENDING',
  'LOGGED_MODEL_READY',
  'LOGGED_MODEL_UPLOAD_FAILED'
] as const;
const LoggedModelStatus = enumOf(STATUSES, {
  0: STATUSES[0],
  1: STATUSES[1],
  2: STATUSES[2],
  3: STATUSES[3]
});

const ById = z.object({ model_id: text });
const PATH = '/mlflow/logged-models/:model_id';

export const createLoggedModel = mlflowOperation(
  'POST',
  '/mlflow/logged-models',
  z.object({
    experiment_id: text,
    name: z.string().optional(),
    model_type: z.string().default(''),
    source_run_id: z.string().optional(),
    params: list(KeyValue),
    tags: list(KeyValue)
  })
);
export const getLoggedModel = mlflowOperation(
  'GET',
  PATH,
  ById.extend({ allow_deleted: bool.optional() })
);
export const finalizeLoggedModel = mlflowOperation(
  'PATCH',
  PATH,
  ById.extend({ status: LoggedModelStatus })
);
export const deleteLoggedModel = mlflowOperation('DELETE', PATH, ById);
export const setLoggedModelTags = mlflowOperation(
  'PATCH',
  `${PATH}/tags`,
  ById.extend({ tags: list(KeyValue) })
);
export const deleteLoggedModelTag = mlflowOperation(
  'DELETE',
  `${PATH}/tags/:tag_key`,
  ById.extend({ tag_key: text })
);
export const logLoggedModelParams = mlflowOperation(
  'POST',
  `${PATH}/params`,
  ById.extend({ params: list(KeyValue) })
);
export const listLoggedModelArtifacts = mlflowOperation(
  'GET',
  `${PATH}/artifacts/directories`,
  ById.extend({ artifact_directory_path: z.string().optional() })
);

export const searchLoggedModels = mlflowOperation(
  'POST',
  '/mlflow/logged-models/search',
  z.object({
    experiment_ids: z.array(z.string()),
    filter: z.string().optional(),
    datasets: list(z.object({ dataset_name: text, dataset_digest: z.string().optional() })),
    max_results: count.optional(),
    order_by: list(
      z.object({
        field_name: text,
        ascending: bool.default(true),
        dataset_name: z.string().optional(),
        dataset_digest: z.string().optional()
      })
    ),
    page_token: z.string().optional()
  })
);

export const getServerInfo = mlflowOperation('GET', '/mlflow/server-info', z.object({}), '3.0');
