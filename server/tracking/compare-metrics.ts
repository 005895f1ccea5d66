// Metrics of several runs, each measured by the first.
import type { ComparedMetric } from '../contract/tracking-compare.ts';
import { directionOf } from '../text/metric-direction.ts';
import { summariseMetric } from './metric-summary.ts';

type Series = Parameters<typeof summariseMetric>[0];

export function compareMetrics(
  runs: readonly (readonly Series[])[]
): (ComparedMetric & { differs: boolean })[] {
  const summaries = runs.map(
    series => new Map(series.map(one => [one.key, summariseMetric(one)] as const))
  );
  const keys = [...new Set(summaries.flatMap(run => [...run.keys()]))].sort();
  return keys.map(key => {
    const direction = directionOf(key);
    const found = summaries.map(run => run.get(key));
    const values = found.map(one => one?.last ?? null);
    const best = found.map(one => one?.best ?? null);
    const change = values.map((value, run) => changeOf(values[0], run === 0 ? null : value));
    return {
      key,
      direction,
      values,
      ...(direction === 'unknown' ? {} : { best }),
      change,
      verdict: change.map(by => verdictOf(by, direction)),
      curve: found.some(one => one !== undefined && one.count > 1),
      differs: new Set([...values]).size > 1 || new Set(best).size > 1
    };
  });
}

function changeOf(base: unknown, value: unknown): number | null {
  return typeof base === 'number' && typeof value === 'number' ? value - base : null;
}

function verdictOf(
  change: number | null,
  direction: ComparedMetric['direction']
): ComparedMetric['verdict'][number] {
  if (change === 0) return 'same';
  if (change === null || direction === 'unknown') return 'unknown';
  return change > 0 === (direction === 'higher') ? 'better' : 'worse';
}
