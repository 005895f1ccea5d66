// MLflow's names of things in ours.
import { createHash } from 'node:crypto';
import type { MetricValue, RunState } from '../contract/tracking.ts';
import type { CarriedVersion } from '../contract/transfer.ts';

export const LOGGED_MODEL_STATUS = [
  'LOGGED_MODEL_STATUS_UNSPECIFIED',
  'LOGGED_MODEL_PENDING',
  'LOGGED_MODEL_READY',
  'LOGGED_MODEL_UPLOAD_FAILED'
];

const STATES: Record<string, RunState> = {
  RUNNING: 'running',
  SCHEDULED: 'scheduled',
  FINISHED: 'finished',
  FAILED: 'failed',
  KILLED: 'killed'
};
/** The file store wrote the number of the protocol. */
const BY_NUMBER: (RunState | undefined)[] = [
  undefined,
  'running',
  'scheduled',
  'finished',
  'failed',
  'killed'
];

export const asRunState = (status: string): RunState =>
  STATES[status.toUpperCase()] ?? BY_NUMBER[Number(status)] ?? 'finished';

/** MLflow's database holds infinity as the largest double. */
export function asMetric(value: number | null): MetricValue {
  if (value === null || Number.isNaN(value)) return 'NaN';
  if (Math.abs(value) >= Number.MAX_VALUE) return value > 0 ? 'Infinity' : '-Infinity';
  return value;
}

/** Where a location lies below the root of a run's or model's artifacts. */
export function within(
  location: string,
  root: unknown,
  owner: { run?: string | undefined; model?: string | undefined }
): CarriedVersion['within'] {
  if (typeof root !== 'string' || root === '') return undefined;
  const base = root.replace(/\/+$/, '');
  if (location !== base && !location.startsWith(`${base}/`)) return undefined;
  const path = location.slice(base.length).replace(/^\/+|\/+$/g, '');
  return owner.model === undefined ? { run: owner.run!, path } : { model: owner.model, path };
}

/** Another one when anything has changed. */
export const stampOf = (what: object, points: number): string =>
  `${points} ${createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 24)}`;

export const statusNumber = (state: RunState): number => BY_NUMBER.indexOf(state);

/** A dataset's id where MLflow needs one: the same for the same dataset. */
export const datasetId = ({ name, digest }: { name: string; digest: string }): string =>
  createHash('sha256').update(`${name}\n${digest}`).digest('hex').slice(0, 32);
