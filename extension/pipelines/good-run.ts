// Which earlier run is likely to be "the one that was good": pure.
import type { RunSummary } from '../../server/contract/tracking.ts';

/** What every metric value is compared as; those that are no numbers are no candidates. */
const valueOf = (run: RunSummary, key: string): number | undefined => {
  const last = run.metrics.find(metric => metric.key === key)?.last;
  return typeof last === 'number' ? last : undefined;
};

/**
 * The best finished run before this one by the metric that they share and whose direction is known; else the newest finished one.
 * @param runs newest first
 */
export function goodRun(runs: readonly RunSummary[], to: string): RunSummary | undefined {
  const this_ = runs.find(({ runId }) => runId === to);
  const earlier = runs.filter(
    run =>
      run.state === 'finished' &&
      run.runId !== to &&
      (this_ === undefined || run.startTime < this_.startTime)
  );
  const known = (this_ ?? earlier[0])?.metrics.find(
    ({ key, direction }) =>
      (direction === 'higher' || direction === 'lower') &&
      earlier.some(run => valueOf(run, key) !== undefined)
  );
  if (!known) return earlier[0];
  const sign = known.direction === 'higher' ? 1 : -1;
  const score = (run: RunSummary) => sign * (valueOf(run, known.key) ?? -Infinity * sign);
  return earlier.reduce((best, run) => (score(run) > score(best) ? run : best));
}
