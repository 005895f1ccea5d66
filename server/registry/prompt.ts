// Prompts share the tables of models; a tag tells them apart.
import { problem } from '../contract/problem.ts';
import type { Source } from './source.ts';

export const PROMPT_TAG = 'mlflow.prompt.is_prompt';
/** A prompt has no files; its clients send one of these words instead. */
const PROMPT_SOURCES = ['prompt-template', 'dummy-source'];

export function isPrompt(
  tags: readonly { key: string; value: string }[] | Record<string, string>
): boolean {
  const pairs = Array.isArray(tags)
    ? tags.map(({ key, value }) => [key, value])
    : Object.entries(tags);
  return Object.fromEntries(pairs)[PROMPT_TAG]?.toLowerCase() === 'true';
}

/** @throws invalid_request when a prompt names a place of files. */
export function promptSource(source: string): Source {
  if (PROMPT_SOURCES.includes(source)) return { source, location: source };
  throw problem(
    'invalid_request',
    `Invalid prompt source: '${source}'. Prompt sources must use an MLflow placeholder.`
  );
}
