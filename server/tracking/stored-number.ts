// Doubles as the database can hold them: it has no NaN, and MLflow's wire has no infinity.
import type { MetricValue } from '../contract/tracking.ts';
import type { StoredNumber } from '../database/tables/tracking.ts';

export function toStored(value: number): StoredNumber {
  if (Number.isNaN(value)) return { value: 0, kind: 1 };
  if (!Number.isFinite(value)) return { value: Math.sign(value) * Number.MAX_VALUE, kind: 2 };
  return { value, kind: 0 };
}

export function fromStored({ value, kind }: StoredNumber): number {
  if (kind === 1) return NaN;
  return kind === 2 ? Math.sign(value) * Infinity : value;
}

/** MLflow's server says the largest double where infinity was logged, and its clients expect that. */
export const toWireNumber = ({ value, kind }: StoredNumber): number => (kind === 1 ? NaN : value);

export const toMetricValue = (stored: StoredNumber): MetricValue =>
  asMetricValue(fromStored(stored));

/** JSON has no NaN and no infinities: they travel by name. */
export function asMetricValue(value: number): MetricValue {
  return Number.isFinite(value) ? value : (String(value) as MetricValue);
}

export const parseMetricValue = (value: MetricValue): number => Number(value);
