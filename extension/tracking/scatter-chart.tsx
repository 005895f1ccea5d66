// Any two fields of all runs against each other; a point is a run, and opens it.
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { JSONObject } from '@lumino/coreutils';
import React, { useMemo, useRef, useState } from 'react';
import type { RunFrame } from '../../server/contract/tracking-charts.ts';
import type { Lab } from '../tokens.ts';
import { Chart } from '../ui/chart.tsx';
import { formatNumber } from '../ui/numbers.ts';
import { domainOf, plotScale } from '../ui/plot-scale.ts';
import { baseSpec, FRAME, innerSize } from '../ui/plot-spec.ts';
import { useWidth } from '../ui/use-width.ts';
import { keyOf } from './table-state.ts';

interface ScatterChartProps {
  lab: Lab;
  rendermime: IRenderMimeRegistry;
  /** Of exactly two columns. */
  frame: RunFrame;
  log: boolean;
}

const HEIGHT = 220;
const REACH = 14;

export function ScatterChart({
  lab,
  rendermime,
  frame,
  log
}: ScatterChartProps): React.JSX.Element {
  const { trans } = lab;
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [pointed, point] = useState<number>();
  const [across, down] = frame.columns;
  const points = useMemo(
    () =>
      frame.runIds.flatMap((_, run) => {
        const [x, y] = [across?.values[run], down?.values[run]];
        return typeof x === 'number' && typeof y === 'number' ? [{ run, x, y }] : [];
      }),
    [frame]
  );
  const isLog = (column: typeof across) => log && column?.kind === 'number';
  const x = useMemo(
    () =>
      plotScale(
        domainOf(
          points.map(({ x }) => x),
          isLog(across),
          0.04
        ),
        isLog(across)
      ),
    [points, log]
  );
  const y = useMemo(
    () =>
      plotScale(
        domainOf(
          points.map(({ y }) => y),
          isLog(down),
          0.06
        ),
        isLog(down)
      ),
    [points, log]
  );
  const spec = useMemo((): JSONObject | undefined => {
    if (width === 0) return undefined;
    const scale = ({ domain, log }: typeof x) => ({
      domain: [...domain],
      nice: false,
      zero: false,
      ...(log ? { type: 'log' } : {})
    });
    const axis = (column: typeof across, title: boolean) =>
      column?.kind === 'category'
        ? {
            values: column.categories.map((_, index) => index),
            labelExpr: `${JSON.stringify(column.categories.map(text => text.slice(0, 14)))}[datum.value]`,
            labelOverlap: true,
            grid: false
          }
        : { tickCount: 5, format: '~g', grid: !title };
    return {
      ...baseSpec({ width, height: HEIGHT }),
      data: { values: points.map(({ x, y }) => ({ x, y })) },
      mark: { type: 'circle', size: 26, opacity: points.length > 2000 ? 0.25 : 0.6, clip: true },
      encoding: {
        x: {
          field: 'x',
          type: 'quantitative',
          title: null,
          scale: scale(x),
          axis: axis(across, true)
        },
        y: {
          field: 'y',
          type: 'quantitative',
          title: null,
          scale: scale(y),
          axis: axis(down, false)
        },
        color: { value: '#4477d6' }
      }
    } as unknown as JSONObject;
  }, [points, x, y, width]);
  const inner = innerSize({ width, height: HEIGHT });
  const place = ({ x: atX, y: atY }: { x: number; y: number }) => ({
    left: x.place(atX) * inner.width,
    top: (1 - y.place(atY)) * inner.height
  });
  const look = (event: React.PointerEvent) => {
    const bounds = event.currentTarget.getBoundingClientRect();
    const [left, top] = [event.clientX - bounds.left, event.clientY - bounds.top];
    let nearest: { index: number; far: number } | undefined;
    points.forEach((one, index) => {
      const at = place(one);
      const far = Math.hypot(at.left - left, at.top - top);
      if (far < (nearest?.far ?? REACH)) nearest = { index, far };
    });
    point(nearest?.index);
  };
  const open = (index: number | undefined) => {
    const found = index === undefined ? undefined : points[index];
    if (found) lab.openPage('run', frame.runIds[found.run]!, frame.names[found.run]!);
  };
  const shown = pointed === undefined ? undefined : points[pointed];
  const words = (one: { run: number; x: number; y: number }) =>
    `${frame.names[one.run]}: ${keyOf(across!.field)} ${valueText(across!, one.x)}, ${keyOf(down!.field)} ${valueText(down!, one.y)}`;
  const spoken = trans.__(
    'Runs by %1 and %2',
    keyOf(across?.field ?? ''),
    keyOf(down?.field ?? '')
  );
  return (
    <div>
      <p className="sl-muted sl-small" role="status">
        {shown
          ? words(shown)
          : trans.__(
              '%1 of %2 runs have both; a click opens one',
              formatNumber(points.length),
              formatNumber(frame.total)
            )}
      </p>
      <div className="sl-plot" ref={box} style={{ height: HEIGHT }}>
        {spec && <Chart spec={spec} rendermime={rendermime} pace={150} />}
        <div
          className="sl-plot-over"
          role="slider"
          tabIndex={0}
          aria-label={spoken}
          aria-valuemin={0}
          aria-valuemax={Math.max(0, points.length - 1)}
          aria-valuenow={pointed ?? 0}
          aria-valuetext={
            shown ? words(shown) : trans.__('Arrow keys walk the runs, Enter opens one')
          }
          style={{
            left: FRAME.left,
            top: FRAME.top,
            ...inner,
            cursor: shown ? 'pointer' : 'default'
          }}
          onPointerMove={look}
          onPointerLeave={() => point(undefined)}
          onClick={() => open(pointed)}
          onKeyDown={event => {
            const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
            if (by !== undefined)
              point(Math.max(0, Math.min(points.length - 1, (pointed ?? -1) + by)));
            else if (event.key === 'Enter') open(pointed);
            else return;
            event.preventDefault();
            event.stopPropagation();
          }}
        >
          {shown && <span className="sl-plot-ring" style={place(shown)} aria-hidden="true" />}
        </div>
      </div>
    </div>
  );
}

function valueText(column: RunFrame['columns'][number], value: number): string {
  return column.kind === 'category' ? (column.categories[value] ?? '') : formatNumber(value);
}
