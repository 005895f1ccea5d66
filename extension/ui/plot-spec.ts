// Curves as a vega-lite 5 spec, in a frame whose edges we know: what is pointed at is told from there.
import type { JSONObject, JSONValue } from '@lumino/coreutils';
import { lineColour, lineDash } from './colours.ts';
import type { PlotScale } from './plot-scale.ts';

export interface Frame {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export const FRAME: Frame = { left: 46, right: 10, top: 8, bottom: 24 };

export interface PlotLine {
  id: string;
  label: string;
  colour: number;
  x: readonly number[];
  y: readonly number[];
  /** Drawn over the line itself, which then steps back. */
  smooth?: readonly (number | null)[] | undefined;
  band?: { low: readonly number[]; high: readonly number[] } | undefined;
}

export interface PlotSize {
  width: number;
  height: number;
}

export type AxisKind = 'number' | 'time' | 'seconds';

/** The part of the box that the lines are drawn in. */
export const innerSize = ({ width, height }: PlotSize, frame: Frame = FRAME): PlotSize => ({
  width: Math.max(10, width - frame.left - frame.right),
  height: Math.max(10, height - frame.top - frame.bottom)
});

export function plotSpec(
  lines: readonly PlotLine[],
  x: PlotScale,
  y: PlotScale,
  size: PlotSize,
  axis: AxisKind
): JSONObject {
  const ids = lines.map(({ id }) => id);
  const colour = {
    field: 's',
    type: 'nominal',
    legend: null,
    scale: { domain: ids, range: lines.map(({ colour }) => lineColour(colour)) }
  };
  const dash = {
    field: 's',
    type: 'nominal',
    legend: null,
    scale: { domain: ids, range: lines.map(({ colour }) => lineDash(colour)) }
  };
  const scaleOf = ({ domain, log }: PlotScale) => ({
    domain: [...domain],
    nice: false,
    zero: false,
    ...(log ? { type: 'log' } : {})
  });
  const encodedX = {
    field: 'x',
    type: axis === 'time' && !x.log ? 'temporal' : 'quantitative',
    title: null,
    scale: scaleOf(x),
    axis: {
      grid: false,
      tickCount: 6,
      ...(axis === 'time' ? {} : { format: '~s' }),
      ...(axis === 'number' && !x.log ? { tickMinStep: 1 } : {})
    }
  };
  const encodedY = (field: string) => ({
    field,
    type: 'quantitative',
    title: null,
    scale: scaleOf(y),
    axis: { tickCount: 5, format: '~g' }
  });
  const isSmooth = lines.some(({ smooth }) => smooth !== undefined);
  const many = lines.reduce((sum, line) => sum + line.x.length, 0) > 60;
  const line = { type: 'line', clip: true, strokeWidth: 1.6, strokeJoin: 'round' };
  const layers: JSONValue[] = [];
  if (lines.some(({ band }) => band)) {
    layers.push({
      data: { values: bandValues(lines) },
      mark: { type: 'area', clip: true, opacity: 0.16 },
      encoding: { x: encodedX, y: encodedY('low'), y2: { field: 'high' }, color: colour }
    });
  }
  layers.push({
    data: { values: lineValues(lines, ({ y }) => y) },
    mark: {
      ...line,
      ...(isSmooth ? { opacity: 0.25, strokeWidth: 1 } : {}),
      ...(many ? {} : { point: { size: 20 } })
    },
    encoding: { x: encodedX, y: encodedY('y'), color: colour, strokeDash: dash }
  });
  if (isSmooth) {
    layers.push({
      data: { values: lineValues(lines, ({ smooth, y }) => smooth ?? y) },
      mark: line,
      encoding: { x: encodedX, y: encodedY('y'), color: colour, strokeDash: dash }
    });
  }
  return {
    ...baseSpec(size),
    layer: layers
  } as JSONObject;
}

/** What every chart of ours begins with: nothing is laid out by itself. */
export function baseSpec(size: PlotSize, frame: Frame = FRAME): JSONObject {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    autosize: { type: 'none' },
    padding: { ...frame },
    ...innerSize(size, frame),
    background: 'transparent',
    config: {
      view: { stroke: null },
      axis: {
        domain: false,
        labelFontSize: 11,
        gridColor: '#8a8f9c',
        gridOpacity: 0.28,
        tickColor: '#8a8f9c'
      }
    }
  };
}

/** JSON has no NaN: null breaks the line where the value does. */
const drawable = (value: number | null | undefined): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

function lineValues(
  lines: readonly PlotLine[],
  of: (line: PlotLine) => readonly (number | null)[]
): JSONValue[] {
  return lines.flatMap(line => {
    const values = of(line);
    return line.x.map((x, index) => ({ s: line.id, x, y: drawable(values[index]) }));
  });
}

function bandValues(lines: readonly PlotLine[]): JSONValue[] {
  return lines.flatMap(({ id, x, band }) =>
    band
      ? x.map((at, index) => ({ s: id, x: at, low: band.low[index]!, high: band.high[index]! }))
      : []
  );
}
