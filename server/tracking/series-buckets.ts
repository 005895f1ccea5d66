// A long series in few points: of each stretch the lowest and the highest stay, so spikes do.
export interface SeriesPoint {
  step: number;
  time: number;
  value: number;
}

/** @param points in the order they are drawn; @returns at most `limit` of them, first and last included. */
export function bucketSeries<Point extends SeriesPoint>(
  points: readonly Point[],
  limit: number
): Point[] {
  if (points.length <= limit) return [...points];
  const inner = points.slice(1, -1);
  const buckets = Math.floor((limit - 2) / 2);
  const kept: Point[] = [points[0]!];
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const from = Math.floor((bucket * inner.length) / buckets);
    const to = Math.floor(((bucket + 1) * inner.length) / buckets);
    kept.push(...extremesOf(inner.slice(from, to)));
  }
  kept.push(points.at(-1)!);
  return kept;
}

function extremesOf<Point extends SeriesPoint>(points: readonly Point[]): Point[] {
  let low = 0;
  let high = 0;
  points.forEach(({ value }, index) => {
    if (Number.isNaN(points[low]!.value) || value < points[low]!.value) low = index;
    if (Number.isNaN(points[high]!.value) || value > points[high]!.value) high = index;
  });
  if (points.length === 0) return [];
  return [...new Set([low, high])].sort((a, b) => a - b).map(index => points[index]!);
}
