// Parallel coordinates over all runs that fit. Drag along an axis to look at a range; the runs in it can be chosen.
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import React, { useMemo, useRef, useState } from 'react';
import type { RunColumns } from '../../server/contract/tracking-runs.ts';
import type { RunFrame } from '../../server/contract/tracking-charts.ts';
import type { Lab } from '../tokens.ts';
import { Chart } from '../ui/chart.tsx';
import { formatNumber } from '../ui/numbers.ts';
import { innerSize } from '../ui/plot-spec.ts';
import { Button } from '../ui/states.tsx';
import { useWidth } from '../ui/use-width.ts';
import {
  PARALLEL_FRAME,
  type ParallelAxis,
  parallelAxis,
  parallelSpec,
  pieces,
  type Range,
  withinRanges
} from './parallel-spec.ts';
import { keyOf } from './table-state.ts';

interface ParallelChartProps {
  lab: Lab;
  rendermime: IRenderMimeRegistry;
  frame: RunFrame;
  known: RunColumns;
  /** The last axis; its values colour the lines. */
  metric: string;
  choose(runIds: readonly string[]): void;
}

const HEIGHT = 220;

export function ParallelChart(props: ParallelChartProps): React.JSX.Element {
  const { lab, rendermime, frame, known, metric, choose } = props;
  const { trans } = lab;
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [ranges, setRanges] = useState<Readonly<Record<string, Range>>>({});
  const axes = useMemo(() => frame.columns.map(parallelAxis), [frame]);
  const within = useMemo(() => withinRanges(frame, ranges), [frame, ranges]);
  const size = { width, height: HEIGHT };
  const spec = useMemo(() => {
    if (width === 0 || axes.length < 2) return undefined;
    const target = frame.columns.find(({ field }) => field === `metrics.${metric}`);
    const better = known.metrics.find(({ key }) => key === metric)?.direction ?? 'unknown';
    const found = pieces(frame, axes, within, target);
    // The renderer colours the words of axes by the theme, and no others.
    const ink = getComputedStyle(box.current!).color;
    return parallelSpec(found, axes, target, better, { width, height: HEIGHT }, ink);
  }, [frame, axes, within, width, metric, known]);
  const count = within.filter(Boolean).length;
  const isRanged = Object.keys(ranges).length > 0;
  const setRange = (field: string, range: Range | undefined) => {
    const others = Object.entries(ranges).filter(([other]) => other !== field);
    setRanges(Object.fromEntries(range ? [...others, [field, range]] : others));
  };
  const inner = innerSize(size, PARALLEL_FRAME);
  return (
    <div>
      <p className="sl-muted sl-small" role="status">
        {isRanged
          ? trans.__('%1 of %2 runs in the range', formatNumber(count), formatNumber(frame.total))
          : trans._n(
              '%2 run; drag an axis to look at a range',
              'all %2 runs; drag an axis to look at a range',
              frame.total,
              formatNumber(frame.total)
            )}
        {isRanged && (
          <>
            {' '}
            <Button
              label={trans.__('Choose them')}
              disabled={count === 0}
              onClick={() => choose(frame.runIds.filter((_, run) => within[run]))}
            />{' '}
            <Button label={trans.__('Clear')} onClick={() => setRanges({})} />
          </>
        )}
      </p>
      <div className="sl-plot" ref={box} style={{ height: HEIGHT }}>
        {spec && <Chart spec={spec} rendermime={rendermime} pace={150} />}
        {spec &&
          axes.map((axis, index) => (
            <AxisBrush
              key={axis.field}
              axis={axis}
              range={ranges[axis.field]}
              change={range => setRange(axis.field, range)}
              left={PARALLEL_FRAME.left + (inner.width * index) / (axes.length - 1)}
              height={inner.height}
              label={trans.__('Range of %1', keyOf(axis.field))}
            />
          ))}
      </div>
    </div>
  );
}

interface AxisBrushProps {
  axis: ParallelAxis;
  range: Range | undefined;
  change(range: Range | undefined): void;
  left: number;
  height: number;
  label: string;
}

const STEP = 0.05;

/** By pointer: drag. By keys: arrows move the lower end, with Shift the upper one, Escape clears. */
function AxisBrush({
  axis,
  range,
  change,
  left,
  height,
  label
}: AxisBrushProps): React.JSX.Element {
  const [low, high] = axis.domain;
  const placeOf = (value: number) => (value - low) / (high - low);
  const valueOf = (place: number) => low + Math.min(1, Math.max(0, place)) * (high - low);
  const from = useRef<number>(undefined);
  const at = (event: React.PointerEvent) => {
    const bounds = event.currentTarget.getBoundingClientRect();
    return 1 - (event.clientY - bounds.top) / bounds.height;
  };
  const [first, last] = range ? [placeOf(range[0]), placeOf(range[1])] : [0, 1];
  const onKeyDown = (event: React.KeyboardEvent) => {
    const by = event.key === 'ArrowUp' ? STEP : event.key === 'ArrowDown' ? -STEP : 0;
    if (event.key === 'Escape' && range) change(undefined);
    else if (by === 0) return;
    else if (event.shiftKey) change([valueOf(first), valueOf(Math.max(first, last + by))]);
    else change([valueOf(Math.min(last, first + by)), valueOf(last)]);
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      className="sl-axis-brush"
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-orientation="vertical"
      aria-valuemin={low}
      aria-valuemax={high}
      aria-valuenow={range ? range[0] : low}
      aria-valuetext={
        range
          ? `${formatNumber(range[0])} – ${formatNumber(range[1])}`
          : `${formatNumber(low)} – ${formatNumber(high)}`
      }
      style={{ left: left - 10, top: PARALLEL_FRAME.top, height }}
      onPointerDown={event => {
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = at(event);
      }}
      onPointerMove={event => {
        if (from.current === undefined) return;
        const [a, b] = [from.current, at(event)].sort((x, y) => x - y) as [number, number];
        if ((b - a) * height > 4) change([valueOf(a), valueOf(b)]);
      }}
      onPointerUp={event => {
        if (from.current !== undefined && Math.abs(at(event) - from.current) * height <= 4)
          change(undefined);
        from.current = undefined;
      }}
      onKeyDown={onKeyDown}
    >
      {range && (
        <div
          className="sl-axis-range"
          style={{ bottom: `${first * 100}%`, height: `${(last - first) * 100}%` }}
        />
      )}
    </div>
  );
}
