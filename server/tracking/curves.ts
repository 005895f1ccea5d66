// Curves of metrics as they are drawn: on any axis, of any stretch, in as many points as a chart has room for.
import type { InputOf, ResponseOf } from '../contract/operation.ts';
import type * as operations from '../contract/tracking-charts.ts';
import type { Curve, CurveAxis } from '../contract/tracking-charts.ts';
import type { Db } from '../database/open.ts';
import { type CurvePoint, readCurvePoints, type Stretch } from './curve-points.ts';
import { groupRuns } from './run-frame.ts';
import * as store from './run-panel-store.ts';
import { bucketSeries } from './series-buckets.ts';
import { smooth } from './smoothing.ts';
import { asMetricValue } from './stored-number.ts';

/** Curves of one group that go into its mean. */
const MEMBERS = 50;
const GROUPS = 12;

interface Placed extends CurvePoint {
  x: number;
  smooth?: number | null;
}

export interface CurveShape {
  axis: CurveAxis;
  from?: number | undefined;
  to?: number | undefined;
  points: number;
  smoothing: number;
}

export function createCurves(read: Db) {
  async function pointsOf(runIds: readonly string[], keys: readonly string[]) {
    const series = await store.readChosenSeries(read, runIds, keys);
    return new Map(series.map(one => [`${one.run_id} ${one.key}`, one]));
  }

  return {
    async getCurves({
      series: wanted,
      ...shape
    }: InputOf<typeof operations.getCurves>): Promise<ResponseOf<typeof operations.getCurves>> {
      const runIds = [...new Set(wanted.map(({ runId }) => runId))];
      const runs = new Map((await store.readRunRows(read, runIds)).map(run => [run.run_id, run]));
      const series = await pointsOf(runIds, [...new Set(wanted.map(({ key }) => key))]);
      const curves: Curve[] = [];
      for (const { runId, key } of wanted) {
        const [run, one] = [runs.get(runId), series.get(`${runId} ${key}`)];
        if (!run || !one) continue;
        const { points, total } = await readCurvePoints(
          read,
          one,
          stretchOf(shape, run.start_time)
        );
        const curve = shapeCurve(points, run.start_time, shape);
        curves.push({ runId, name: run.name, key, ...curve, total: total ?? curve.total });
      }
      return { curves };
    },

    async getGroupCurves(
      input: InputOf<typeof operations.getGroupCurves>
    ): Promise<ResponseOf<typeof operations.getGroupCurves>> {
      const where = store.selectedRuns(input);
      const heads = await store.readHeads(read, where);
      const found = await store.readField(read, where, input.by);
      const by = new Map(found.map(({ run_id, value }) => [run_id, value]));
      const groups: ResponseOf<typeof operations.getGroupCurves>['groups'] = [];
      for (const { value, runs } of groupRuns(heads, by).slice(0, GROUPS)) {
        const members = runs.slice(0, MEMBERS);
        const series = await pointsOf(
          members.map(({ run_id }) => run_id),
          [input.key]
        );
        const curves: Placed[][] = [];
        for (const { run_id, start_time } of members) {
          const one = series.get(`${run_id} ${input.key}`);
          if (!one || one.points < 2) continue;
          const stretch = stretchOf(input, start_time);
          const { points } = await readCurvePoints(read, one, stretch);
          curves.push(place(points, start_time, input.axis));
        }
        if (curves.length === 0) continue;
        const band = bandOf(curves, input.points);
        groups.push({ ...(value === undefined ? {} : { value }), runs: curves.length, ...band });
      }
      return { groups };
    }
  };
}

type Range = Pick<CurveShape, 'axis' | 'from' | 'to' | 'points'>;

/** What the chart shows, in the measures that points are stored in. */
function stretchOf(
  { axis, from = -Infinity, to = Infinity, points }: Range,
  startTime: number
): Stretch {
  if (axis !== 'relative') return { by: axis, from, to, points };
  return { by: 'time', from: from * 1000 + startTime, to: to * 1000 + startTime, points };
}

/** Points in the order of their steps; smoothed over all of them before any is left out. */
export function shapeCurve(
  points: readonly CurvePoint[],
  startTime: number,
  { axis, from = -Infinity, to = Infinity, points: limit, smoothing }: CurveShape
): Omit<Curve, 'runId' | 'name' | 'key'> {
  const placed = place(points, startTime, axis);
  if (smoothing > 0) {
    const averages = smooth(
      placed.map(({ value, mean }) => mean ?? value),
      smoothing,
      placed.map(({ count }) => count ?? 1)
    );
    averages.forEach((average, index) => (placed[index]!.smooth = average));
  }
  const first = placed.findIndex(({ x }) => x >= from);
  const end = placed.findLastIndex(({ x }) => x <= to) + 1;
  const isEmpty = first < 0 || end <= first;
  // A neighbour on either side, so that the line runs to the edge of the stretch.
  const within = isEmpty ? [] : placed.slice(Math.max(0, first - 1), end + 1);
  const shown = bucketSeries(within, limit);
  return {
    total: isEmpty ? 0 : end - first,
    x: shown.map(({ x }) => x),
    y: shown.map(({ value }) => asMetricValue(value)),
    ...(smoothing > 0 ? { smooth: shown.map(({ smooth }) => smooth ?? null) } : {}),
    step: shown.map(({ step }) => step),
    time: shown.map(({ time }) => time)
  };
}

function place(points: readonly CurvePoint[], startTime: number, axis: CurveAxis): Placed[] {
  const at: Record<CurveAxis, (point: CurvePoint) => number> = {
    step: ({ step }) => step,
    time: ({ time }) => time,
    relative: ({ time }) => (time - startTime) / 1000
  };
  const placed = points.map(point => ({ ...point, x: at[axis](point) }));
  return placed.sort((a, b) => a.x - b.x || a.step - b.step || a.time - b.time);
}

/** At places evenly apart, from the first to the last that any has: the mean of the curves that reach there. */
export function bandOf(
  curves: readonly (readonly { x: number; value: number }[])[],
  limit: number
) {
  const finite = curves
    .map(points => points.filter(({ value }) => Number.isFinite(value)))
    .filter(points => points.length > 0);
  const first = Math.min(...finite.map(points => points[0]!.x));
  const last = Math.max(...finite.map(points => points.at(-1)!.x));
  const longest = Math.max(0, ...finite.map(points => points.length));
  const places = Math.max(1, Math.min(limit, longest));
  const band = {
    x: [] as number[],
    mean: [] as number[],
    low: [] as number[],
    high: [] as number[]
  };
  const reached = finite.map(() => 0);
  for (let index = 0; index < places; index += 1) {
    const x = index === places - 1 ? last : first + ((last - first) * index) / (places - 1);
    const values = finite.flatMap((points, which) => {
      const value = valueAt(points, x, reached, which);
      return value === undefined ? [] : [value];
    });
    if (values.length === 0) continue;
    band.x.push(x);
    band.mean.push(values.reduce((sum, value) => sum + value, 0) / values.length);
    band.low.push(Math.min(...values));
    band.high.push(Math.max(...values));
  }
  return band;
}

/** On the straight line between two points; nothing before the first and after the last. */
function valueAt(
  points: readonly { x: number; value: number }[],
  x: number,
  reached: number[],
  which: number
): number | undefined {
  let at = reached[which]!;
  while (at < points.length - 1 && points[at + 1]!.x <= x) at += 1;
  reached[which] = at;
  const [left, right] = [points[at]!, points[at + 1]];
  if (x < left.x) return undefined;
  if (x === left.x) return left.value;
  if (!right) return undefined;
  return left.value + ((right.value - left.value) * (x - left.x)) / (right.x - left.x);
}
