// One metric of one or many runs as curves. Zoomed in, the stretch is read again in as many buckets: no spike is lost.
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import React, { useEffect, useMemo, useState } from 'react';
import type { Curve } from '../../server/contract/tracking-charts.ts';
import { getCurves } from '../client/routes.ts';
import { QueryFailure } from '../client/query-failure.tsx';
import { useQuery } from '../client/use-query.ts';
import type { Lab } from '../tokens.ts';
import { formatNumber } from '../ui/numbers.ts';
import { Plot } from '../ui/plot.tsx';
import { Loading } from '../ui/states.tsx';
import type { PlotLine } from '../ui/plot-spec.ts';
import { useLast } from '../ui/use-last.ts';
import { axisKind, type CurveShape } from './curve-controls.tsx';

export interface CurveSeries {
  runId: string;
  label: string;
  colour: number;
}

interface CurvesChartProps {
  lab: Lab;
  rendermime: IRenderMimeRegistry;
  metric: string;
  runs: readonly CurveSeries[];
  shape: CurveShape;
  hover: number | undefined;
  setHover(x: number | undefined): void;
  height?: number;
  title?: boolean;
  pick?: (point: { runId: string; metric: string; step: number; time: number }) => void;
}

export function CurvesChart(props: CurvesChartProps): React.JSX.Element {
  const { lab, rendermime, metric, runs, shape, hover, setHover, height, pick } = props;
  const { client, trans } = lab;
  const [zoom, setZoom] = useState<readonly [number, number]>();
  useEffect(() => setZoom(undefined), [shape.axis, metric]);
  const ids = runs.map(({ runId }) => runId);
  const question = {
    series: ids.map(runId => ({ runId, key: metric })),
    axis: shape.axis,
    smoothing: shape.smoothing,
    ...(zoom ? { from: zoom[0], to: zoom[1] } : {})
  };
  const found = useQuery(
    client,
    JSON.stringify(question),
    () => (ids.length === 0 ? Promise.resolve({ curves: [] }) : client.call(getCurves, question)),
    event =>
      event.type === 'metrics-logged' && ids.includes(event.runId) && event.keys.includes(metric)
  );
  const curves = useLast(found.data?.curves);
  const lines = useMemo(() => (curves ?? []).map(curve => toLine(curve, runs)), [curves, runs]);
  // Axes without lines would say that there is nothing.
  if (!curves) {
    return (
      <figure className="sl-figure">
        {props.title !== false && <figcaption>{metric}</figcaption>}
        {found.error ? (
          <QueryFailure error={found.error} retry={found.reload} trans={trans} />
        ) : (
          <Loading rows={6} label={trans.__('Reading %1', metric)} />
        )}
      </figure>
    );
  }
  const drawn = lines.reduce((sum, { x }) => sum + x.length, 0);
  const total = curves.reduce((sum, curve) => sum + curve.total, 0);
  return (
    <figure className="sl-figure">
      {props.title !== false && <figcaption>{metric}</figcaption>}
      <Plot
        lines={lines}
        label={trans.__('%1 as curves', metric)}
        rendermime={rendermime}
        trans={trans}
        axis={axisKind(shape.axis)}
        logX={shape.logX && shape.axis !== 'time'}
        logY={shape.logY}
        zoom={zoom}
        setZoom={setZoom}
        hover={hover}
        setHover={setHover}
        {...(height === undefined ? {} : { height })}
        {...(pick
          ? {
              pick: (line: PlotLine, index: number) => {
                const curve = curves.find(({ runId }) => runId === line.id);
                if (curve)
                  pick({
                    runId: curve.runId,
                    metric,
                    step: curve.step[index]!,
                    time: curve.time[index]!
                  });
              }
            }
          : {})}
      />
      {total > drawn && (
        <p className="sl-muted sl-small">
          {trans.__(
            '%1 points in %2: the lowest and the highest of every stretch. Drag to look closer.',
            formatNumber(total),
            formatNumber(drawn)
          )}
        </p>
      )}
    </figure>
  );
}

function toLine(curve: Curve, runs: readonly CurveSeries[]): PlotLine {
  const series = runs.find(({ runId }) => runId === curve.runId);
  return {
    id: curve.runId,
    label: series?.label ?? curve.name,
    colour: series?.colour ?? 0,
    x: curve.x,
    y: curve.y.map(Number),
    smooth: curve.smooth
  };
}
