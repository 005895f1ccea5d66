// What can be told of the registry, under MLflow's names, and an example of each for a test.
import { problem } from '../contract/problem.ts';

const EXAMPLES = {
  'registered_model.created': {
    name: 'example_model',
    tags: { example_key: 'example_value' },
    description: 'An example registered model'
  },
  'model_version.created': {
    name: 'example_model',
    version: '1',
    source: 'models:/123',
    run_id: 'abcd1234abcd5678',
    tags: { example_key: 'example_value' },
    description: 'An example model version'
  },
  'model_version_tag.set': {
    name: 'example_model',
    version: '1',
    key: 'example_key',
    value: 'example_value'
  },
  'model_version_tag.deleted': { name: 'example_model', version: '1', key: 'example_key' },
  'model_version_alias.created': { name: 'example_model', alias: 'example_alias', version: '1' },
  'model_version_alias.deleted': { name: 'example_model', alias: 'example_alias' },
  'prompt.created': {
    name: 'example_prompt',
    tags: { example_key: 'example_value' },
    description: 'An example prompt'
  },
  'prompt_version.created': {
    name: 'example_prompt',
    version: '1',
    template: 'Hello {{name}}!',
    tags: { example_key: 'example_value' },
    description: 'An example prompt version'
  },
  'prompt_tag.set': { name: 'example_prompt', key: 'example_key', value: 'example_value' },
  'prompt_tag.deleted': { name: 'example_prompt', key: 'example_key' },
  'prompt_version_tag.set': {
    name: 'example_prompt',
    version: '1',
    key: 'example_key',
    value: 'example_value'
  },
  'prompt_version_tag.deleted': { name: 'example_prompt', version: '1', key: 'example_key' },
  'prompt_alias.created': { name: 'example_prompt', alias: 'example_alias', version: '1' },
  'prompt_alias.deleted': { name: 'example_prompt', alias: 'example_alias' }
} satisfies Record<string, Record<string, unknown>>;

/** `entity.action` */
export type WebhookEvent = keyof typeof EXAMPLES;

export const exampleOf = (event: WebhookEvent): Record<string, unknown> => EXAMPLES[event];

export interface EventPair {
  entity: string;
  action: string;
}

/** @throws invalid_request for an action that the entity does not know. */
export function readEvent({ entity, action }: EventPair): WebhookEvent {
  const event = `${entity}.${action}`.toLowerCase();
  if (event in EXAMPLES) return event as WebhookEvent;
  const valid = Object.keys(EXAMPLES)
    .filter(name => name.startsWith(`${entity.toLowerCase()}.`))
    .map(name => name.split('.')[1]!);
  throw problem(
    'invalid_request',
    `Invalid action '${action.toLowerCase()}' for entity '${entity.toLowerCase()}'. Valid actions are: ${JSON.stringify(valid.sort())}`
  );
}

export function toEventPair(event: WebhookEvent): EventPair {
  const [entity, action] = event.toUpperCase().split('.');
  return { entity: entity!, action: action! };
}

/** One message: what a webhook gets as its body. */
export function messageOf(
  event: WebhookEvent,
  data: Record<string, unknown>,
  time: number
): string {
  const [entity, action] = event.split('.');
  return JSON.stringify({ entity, action, timestamp: new Date(time).toISOString(), data });
}
