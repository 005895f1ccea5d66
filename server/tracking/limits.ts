// What may be logged, in MLflow's measures and words: its clients rely on both.
import { problem } from '../contract/problem.ts';
import type { KeyValue } from '../contract/mlflow.ts';
import type { WireMetric } from '../contract/mlflow-runs.ts';

const KEY_LENGTH = 250;
const PARAM_LENGTH = 6000;
const TAG_LENGTH = 8000;
const EXPERIMENT_NAME_LENGTH = 500;
const EXPERIMENT_TAG_LENGTH = 20_000;
const BATCH = { metrics: 1000, params: 100, tags: 100, all: 1000 };

export interface Batch {
  metrics: WireMetric[];
  params: KeyValue[];
  tags: KeyValue[];
}

/** Checks a batch as a whole before anything is written, and cuts values that are too long, as MLflow does. */
export function checkBatch({ metrics, params, tags }: Batch): Batch {
  checkCount('metrics', metrics.length, BATCH.metrics);
  checkCount('params', params.length, BATCH.params);
  checkCount('tags', tags.length, BATCH.tags);
  checkCount('metrics, params, and tags', metrics.length + params.length + tags.length, BATCH.all);
  const keys = params.map(({ key }) => key);
  const twice = [...new Set(keys.filter((key, index) => keys.indexOf(key) !== index))];
  if (twice.length > 0) {
    throw problem(
      'invalid_request',
      `Duplicate parameter keys have been submitted: ${JSON.stringify(twice)}. Please ensure the request contains only one param value per param key.`
    );
  }
  const known = new Set<string>();
  metrics.forEach((metric, index) => checkMetric(metric, () => `metrics[${index}]`, known));
  return {
    metrics,
    params: params.map((param, index) => checkParam(param, () => `params[${index}]`)),
    tags: tags.map((tag, index) => checkTag(tag, () => `tags[${index}]`))
  };
}

/** Where in a request: only asked when something is wrong there. */
type Where = () => string;
const atTop: Where = () => '';

/** @param known keys that were looked at already: a batch has few, again and again. */
export function checkMetric(metric: WireMetric, path = atTop, known = new Set<string>()): void {
  if (!known.has(metric.key)) {
    checkKey(metric.key, path, 'name');
    known.add(metric.key);
  }
  if (metric.timestamp < 0) {
    throw invalid(
      join(path(), 'timestamp'),
      Number(metric.timestamp),
      `metric '${metric.key}' (value=${metric.value}). Timestamp must be a nonnegative long (64-bit integer)`
    );
  }
}

export function checkParam({ key, value }: KeyValue, path = atTop): KeyValue {
  checkKey(key, path);
  return { key, value: value.slice(0, PARAM_LENGTH) };
}

export function checkTag({ key, value }: KeyValue, path = atTop): KeyValue {
  checkKey(key, path);
  return { key, value: value.slice(0, TAG_LENGTH) };
}

export function checkExperimentTag({ key, value }: KeyValue): void {
  checkKey(key, atTop);
  if (value.length > EXPERIMENT_TAG_LENGTH) throw tooLong('value', EXPERIMENT_TAG_LENGTH);
}

export function checkExperimentName(name: string): void {
  if (name.trim() === '') throw invalid('name', name, 'Experiment name cannot be empty');
  if (name.length > EXPERIMENT_NAME_LENGTH) throw tooLong('name', EXPERIMENT_NAME_LENGTH);
}

function checkKey(key: string, path: Where, field = 'key'): void {
  const where = join(path(), field);
  if (!/^[/\p{L}\p{N}_.\- :]*$/u.test(key)) {
    throw invalid(
      where,
      key,
      'Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).'
    );
  }
  const segments = key.split('/');
  if (segments.some(segment => segment === '' || segment === '.' || segment === '..')) {
    throw invalid(
      where,
      key,
      'Names may be treated as files in certain cases, and must not resolve to other names when treated as such.'
    );
  }
  if (key.length > KEY_LENGTH) throw tooLong(where, KEY_LENGTH);
}

function checkCount(what: string, count: number, limit: number): void {
  if (count <= limit) return;
  throw problem(
    'invalid_request',
    `A batch logging request can contain at most ${limit} ${what}. Got ${count} ${what}. Please split up ${what} across multiple requests and try again.`
  );
}

const join = (path: string, field: string) => (path === '' ? field : `${path}.${field}`);
const tooLong = (where: string, limit: number) =>
  problem('invalid_request', `'${where}' exceeds the maximum length of ${limit} characters`);
const invalid = (where: string, value: unknown, reason: string) =>
  problem(
    'invalid_request',
    `Invalid value ${JSON.stringify(value)} for parameter '${where}' supplied: ${reason}`
  );
