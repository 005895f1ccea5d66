// What other people's files and answers hold, whatever its type: numbers come as text, and what is missing as null.
import { MOST_INT64 } from '../../contract/int64.ts';

export const text = (value: unknown): string =>
  value === null || value === undefined ? '' : String(value);

/** An integer of 64 bits, or the nearest double; what is none counts as 0. */
export function number(value: unknown): number {
  const whole = Math.trunc(Number(value ?? 0)) || 0;
  return Math.max(-MOST_INT64, Math.min(whole, MOST_INT64));
}
