// Few points of a series, spread over its steps: of a long one only as many blocks are read as points are asked for.
import type { Db } from '../database/open.ts';
import { type CurvePoint, readCurvePoints } from './curve-points.ts';
import type { Series } from './series-store.ts';
import { bucketSeries } from './series-buckets.ts';

export interface PointSample {
  series: Series;
  /** Both included; all of them when left out. */
  steps: { from: number; to: number } | undefined;
  /** At least 1. */
  limit: number;
}

type Range = { from: number; to: number };

/**
 * At most `limit` points in the order of their steps: the last one, the first one, and of equal shares of the rest each
 * share's lowest and highest, so that a spike never vanishes.
 */
export async function samplePoints(
  db: Db,
  { series, steps, limit }: PointSample
): Promise<CurvePoint[]> {
  /** All within, or of each block its extremes. */
  async function read({ from, to }: Range, points: number): Promise<CurvePoint[]> {
    const found = await readCurvePoints(db, series, { by: 'step', from, to, points });
    return found.points.filter(({ step }) => step >= from && step <= to).sort(inOrder);
  }

  /** Of a block only its extremes are known: nearer and nearer to the end, until its points themselves are read. */
  async function readEnd(range: Range, which: 'first' | 'last'): Promise<CurvePoint | undefined> {
    for (let { from, to } = range, before: CurvePoint | undefined; ;) {
      const end = (await read({ from, to }, NEAR)).at(which === 'first' ? 0 : -1);
      if (!end || end.step === before?.step) return end;
      before = end;
      if (which === 'first') to = end.step;
      else from = end.step;
    }
  }

  const range = steps ?? { from: -Infinity, to: Infinity };
  const points = await read(range, limit);
  if (series.packs > 0) {
    const ends = [await readEnd(range, 'first'), await readEnd(range, 'last')];
    points.push(...ends.filter(end => end !== undefined));
    points.sort(inOrder);
  }
  const once = points.filter((point, index) => index === 0 || inOrder(points[index - 1]!, point));
  return limit === 1 ? once.slice(-1) : bucketSeries(once, limit);
}

/** Blocks that are looked at on the way to an end. */
const NEAR = 16;

/** @returns 0 for the same point. What is no number comes last of its moment. */
function inOrder(one: CurvePoint, other: CurvePoint): number {
  const place = one.step - other.step || one.time - other.time;
  if (place !== 0) return place;
  const [isNone, isOtherNone] = [Number.isNaN(one.value), Number.isNaN(other.value)];
  if (isNone || isOtherNone) return Number(isNone) - Number(isOtherNone);
  return Math.sign(one.value === other.value ? 0 : one.value - other.value);
}
