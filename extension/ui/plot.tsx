// Curves that can be pointed at, zoomed by dragging, and walked with the arrow keys; several plots share one place of hover.
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useMemo, useRef, useState } from 'react';
import { Chart } from './chart.tsx';
import { lineColour } from './colours.ts';
import { formatNumber } from './numbers.ts';
import { domainOf, nearestIndex, type PlotScale, plotScale } from './plot-scale.ts';
import { type AxisKind, FRAME, innerSize, type PlotLine, plotSpec } from './plot-spec.ts';
import { formatTime } from './time.tsx';
import { useWidth } from './use-width.ts';

export interface PlotProps {
  lines: readonly PlotLine[];
  label: string;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
  axis?: AxisKind;
  logX?: boolean;
  logY?: boolean;
  height?: number;
  /** The stretch that is looked at; all of it without. */
  zoom?: readonly [number, number] | undefined;
  setZoom?(zoom: readonly [number, number] | undefined): void;
  /** On the x axis, where some plot is pointed at. */
  hover?: number | undefined;
  setHover?(x: number | undefined): void;
  /** The point was chosen: of that line, at that index. */
  pick?(line: PlotLine, index: number): void;
}

const SHOWN = 8;
const LEAST_DRAG = 6;

export function Plot(props: PlotProps): React.JSX.Element {
  const { lines, label, rendermime, trans, axis = 'number', height = 190 } = props;
  const { logX = false, logY = false, zoom, setZoom, hover, setHover, pick } = props;
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [drag, setDrag] = useState<{ from: number; to: number }>();
  const size = { width, height };
  const inner = innerSize(size);
  const x = useMemo(
    () =>
      plotScale(
        zoom ??
          domainOf(
            lines.flatMap(line => line.x),
            logX,
            0
          ),
        logX
      ),
    [lines, zoom, logX]
  );
  const y = useMemo(() => plotScale(verticalDomain(lines, x, logY), logY), [lines, x, logY]);
  const spec = useMemo(
    () => (width === 0 ? undefined : plotSpec(lines, x, y, { width, height }, axis)),
    [lines, x, y, width, height, axis]
  );
  const placeOf = (event: React.PointerEvent) => {
    const bounds = event.currentTarget.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - bounds.left) / bounds.width));
  };
  const found = hover === undefined ? [] : pointsAt(lines, hover, x);
  const end = (event: React.PointerEvent) => {
    const dragged = drag;
    setDrag(undefined);
    if (!dragged) return;
    const [from, to] = [dragged.from, dragged.to].sort((a, b) => a - b) as [number, number];
    if ((to - from) * inner.width >= LEAST_DRAG) setZoom?.([x.value(from), x.value(to)]);
    else if (pick && hover !== undefined) {
      const bounds = event.currentTarget.getBoundingClientRect();
      const at = (event.clientY - bounds.top) / bounds.height;
      const nearest = found.reduce<(typeof found)[number] | undefined>((best, one) => {
        const far = ({ value }: { value: number }) => Math.abs(1 - y.place(value) - at);
        return !best || far(one) < far(best) ? one : best;
      }, undefined);
      if (nearest) pick(nearest.line, nearest.index);
    }
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const places = [...new Set(lines.flatMap(line => [...line.x]))]
      .filter(at => at >= x.domain[0] && at <= x.domain[1])
      .sort((a, b) => a - b);
    const at = hover === undefined ? -1 : nearestIndex(places, hover);
    const by: Record<string, number> = {
      ArrowRight: at + 1,
      ArrowLeft: Math.max(0, at - 1),
      PageDown: at + 20,
      PageUp: Math.max(0, at - 20),
      Home: 0,
      End: places.length - 1
    };
    const to = by[event.key];
    if (to !== undefined) setHover?.(places[Math.min(places.length - 1, to)]);
    else if (event.key === 'Enter' && pick && found[0]) pick(found[0].line, found[0].index);
    else if ((event.key === '+' || event.key === '=') && setZoom)
      setZoom(around(x, hover ?? x.value(0.5)));
    else if ((event.key === '-' || event.key === 'Escape') && zoom) setZoom?.(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const middle = hover ?? x.domain[0];
  return (
    <div className="sl-plot" ref={box} style={{ height }}>
      {spec && <Chart spec={spec} rendermime={rendermime} pace={200} />}
      <div
        className="sl-plot-over"
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-orientation="horizontal"
        aria-valuemin={finite(x.domain[0])}
        aria-valuemax={finite(x.domain[1])}
        aria-valuenow={finite(middle)}
        aria-valuetext={spoken(found, hover, axis, trans)}
        style={{ left: FRAME.left, top: FRAME.top, ...inner }}
        onPointerDown={event => {
          if (event.button !== 0 || !(setZoom || pick)) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          const at = placeOf(event);
          setDrag({ from: at, to: at });
        }}
        onPointerMove={event => {
          const at = placeOf(event);
          setHover?.(x.value(at));
          if (drag) setDrag({ ...drag, to: at });
        }}
        onPointerUp={end}
        onPointerLeave={() => drag || setHover?.(undefined)}
        onDoubleClick={() => setZoom?.(undefined)}
        onKeyDown={onKeyDown}
        onBlur={() => setHover?.(undefined)}
      >
        {hover !== undefined && x.place(hover) >= 0 && x.place(hover) <= 1 && (
          <Pointed found={found} hover={hover} x={x} y={y} axis={axis} />
        )}
        {drag && Math.abs(drag.to - drag.from) * inner.width >= LEAST_DRAG && (
          <div
            className="sl-plot-drag"
            style={{
              left: `${Math.min(drag.from, drag.to) * 100}%`,
              width: `${Math.abs(drag.to - drag.from) * 100}%`
            }}
          />
        )}
      </div>
      {zoom && (
        <button type="button" className="sl-plot-out sl-link" onClick={() => setZoom?.(undefined)}>
          {trans.__('Show all')}
        </button>
      )}
    </div>
  );
}

interface Found {
  line: PlotLine;
  index: number;
  value: number;
}

/** Of each line the point nearest to the place, unless the line ends long before. */
function pointsAt(lines: readonly PlotLine[], at: number, x: PlotScale): Found[] {
  const reach = Math.abs(x.domain[1] - x.domain[0]) / 12;
  return lines.flatMap(line => {
    if (line.x.length === 0) return [];
    const index = nearestIndex(line.x, at);
    const value = line.smooth?.[index] ?? line.y[index]!;
    const isNear = x.log || Math.abs(line.x[index]! - at) <= reach;
    return isNear ? [{ line, index, value }] : [];
  });
}

interface PointedProps {
  found: readonly Found[];
  hover: number;
  x: PlotScale;
  y: PlotScale;
  axis: AxisKind;
}

/** The line through the place, a dot on each curve, and the values beside it; readers hear them from the plot itself. */
function Pointed({ found, hover, x, y, axis }: PointedProps): React.JSX.Element {
  const place = x.place(hover);
  const at = found[0] ? found[0].line.x[found[0].index]! : hover;
  return (
    <div aria-hidden="true">
      <div className="sl-plot-rule" style={{ left: `${place * 100}%` }} />
      {found.map(({ line, index, value }) => {
        const [across, up] = [x.place(line.x[index]!), y.place(value)];
        if (!Number.isFinite(up) || up < 0 || up > 1 || across < 0 || across > 1) return null;
        return (
          <span
            key={line.id}
            className="sl-plot-dot"
            style={{
              left: `${across * 100}%`,
              bottom: `${up * 100}%`,
              background: lineColour(line.colour)
            }}
          />
        );
      })}
      <div className={place > 0.5 ? 'sl-plot-tip sl-left' : 'sl-plot-tip'}>
        <div className="sl-muted">{formatPlace(at, axis)}</div>
        {found.slice(0, SHOWN).map(({ line, value }) => (
          <div key={line.id} className="sl-plot-value">
            <span className="sl-dot" style={{ color: lineColour(line.colour) }} />
            <span className="sl-clip">{line.label}</span>
            <b className="sl-number">{formatNumber(value)}</b>
          </div>
        ))}
        {found.length > SHOWN && <div className="sl-muted">+{found.length - SHOWN}</div>}
      </div>
    </div>
  );
}

function verticalDomain(lines: readonly PlotLine[], x: PlotScale, log: boolean): [number, number] {
  const values = lines.flatMap(line => {
    const shown = line.x.flatMap((at, index) =>
      at < x.domain[0] || at > x.domain[1]
        ? []
        : [line.y[index]!, ...(line.band ? [line.band.low[index]!, line.band.high[index]!] : [])]
    );
    return shown;
  });
  return domainOf(values, log, 0.05);
}

function around(x: PlotScale, at: number): [number, number] {
  const place = x.place(at);
  return [x.value(Math.max(0, place - 0.25)), x.value(Math.min(1, place + 0.25))];
}

function spoken(
  found: readonly Found[],
  hover: number | undefined,
  axis: AxisKind,
  trans: TranslationBundle
): string {
  const [first] = found;
  if (hover === undefined || !first) return trans.__('Arrow keys read the values');
  const values = found
    .slice(0, SHOWN)
    .map(({ line, value }) => `${line.label} ${formatNumber(value)}`);
  return `${formatPlace(first.line.x[first.index]!, axis)}: ${values.join(', ')}`;
}

export function formatPlace(at: number, axis: AxisKind): string {
  if (axis === 'time') return formatTime(at);
  return axis === 'seconds' ? `${formatNumber(at)} s` : formatNumber(Math.round(at * 1000) / 1000);
}

const finite = (value: number) => Math.round(value * 1000) / 1000;
