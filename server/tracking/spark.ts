// A sparkline kept up to date as points arrive: constant work a point, and no spike is ever lost. It is stored as numbers of 8
// bytes: how many points a bucket has, how many the last one, which buckets have two values, the first value, all values.
import { doublesOf } from './metric-blocks.ts';

/** Neighbouring values; two are kept of each bucket, its lowest and highest in the order they came. */
export type Spark = { first?: number; buckets: number[][]; size: number; filled: number };

const VALUES = 36;

export const emptySpark = (): Spark => ({ buckets: [], size: 1, filled: 0 });

const HEAD = 4;

export function encodeSpark({ buckets, size, filled, first }: Spark): Uint8Array | null {
  if (first === undefined) return null;
  const numbers = new Float64Array(HEAD + countValues(buckets));
  let at = HEAD;
  // At most 36 buckets: a double holds that many bits, but no bit operation does.
  let bit = 1;
  let pairs = 0;
  for (const bucket of buckets) {
    numbers[at++] = bucket[0]!;
    if (bucket.length === 2) {
      numbers[at++] = bucket[1]!;
      pairs += bit;
    }
    bit *= 2;
  }
  numbers[0] = size;
  numbers[1] = filled;
  numbers[2] = pairs;
  numbers[3] = first;
  return new Uint8Array(numbers.buffer);
}

export function decodeSpark(bytes: Uint8Array | null): Spark {
  if (bytes === null) return emptySpark();
  const numbers = doublesOf(bytes);
  const buckets: number[][] = [];
  let pairs = numbers[2]!;
  for (let at = HEAD; at < numbers.length;) {
    const isPair = pairs % 2 === 1;
    pairs = Math.floor(pairs / 2);
    buckets.push(isPair ? [numbers[at]!, numbers[at + 1]!] : [numbers[at]!]);
    at += isPair ? 2 : 1;
  }
  return { first: numbers[3]!, buckets, size: numbers[0]!, filled: numbers[1]! };
}

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
