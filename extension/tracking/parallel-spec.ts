// Parallel coordinates of any number of runs: pure. Each piece of line between two axes is drawn once, as dark as runs share it.
import type { JSONObject, JSONValue } from '@lumino/coreutils';
import type { RunFrame } from '../../server/contract/tracking-charts.ts';
import { formatNumber } from '../ui/numbers.ts';
import { domainOf } from '../ui/plot-scale.ts';
import { baseSpec, type Frame, innerSize, type PlotSize } from '../ui/plot-spec.ts';
import { keyOf } from './table-state.ts';

type Column = RunFrame['columns'][number];
export type Range = readonly [number, number];

/** The words of an axis stand at its right. */
export const PARALLEL_FRAME: Frame = { left: 24, right: 46, top: 8, bottom: 24 };

/** More runs than this meet on so many places of an axis; fewer are drawn exactly. */
const EXACT = 500;
const PLACES = 80;

export interface ParallelAxis {
  field: string;
  domain: [number, number];
  /** The words at its places; of numbers its ends. */
  ticks: { at: number; text: string }[];
}

export function parallelAxis(column: Column): ParallelAxis {
  if (column.kind === 'category') {
    const last = Math.max(1, column.categories.length - 1);
    const every = Math.ceil(column.categories.length / 8);
    return {
      field: column.field,
      domain: [0, last],
      ticks: column.categories.flatMap((text, at) =>
        at % every === 0 ? [{ at: at / last, text }] : []
      )
    };
  }
  const domain = domainOf(
    column.values.filter(value => value !== null),
    false,
    0
  );
  const [low, high] = domain;
  return {
    field: column.field,
    domain,
    ticks: [0, 0.5, 1].map(at => ({ at, text: formatNumber(low + at * (high - low)) }))
  };
}

/** Whether each run lies within all ranges; a run without a value lies in none. */
export function withinRanges(
  { runIds, columns }: RunFrame,
  ranges: Readonly<Record<string, Range>>
): boolean[] {
  const limits = columns.flatMap(({ field, values }) => {
    const range = ranges[field];
    return range ? [{ values, range }] : [];
  });
  return runIds.map((_, run) =>
    limits.every(({ values, range: [low, high] }) => {
      const value = values[run];
      return value !== null && value !== undefined && value >= low && value <= high;
    })
  );
}

interface Piece {
  left: number;
  from: number;
  to: number;
  runs: number;
  sum: number;
  coloured: number;
  within: boolean;
}

/** @param target its values colour the lines */
export function pieces(
  frame: RunFrame,
  axes: readonly ParallelAxis[],
  within: readonly boolean[],
  target: Column | undefined
): Piece[] {
  const exact = frame.runIds.length <= EXACT;
  const placeOf = (axis: number, run: number): number | undefined => {
    const value = frame.columns[axis]!.values[run];
    if (value === null || value === undefined) return undefined;
    const [low, high] = axes[axis]!.domain;
    const place = (value - low) / (high - low);
    return exact ? place : Math.round(place * PLACES) / PLACES;
  };
  const found = new Map<string, Piece>();
  for (let run = 0; run < frame.runIds.length; run += 1) {
    for (let left = 0; left < axes.length - 1; left += 1) {
      const [from, to] = [placeOf(left, run), placeOf(left + 1, run)];
      if (from === undefined || to === undefined) continue;
      const key = `${left} ${from} ${to} ${within[run]}`;
      let piece = found.get(key);
      if (!piece) {
        piece = { left, from, to, runs: 0, sum: 0, coloured: 0, within: within[run]! };
        found.set(key, piece);
      }
      piece.runs += 1;
      const colour = target?.values[run];
      if (typeof colour === 'number') {
        piece.sum += colour;
        piece.coloured += 1;
      }
    }
  }
  return [...found.values()];
}

export function parallelSpec(
  found: readonly Piece[],
  axes: readonly ParallelAxis[],
  target: Column | undefined,
  better: 'higher' | 'lower' | 'unknown',
  size: PlotSize,
  /** Of the words. */
  ink: string
): JSONObject {
  const most = found.reduce((most, { runs }) => Math.max(most, runs), 1);
  const values: JSONValue[] = found.map(({ left, from, to, runs, sum, coloured, within }) => ({
    x: left,
    x2: left + 1,
    from,
    to,
    colour: coloured === 0 ? null : sum / coloured,
    // One run must be seen beside a thousand.
    ink: (most === 1 ? 0.55 : 0.25 + 0.7 * Math.sqrt(runs / most)) * (within ? 1 : 0.18),
    within
  }));
  const x = {
    field: 'x',
    type: 'quantitative',
    scale: { domain: [0, axes.length - 1], nice: false, zero: false },
    axis: null
  };
  const y = (field: string) => ({
    field,
    type: 'quantitative',
    scale: { domain: [0, 1], nice: false },
    axis: null
  });
  const domain = target
    ? domainOf(
        target.values.filter(value => value !== null),
        false,
        0
      )
    : [0, 1];
  const lines = (within: boolean): JSONValue => ({
    transform: [{ filter: within ? 'datum.within' : '!datum.within' }],
    mark: { type: 'rule', strokeWidth: 1.1, strokeCap: 'round' },
    encoding: {
      x,
      x2: { field: 'x2' },
      y: y('from'),
      y2: { field: 'to' },
      opacity: { field: 'ink', type: 'quantitative', scale: null, legend: null },
      color:
        within && target
          ? {
              field: 'colour',
              type: 'quantitative',
              legend: null,
              scale: {
                domain: better === 'lower' ? [domain[1]!, domain[0]!] : domain,
                range: ['#c98a2b', '#8a8f9c', '#2f6fd0']
              }
            }
          : { value: within ? '#4477d6' : '#8a8f9c' }
    }
  });
  const ticks = axes.flatMap(({ ticks }, axis) =>
    ticks.map(({ at, text }) => ({ x: axis, y: at, text }))
  );
  return {
    ...baseSpec(size, PARALLEL_FRAME),
    layer: [
      { data: { values }, layer: [lines(false), lines(true)] },
      {
        data: { values: axes.map((_, axis) => ({ x: axis })) },
        mark: { type: 'rule', strokeWidth: 1, color: '#8a8f9c' },
        encoding: { x }
      },
      {
        data: { values: ticks },
        mark: { type: 'text', align: 'left', dx: 4, fontSize: 10, baseline: 'middle', color: ink },
        encoding: { x, y: y('y'), text: { field: 'text' } }
      },
      {
        data: { values: axes.map(({ field }, axis) => ({ x: axis, text: keyOf(field) })) },
        mark: {
          type: 'text',
          color: ink,
          fontSize: 11,
          dy: innerSize(size, PARALLEL_FRAME).height / 2 + 16
        },
        encoding: { x, text: { field: 'text' } }
      }
    ]
  } as JSONObject;
}
