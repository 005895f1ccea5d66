// The newest value of a metric with its sparkline, and the best value.
import type { MetricSummary } from '../contract/tracking.ts';
import type { MetricSeriesRow, StoredNumber } from '../database/tables/tracking.ts';
import { directionOf } from '../text/metric-direction.ts';
import { decodeSpark, sparkValues } from './spark.ts';
import { fromStored, toMetricValue } from './stored-number.ts';

type Series = Pick<MetricSeriesRow, 'key' | 'step' | 'points' | 'low' | 'high' | 'spark'> &
  StoredNumber;

export function summariseMetric({
  key,
  step,
  points,
  low,
  high,
  spark,
  ...last
}: Series): MetricSummary {
  const direction = directionOf(key);
  const best = bestOf({ low, high }, direction);
  return {
    key,
    last: toMetricValue(last),
    ...(best === undefined ? {} : { best }),
    direction,
    step,
    count: points,
    spark: sparkValues(decodeSpark(spark), fromStored(last))
  };
}

/** Nothing where it is not known which way is better, or no value is finite. */
function bestOf(
  { low, high }: Pick<Series, 'low' | 'high'>,
  direction: MetricSummary['direction']
): number | undefined {
  if (direction === undefined || direction === 'unknown') return undefined;
  return (direction === 'lower' ? low : high) ?? undefined;
}
