// What a change in the registry is to a webhook: its event and data. Prompts share the tables, but have events of their own.
import { isPrompt, PROMPT_TAG } from './prompt.ts';
import type { VersionRecord } from './store.ts';
import type { WebhookEvent } from './webhook-events.ts';

const PROMPT_TYPE_TAG = '_mlflow_prompt_type';
const PROMPT_TEXT_TAG = 'mlflow.prompt.text';

export interface Announcement {
  event: WebhookEvent;
  data: Record<string, unknown>;
}

interface Named {
  name: string;
  tags: Record<string, string>;
}

export function modelCreated({
  name,
  description,
  tags
}: Named & { description: string }): Announcement {
  return isPrompt(tags)
    ? { event: 'prompt.created', data: { name, tags: withoutMarks(tags), description } }
    : { event: 'registered_model.created', data: { name, tags, description } };
}

export function versionCreated(version: VersionRecord): Announcement {
  const { name, tags, source, run_id, description } = version;
  const known = { name, version: String(version.version), description: description || null };
  if (!isPrompt(tags))
    return { event: 'model_version.created', data: { ...known, source, run_id, tags } };
  const { [PROMPT_TEXT_TAG]: template = null, ...others } = withoutMarks(tags);
  return { event: 'prompt_version.created', data: { ...known, template, tags: others } };
}

/** Tags of models are told of prompts only, as MLflow does. */
export function modelTagged(model: Named, key: string, value: string | undefined): Announcement[] {
  if (!isPrompt(model.tags)) return [];
  return value === undefined
    ? [{ event: 'prompt_tag.deleted', data: { name: model.name, key } }]
    : [{ event: 'prompt_tag.set', data: { name: model.name, key, value } }];
}

export function versionTagged(
  model: Named,
  version: number,
  key: string,
  value: string | undefined
): Announcement {
  const entity = isPrompt(model.tags) ? 'prompt_version_tag' : 'model_version_tag';
  const data = { name: model.name, version: String(version), key };
  return value === undefined
    ? { event: `${entity}.deleted`, data }
    : { event: `${entity}.set`, data: { ...data, value } };
}

export function aliasMoved(model: Named, alias: string, to: number | undefined): Announcement {
  const entity = isPrompt(model.tags) ? 'prompt_alias' : 'model_version_alias';
  const data = { name: model.name, alias };
  return to === undefined
    ? { event: `${entity}.deleted`, data }
    : { event: `${entity}.created`, data: { ...data, version: String(to) } };
}

function withoutMarks(tags: Record<string, string>): Record<string, string> {
  const isMark = (key: string) => key === PROMPT_TAG || key === PROMPT_TYPE_TAG;
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !isMark(key)));
}
