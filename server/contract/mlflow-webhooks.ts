// MLflow's webhooks: who is told of changes in the registry.
import { z } from 'zod';
import { enumOf, count, list, mlflowOperation, text } from './mlflow.ts';

const ENTITIES = [
  'ENTITY_UNSPECIFIED',
  'REGISTERED_MODEL',
  'MODEL_VERSION',
  'MODEL_VERSION_TAG',
  'MODEL_VERSION_ALIAS',
  'PROMPT',
  'PROMPT_VERSION',
  'PROMPT_TAG',
  'PROMPT_VERSION_TAG',
  'PROMPT_ALIAS',
  'BUDGET_POLICY'
] as const;
const ACTIONS = ['ACTION_UNSPECIFIED', 'CREATED', 'UPDATED', 'DELETED', 'SET', 'EXCEEDED'] as const;

const Event = z.object({
  entity: enumOf(ENTITIES, { ...ENTITIES }),
  action: enumOf(ACTIONS, { ...ACTIONS })
});
const Status = enumOf(['ACTIVE', 'DISABLED'], { 1: 'ACTIVE', 2: 'DISABLED' });
const optional = z.string().optional();

const ById = z.object({ webhook_id: text });
const PATH = '/mlflow/webhooks';

export const createWebhook = mlflowOperation(
  'POST',
  PATH,
  z.object({
    name: text,
    url: text,
    events: z.array(Event).min(1),
    description: optional,
    secret: optional,
    status: Status.optional()
  })
);
export const listWebhooks = mlflowOperation(
  'GET',
  PATH,
  z.object({ max_results: count.optional(), page_token: optional })
);
export const getWebhook = mlflowOperation('GET', `${PATH}/:webhook_id`, ById);
export const updateWebhook = mlflowOperation(
  'PATCH',
  `${PATH}/:webhook_id`,
  ById.extend({
    name: optional,
    url: optional,
    events: list(Event),
    description: optional,
    secret: optional,
    status: Status.optional()
  })
);
export const deleteWebhook = mlflowOperation('DELETE', `${PATH}/:webhook_id`, ById);
export const testWebhook = mlflowOperation(
  'POST',
  `${PATH}/:webhook_id/test`,
  ById.extend({ event: Event.optional() })
);
