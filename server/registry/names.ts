// What may be called what: names of models, aliases, tags, stages; version numbers. In MLflow's words where it has some.
import { problem, type ProblemError } from '../contract/problem.ts';

const TAG_KEY_LENGTH = 250;
const TAG_VALUE_LENGTH = 100_000;
const ALIAS_LENGTH = 255;

export const STAGES = ['None', 'Staging', 'Production', 'Archived'] as const;
export type Stage = (typeof STAGES)[number];

export function checkModelName(name: string): void {
  if (name.trim() === '')
    throw problem('invalid_request', "Missing value for required parameter 'name'.");
  if (/[/:]/.test(name)) {
    throw problem(
      'invalid_request',
      `Invalid model name '${name}'. Names cannot contain '/' or ':'.`
    );
  }
  if (name === '.' || name === '..') {
    throw problem(
      'invalid_request',
      `Invalid value "${name}" for parameter 'name' supplied: Names must not be a path.`
    );
  }
}

export function checkAlias(alias: string): void {
  if (!/^[\w-]+$/.test(alias)) {
    throw problem(
      'invalid_request',
      `Invalid alias name: '${alias}'. Names may only contain alphanumerics, underscores (_), and dashes (-).`
    );
  }
  if (alias.length > ALIAS_LENGTH) {
    throw problem(
      'invalid_request',
      `Registered model alias name exceeds the maximum length of ${ALIAS_LENGTH} characters`
    );
  }
  if (alias.toLowerCase() === 'latest') {
    throw problem('invalid_request', "'latest' alias name (case insensitive) is reserved.");
  }
  if (/^v\d+$/i.test(alias))
    throw problem('invalid_request', `Version alias name '${alias}' is reserved.`);
}

export function checkTag(key: string, value: string): void {
  if (!/^[\w/.: -]+$/.test(key) || /^\/|\/$|(^|\/)\.{1,2}(\/|$)|\/\//.test(key)) {
    throw problem(
      'invalid_request',
      `Invalid value "${key}" for parameter 'key' supplied: Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).`
    );
  }
  if (key.length > TAG_KEY_LENGTH) {
    throw problem(
      'invalid_request',
      `'key' exceeds the maximum length of ${TAG_KEY_LENGTH} characters`
    );
  }
  if (value.length > TAG_VALUE_LENGTH) {
    throw problem(
      'invalid_request',
      `'value' exceeds the maximum length of ${TAG_VALUE_LENGTH} characters`
    );
  }
}

export function readVersion(version: string): number {
  if (!/^\d{1,15}$/.test(version)) {
    throw problem('invalid_request', `Parameter 'version' must be an integer, got '${version}'.`);
  }
  return Number(version);
}

/** MLflow's stages, in any case. */
export function readStage(stage: string): Stage {
  const known = STAGES.find(name => name.toLowerCase() === stage.toLowerCase());
  if (known) return known;
  throw problem(
    'invalid_request',
    `Invalid Model Version stage: ${stage}. Value must be one of ${STAGES.join(', ')}.`
  );
}

export const noModel = (name: string): ProblemError =>
  problem('model_not_found', `Registered Model with name=${name} not found`, {
    remedy: 'See the registered ones with `stepladder models`'
  });

export const noVersion = (name: string, version: number | string): ProblemError =>
  problem('version_not_found', `Model Version (name=${name}, version=${version}) not found`);
