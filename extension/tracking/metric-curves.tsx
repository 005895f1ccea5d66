// The metrics of one or many runs as curves, all drawn alike and pointed at together.
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import React, { type ReactNode, useState } from 'react';
import type { Lab } from '../tokens.ts';
import { Button } from '../ui/states.tsx';
import type { PickedPoint } from './cell-of-point.ts';
import { CurveControls, type CurveShape, STRAIGHT } from './curve-controls.tsx';
import { CurvesChart, type CurveSeries } from './curves-chart.tsx';

interface MetricCurvesProps {
  lab: Lab;
  rendermime: IRenderMimeRegistry;
  metrics: readonly string[];
  runs: readonly CurveSeries[];
  pick?: (point: PickedPoint) => void;
  /** What follows in the same section, drawn in the same way. */
  children?: (shape: CurveShape) => ReactNode;
}

const FIRST = 12;

export function MetricCurves(props: MetricCurvesProps): React.JSX.Element {
  const { lab, rendermime, metrics, runs, pick, children } = props;
  const { trans } = lab;
  const [shape, setShape] = useState(STRAIGHT);
  const [hover, setHover] = useState<number>();
  const [most, setMost] = useState(FIRST);
  return (
    <section aria-label={trans.__('Curves')}>
      <div className="sl-page-head">
        <h3>{trans.__('Curves')}</h3>
        <span className="sl-fill" />
        <CurveControls lab={lab} shape={shape} change={setShape} />
      </div>
      <div className="sl-charts">
        {metrics.slice(0, most).map(metric => (
          <CurvesChart
            key={metric}
            lab={lab}
            rendermime={rendermime}
            metric={metric}
            runs={runs}
            shape={shape}
            hover={hover}
            setHover={setHover}
            {...(pick ? { pick } : {})}
          />
        ))}
      </div>
      {metrics.length > most && (
        <Button
          label={trans.__('Show all %1 curves', metrics.length)}
          onClick={() => setMost(Infinity)}
        />
      )}
      {children?.(shape)}
    </section>
  );
}
