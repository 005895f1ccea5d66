// Above the table: curves of the runs in sight or chosen, and beside them one picture of all runs that fit.
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import React, { useState } from 'react';
import type { RunColumns } from '../../server/contract/tracking-runs.ts';
import { QueryFailure } from '../client/query-failure.tsx';
import { getRunFrame } from '../client/routes.ts';
import { concernsRuns, useEvents } from '../client/use-events.ts';
import { useQuery } from '../client/use-query.ts';
import type { Lab } from '../tokens.ts';
import { Loading } from '../ui/states.tsx';
import { CurveControls, type CurveShape, STRAIGHT } from './curve-controls.tsx';
import { CurvesChart, type CurveSeries } from './curves-chart.tsx';
import { FieldSelect } from './field-select.tsx';
import { GroupCurves } from './group-curves.tsx';
import { ImportanceList } from './importance-list.tsx';
import { ParallelChart } from './parallel-chart.tsx';
import { ScatterChart } from './scatter-chart.tsx';

export interface RunChartsProps {
  lab: Lab;
  rendermime: IRenderMimeRegistry;
  known: RunColumns;
  filter: string | undefined;
  group: string | undefined;
  columns: readonly string[];
  metric: string;
  setMetric(metric: string): void;
  curves: readonly CurveSeries[];
  choose(runIds: readonly string[]): void;
}

type Picture = 'parallel' | 'scatter' | 'importance';

const AXES = 6;
/** All runs are read for it. */
const PACE = 1500;

/** Drawn again only when what it shows is another: the table below changes with every row that comes into sight. */
export const RunCharts = React.memo(function RunCharts(props: RunChartsProps): React.JSX.Element {
  const { lab, rendermime, known, filter, group, metric, setMetric, curves } = props;
  const { trans } = lab;
  const [shape, setShape] = useState<CurveShape>(STRAIGHT);
  const [hover, setHover] = useState<number>();
  const [picture, setPicture] = useState<Picture>('parallel');
  const hasCurve = known.metrics.some(({ key, curve }) => key === metric && curve);
  const pictures: Record<Picture, string> = {
    parallel: trans.__('Parallel'),
    scatter: trans.__('Scatter'),
    importance: trans.__('Importance')
  };
  return (
    <div className="sl-run-charts">
      <section aria-label={trans.__('Curves')}>
        <div className="sl-chart-head">
          <FieldSelect
            lab={lab}
            known={known}
            kinds={['metrics']}
            value={`metrics.${metric}`}
            change={field => setMetric(field.slice('metrics.'.length))}
            label={trans.__('Metric')}
          />
          <CurveControls lab={lab} shape={shape} change={setShape} />
        </div>
        {!hasCurve ? (
          <p className="sl-muted">
            {trans.__('%1 was logged once in each run: there is no curve.', metric)}
          </p>
        ) : group !== undefined ? (
          <GroupCurves
            lab={lab}
            rendermime={rendermime}
            filter={filter}
            by={group}
            metric={metric}
            shape={shape}
            hover={hover}
            setHover={setHover}
          />
        ) : (
          <CurvesChart
            lab={lab}
            rendermime={rendermime}
            metric={metric}
            runs={curves}
            shape={shape}
            hover={hover}
            setHover={setHover}
            height={220}
            title={false}
          />
        )}
      </section>
      <section aria-label={trans.__('All runs')}>
        <div className="sl-chart-head" role="radiogroup" aria-label={trans.__('Picture')}>
          {Object.entries(pictures).map(([id, label]) => (
            <label key={id} className="sl-choice">
              <input
                type="radio"
                name={`sl-picture-${filter ?? ''}`}
                checked={picture === id}
                onChange={() => setPicture(id as Picture)}
              />
              {label}
            </label>
          ))}
        </div>
        {picture === 'importance' ? (
          <ImportanceList lab={lab} filter={filter} metric={metric} />
        ) : (
          <Framed {...props} picture={picture} />
        )}
      </section>
    </div>
  );
});

function Framed(props: RunChartsProps & { picture: 'parallel' | 'scatter' }): React.JSX.Element {
  const { lab, rendermime, known, filter, columns, metric, choose, picture } = props;
  const { client, trans } = lab;
  const [across, setAcross] = useState<string>();
  const [down, setDown] = useState<string>();
  const [log, setLog] = useState(false);
  const target = `metrics.${metric}`;
  const params = columns.filter(field => field.startsWith('params.'));
  const isNumber = (field: string) =>
    known.params.some(({ key, numeric }) => numeric && field === `params.${key}`);
  /** An axis that few runs reach would cut the lines of all others. */
  const isCommon = (field: string) => {
    const runs = (of: string) =>
      known.params.find(({ key }) => `params.${key}` === of)?.runs ??
      known.metrics.find(({ key }) => `metrics.${key}` === of)?.runs ??
      0;
    return runs(field) >= runs(target) / 2;
  };
  const x = across ?? params.find(isNumber) ?? params[0] ?? 'attributes.start_time';
  const y = down ?? target;
  const fields =
    picture === 'scatter'
      ? [x, y]
      : [...params, ...columns.filter(field => field.startsWith('metrics.'))]
          .filter(field => field !== target && isCommon(field))
          .slice(0, AXES - 1)
          .concat(target);
  const question = { filter, fields };
  const frame = useQuery(
    client,
    JSON.stringify(question),
    () => client.call(getRunFrame, question),
    () => false
  );
  useEvents(client, PACE, concernsRuns, frame.reload);
  const select = (value: string, change: (field: string) => void, label: string) => (
    <FieldSelect
      lab={lab}
      known={known}
      kinds={['metrics', 'params', 'attributes']}
      value={value}
      change={change}
      label={label}
    />
  );
  return (
    <>
      {picture === 'scatter' && (
        <div className="sl-controls">
          {select(x, setAcross, trans.__('Across'))} × {select(y, setDown, trans.__('Upwards'))}
          <label>
            <input type="checkbox" checked={log} onChange={event => setLog(event.target.checked)} />{' '}
            {trans.__('log')}
          </label>
        </div>
      )}
      {frame.error && !frame.data && (
        <QueryFailure error={frame.error} retry={frame.reload} trans={trans} />
      )}
      {frame.loading && <Loading rows={6} label={trans.__('Reading all runs')} />}
      {frame.data &&
        (picture === 'scatter' ? (
          <ScatterChart lab={lab} rendermime={rendermime} frame={frame.data} log={log} />
        ) : fields.length < 2 ? (
          <p className="sl-muted">
            {trans.__('With a param that differs, all runs are drawn here as lines.')}
          </p>
        ) : (
          <ParallelChart
            lab={lab}
            rendermime={rendermime}
            frame={frame.data}
            known={known}
            metric={metric}
            choose={choose}
          />
        ))}
    </>
  );
}
