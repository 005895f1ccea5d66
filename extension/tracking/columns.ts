// Which params and metrics deserve a column: those that most runs have, and among params those that differ first.
import type { RunSummary } from '../../server/contract/tracking.ts';

const PARAMS = 4;
const METRICS = 4;

export function columnsOf(runs: readonly Pick<RunSummary, 'params' | 'metrics'>[]): {
  params: string[];
  metrics: string[];
} {
  const values = new Map<string, Set<string>>();
  const paramCounts = new Map<string, number>();
  const metricCounts = new Map<string, number>();
  const count = (counts: Map<string, number>, key: string) =>
    counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const run of runs) {
    for (const [key, value] of Object.entries(run.params)) {
      values.set(key, (values.get(key) ?? new Set()).add(value));
      count(paramCounts, key);
    }
    for (const { key } of run.metrics) count(metricCounts, key);
  }
  const differs = (key: string) => Number((values.get(key)?.size ?? 0) > 1);
  const byUse = (counts: Map<string, number>) => (a: string, b: string) =>
    counts.get(b)! - counts.get(a)!;
  return {
    params: [...paramCounts.keys()]
      .sort((a, b) => differs(b) - differs(a) || byUse(paramCounts)(a, b))
      .slice(0, PARAMS),
    metrics: [...metricCounts.keys()].sort(byUse(metricCounts)).slice(0, METRICS)
  };
}
