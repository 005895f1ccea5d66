// A sparkline kept up to date as points arrive: constant work a point, and no spike is ever lost.

/** Neighbouring values; two are kept of each bucket, its lowest and highest in the order they came. */
export type Spark = { first?: number; buckets: number[][]; size: number; filled: number };

const VALUES = 36;

export const emptySpark = (): Spark => ({ buckets: [], size: 1, filled: 0 });

export function addToSpark(spark: Spark, value: number): void {
  if (!Number.isFinite(value)) return;
  spark.first ??= value;
  const last = spark.buckets.at(-1);
  if (last && spark.filled < spark.size) {
    spark.buckets[spark.buckets.length - 1] = extremes([...last, value]);
    spark.filled += 1;
  } else {
    spark.buckets.push([value]);
    spark.filled = 1;
  }
  if (spark.buckets.reduce((sum, bucket) => sum + bucket.length, 0) > VALUES) halve(spark);
}

/** At most 40 values: the first, the extremes of every stretch, the last. */
export function sparkValues(spark: Spark, last: number): number[] {
  const values = spark.buckets.flat();
  if (spark.first !== undefined && values[0] !== spark.first) values.unshift(spark.first);
  if (values.length > 0 && Number.isFinite(last) && values.at(-1) !== last) values.push(last);
  return values;
}

function halve(spark: Spark): void {
  const { buckets } = spark;
  const isOdd = buckets.length % 2 === 1;
  const merged: number[][] = [];
  for (let index = 0; index < buckets.length; index += 2) {
    merged.push(extremes([...buckets[index]!, ...(buckets[index + 1] ?? [])]));
  }
  spark.filled += isOdd ? 0 : spark.size;
  spark.size *= 2;
  spark.buckets = merged;
}

function extremes(values: number[]): number[] {
  let low = 0;
  let high = 0;
  values.forEach((value, index) => {
    if (value < values[low]!) low = index;
    if (value > values[high]!) high = index;
  });
  if (low === high) return [values[low]!];
  return low < high ? [values[low]!, values[high]!] : [values[high]!, values[low]!];
}
