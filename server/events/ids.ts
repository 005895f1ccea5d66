import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';

/** UUIDv7 without dashes: 32 hex digits that sort by time, and what MLflow's clients accept as a run id. */
export function createId(clock: Clock): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(clock(), 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex');
}
