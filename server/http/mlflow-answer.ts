// Answers of MLflow's wire as its proto messages are written in JSON.
import { asJsonNumber } from '../contract/int64.ts';

/** `undefined` fields and empty lists are left out, NaN and infinities travel as strings, whole numbers with all their digits. */
export function protoJson(answer: unknown): string {
  // A page of runs has tens of thousands of values, which JSON alone writes in a third of the time.
  return isPlain(answer) ? JSON.stringify(answer) : JSON.stringify(answer, asProtoJson);
}

/** Whether JSON writes it as proto does. */
function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return asProtoJson('', value) === value;
  if (typeof value === 'bigint') return false;
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.length > 0 && value.every(isPlain);
  for (const field in value) if (!isPlain((value as Record<string, unknown>)[field])) return false;
  return true;
}

function asProtoJson(_key: string, value: unknown): unknown {
  if (Array.isArray(value) && value.length === 0) return undefined;
  if (typeof value === 'bigint') return asJsonNumber(value);
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  if (!Number.isFinite(value)) return String(value);
  // JavaScript writes no more digits than tell a double from others; readers of 64 bits count on them all.
  const isWide = Number.isInteger(value) && Math.abs(value) <= 2 ** 63;
  return isWide ? asJsonNumber(BigInt(value)) : value;
}
