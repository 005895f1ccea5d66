// The curves of one run, and those of its TensorBoard files; all of them are pointed at together.
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import React, { useMemo, useState } from 'react';
import type { Curve } from '../../server/contract/tracking-charts.ts';
import type { RunDetail } from '../../server/contract/tracking.ts';
import { getEventCurves } from '../client/routes.ts';
import { useQuery } from '../client/use-query.ts';
import type { Lab } from '../tokens.ts';
import { Plot } from '../ui/plot.tsx';
import type { PickedPoint } from './cell-of-point.ts';
import { MetricCurves } from './metric-curves.tsx';

interface RunCurvesProps {
  lab: Lab;
  rendermime: IRenderMimeRegistry;
  run: RunDetail;
  pick(point: PickedPoint): void;
}

export function RunCurves({ lab, rendermime, run, pick }: RunCurvesProps): React.JSX.Element {
  const { trans } = lab;
  const runs = useMemo(
    () => [{ runId: run.runId, label: run.name, colour: 0 }],
    [run.runId, run.name]
  );
  const metrics = run.metrics.filter(({ count }) => count > 1).map(({ key }) => key);
  const hasEvents = run.artifacts.some(({ path }) => /tfevents[^/]*$/.test(path));
  const hasCells = run.cells.length > 0;
  if (metrics.length === 0 && !hasEvents) return <></>;
  return (
    <MetricCurves
      lab={lab}
      rendermime={rendermime}
      metrics={metrics}
      runs={runs}
      {...(hasCells ? { pick } : {})}
    >
      {shape => (
        <>
          {hasCells && metrics.length > 0 && (
            <p className="sl-muted sl-small">{trans.__('A click on a point shows its cell.')}</p>
          )}
          {hasEvents && (
            <EventCurves lab={lab} rendermime={rendermime} run={run} logY={shape.logY} />
          )}
        </>
      )}
    </MetricCurves>
  );
}

function EventCurves({
  lab,
  rendermime,
  run,
  logY
}: Omit<RunCurvesProps, 'pick'> & { logY: boolean }): React.JSX.Element {
  const { client, trans } = lab;
  const [hover, setHover] = useState<number>();
  const found = useQuery(
    client,
    `events ${run.runId} ${run.artifacts.length}`,
    () => client.call(getEventCurves, { runId: run.runId }),
    () => false
  );
  if (!found.data) return <></>;
  return (
    <>
      <h4>{trans.__('From TensorBoard files')}</h4>
      {found.data.faults.map(({ path, detail }) => (
        <p key={path} className="sl-bad">
          {path}: {detail}
        </p>
      ))}
      {found.data.curves.length === 0 && (
        <p className="sl-muted">{trans.__('They hold no scalars.')}</p>
      )}
      <div className="sl-charts">
        {found.data.curves.map(curve => (
          <EventCurve
            key={curve.key}
            lab={lab}
            rendermime={rendermime}
            curve={curve}
            logY={logY}
            hover={hover}
            setHover={setHover}
          />
        ))}
      </div>
    </>
  );
}

interface EventCurveProps {
  lab: Lab;
  rendermime: IRenderMimeRegistry;
  curve: Curve;
  logY: boolean;
  hover: number | undefined;
  setHover(x: number | undefined): void;
}

function EventCurve(props: EventCurveProps): React.JSX.Element {
  const { lab, rendermime, curve, logY, hover, setHover } = props;
  const [zoom, setZoom] = useState<readonly [number, number]>();
  const lines = useMemo(
    () => [{ id: curve.key, label: curve.key, colour: 0, x: curve.x, y: curve.y.map(Number) }],
    [curve]
  );
  return (
    <figure className="sl-figure">
      <figcaption>{curve.key}</figcaption>
      <Plot
        lines={lines}
        label={lab.trans.__('%1 as curves', curve.key)}
        rendermime={rendermime}
        trans={lab.trans}
        logY={logY}
        zoom={zoom}
        setZoom={setZoom}
        hover={hover}
        setHover={setHover}
      />
    </figure>
  );
}
