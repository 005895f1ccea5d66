// How curves are drawn: which axis, logarithmic or not, how smooth.
import React from 'react';
import type { CurveAxis } from '../../server/contract/tracking-charts.ts';
import type { Lab } from '../tokens.ts';

export interface CurveShape {
  axis: CurveAxis;
  logX: boolean;
  logY: boolean;
  smoothing: number;
}

export const STRAIGHT: CurveShape = { axis: 'step', logX: false, logY: false, smoothing: 0 };

export const axisKind = (axis: CurveAxis): 'number' | 'time' | 'seconds' =>
  axis === 'time' ? 'time' : axis === 'relative' ? 'seconds' : 'number';

interface CurveControlsProps {
  lab: Lab;
  shape: CurveShape;
  change(shape: CurveShape): void;
}

export function CurveControls({ lab, shape, change }: CurveControlsProps): React.JSX.Element {
  const { trans } = lab;
  return (
    <div className="sl-controls">
      <label>
        {trans.__('over')}{' '}
        <select
          value={shape.axis}
          onChange={event => change({ ...shape, axis: event.target.value as CurveAxis })}
        >
          <option value="step">{trans.__('steps')}</option>
          <option value="relative">{trans.__('time since the start')}</option>
          <option value="time">{trans.__('time of day')}</option>
        </select>
      </label>
      <label>
        <input
          type="checkbox"
          checked={shape.logX}
          disabled={shape.axis === 'time'}
          onChange={event => change({ ...shape, logX: event.target.checked })}
        />{' '}
        {trans.__('log x')}
      </label>
      <label>
        <input
          type="checkbox"
          checked={shape.logY}
          onChange={event => change({ ...shape, logY: event.target.checked })}
        />{' '}
        {trans.__('log y')}
      </label>
      <label title={trans.__('Exponential moving average, without its lean towards zero')}>
        {trans.__('smooth')}{' '}
        <input
          type="range"
          min={0}
          max={0.99}
          step={0.01}
          value={shape.smoothing}
          aria-valuetext={String(shape.smoothing)}
          onChange={event => change({ ...shape, smoothing: Number(event.target.value) })}
        />{' '}
        <span className="sl-number">{shape.smoothing.toFixed(2)}</span>
      </label>
    </div>
  );
}
