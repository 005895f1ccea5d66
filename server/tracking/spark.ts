// A sparkline kept up to date as points arrive: constant work a point, and no spike is ever lost.

/** Neighbouring values; two are kept of each bucket, its lowest and highest in the order they came. */
export type Spark = { first?: number; buckets: number[][]; size: number; filled: number };

const VALUES = 36;

export const emptySpark = (): Spark => ({ buckets: [], size: 1, filled: 0 });

export function addToSpark(spark: Spark, value: number): void {
  if (!Number.isFinite(value)) return;
  spark.first ??= value;
  const { buckets } = spark;
  const last = buckets.at(-1);
  let isMore = true;
  if (last && spark.filled < spark.size) {
    spark.filled += 1;
    isMore = widen(last, value);
  } else {
    buckets.push([value]);
    spark.filled = 1;
  }
  if (isMore && countValues(buckets) > VALUES) halve(spark);
}

/** In place, since it runs for every point: the other extreme stays, before the value. @returns whether it has one value more. */
function widen(bucket: number[], value: number): boolean {
  const isOne = bucket.length === 1;
  const one = bucket[0]!;
  const other = isOne ? one : bucket[1]!;
  const low = one < other ? one : other;
  const high = one < other ? other : one;
  if (value >= low && value <= high) return false;
  bucket[0] = value > high ? low : high;
  bucket[1] = value;
  return isOne;
}

function countValues(buckets: readonly number[][]): number {
  let count = 0;
  for (const bucket of buckets) count += bucket.length;
  return count;
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
