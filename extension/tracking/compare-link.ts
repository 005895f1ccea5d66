import type { Lab } from '../tokens.ts';

/** Opens the comparison of these runs; the first is what the others are measured by. */
export function comparePage(
  lab: Lab,
  runIds: readonly string[],
  names: ReadonlyMap<string, string>
): void {
  const [first, ...others] = runIds.slice(0, 20);
  const name = (runId: string) => names.get(runId) ?? runId.slice(0, 8);
  const title =
    others.length === 1
      ? `${name(first!)} | ${name(others[0]!)}`
      : lab.trans.__('%1 and %2 others', name(first!), others.length);
  lab.openPage('compare', [first, ...others].join(','), title);
}
