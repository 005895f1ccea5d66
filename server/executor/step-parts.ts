// What the result of a step depends on; its cache key, and why it has to run, both follow from it.
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { z } from 'zod';
import type { FileDigests } from './file-digests.ts';

const Digests = z.record(z.string(), z.string());

export const StepParts = z.object({
  /** Of the step's own cells. */
  code: z.string(),
  /** Replicated names that it reaches -> digest of their code. */
  shared: Digests,
  /** Params that it reads -> their text. */
  params: Digests,
  inputs: z.record(z.string(), z.object({ digest: z.string(), from: z.string() })),
  state: z.array(z.string()),
  /** Of interpreter and packages. */
  environment: z.string(),
  folder: z.string(),
  outputs: z.array(z.string())
});
export type StepParts = z.infer<typeof StepParts>;

export function digestOf(value: unknown): string {
  return createHash('sha256')
    .update(typeof value === 'string' ? value : JSON.stringify(value))
    .digest('hex');
}

export function keyOf(parts: StepParts): string {
  const inputs = Object.entries(parts.inputs).map(([name, { digest }]) => [name, digest]);
  const sorted = (digests: Record<string, string>) => Object.entries(digests).sort();
  return digestOf([
    'step 1',
    parts.code,
    sorted(parts.shared),
    sorted(parts.params),
    inputs.sort(),
    parts.state,
    parts.environment,
    parts.folder,
    parts.outputs
  ]);
}

export const UNCHANGED = 'Nothing it depends on has changed';

export interface Past {
  parts: StepParts;
  failed: boolean;
}

/** Why no stored result can be used, in the words of who reads it. */
export function reasonToRun(
  now: StepParts,
  past: Past | undefined,
  change: { kind: keyof FileDigests; path: string } | undefined
): string {
  if (!past) return 'Never run before';
  const before = past.parts;
  if (before.code !== now.code) return 'Its code changed';
  const shared = changedKeys(before.shared, now.shared);
  if (shared.length > 0) return `The code of ${shared.join(', ')} changed`;
  const [param] = changedKeys(before.params, now.params);
  if (param !== undefined) {
    return `Param ${param} changed: ${before.params[param] ?? 'none'} → ${now.params[param] ?? 'none'}`;
  }
  for (const [name, { digest, from }] of Object.entries(now.inputs)) {
    if (before.inputs[name]?.digest !== digest) return `Input ${name} changed (from ${from})`;
  }
  if (before.environment !== now.environment) return 'The packages of its environment changed';
  if (before.folder !== now.folder) return 'The notebook moved to another folder';
  if (JSON.stringify(before.state) !== JSON.stringify(now.state)) {
    return 'What earlier steps leave set (random numbers, options, environment) changed';
  }
  if (JSON.stringify(before.outputs) !== JSON.stringify(now.outputs))
    return 'It hands on other values';
  if (past.failed) return 'It failed the last time';
  if (change?.kind === 'writes')
    return `File ${basename(change.path)}, which it writes, is not there any more as it was`;
  if (change)
    return `${change.kind === 'listings' ? 'Folder' : 'File'} ${basename(change.path)} changed`;
  return 'Its stored values are gone';
}

function changedKeys(before: Record<string, string>, now: Record<string, string>): string[] {
  return [...new Set([...Object.keys(now), ...Object.keys(before)])].filter(
    name => before[name] !== now[name]
  );
}
