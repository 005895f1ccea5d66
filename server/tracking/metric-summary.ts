// The newest value of a metric with its sparkline, and the best value: a sparkline never loses an extreme.
import type { MetricSummary, MetricValue } from '../contract/tracking.ts';
import type { MetricSeriesRow, StoredNumber } from '../database/tables/tracking.ts';
import { directionOf } from '../text/metric-direction.ts';
import { type Spark, sparkValues } from './spark.ts';
import { fromStored, toMetricValue } from './stored-number.ts';

type Series = Pick<MetricSeriesRow, 'key' | 'step' | 'points' | 'spark'> & StoredNumber;

export function summariseMetric({ key, step, points, spark, ...last }: Series): MetricSummary {
  const values = sparkValues(JSON.parse(spark) as Spark, fromStored(last));
  const direction = directionOf(key);
  const best = bestOf(values, direction);
  return {
    key,
    last: toMetricValue(last),
    ...(best === undefined ? {} : { best }),
    direction,
    step,
    count: points,
    spark: values
  };
}

/** Nothing where it is not known which way is better, or no value is finite. */
export function bestOf(
  values: readonly number[],
  direction: MetricSummary['direction']
): MetricValue | undefined {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0 || direction === undefined || direction === 'unknown') return undefined;
  return direction === 'lower' ? Math.min(...finite) : Math.max(...finite);
}
