import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import React from 'react';
import { getSeries } from '../client/routes.ts';
import { useQuery } from '../client/use-query.ts';
import type { Lab } from '../tokens.ts';
import { Chart, lineSpec } from '../ui/chart.tsx';

interface CurveProps {
  lab: Lab;
  runId: string;
  metric: string;
  rendermime: IRenderMimeRegistry;
}

/** One metric over its steps, growing while it is logged. */
export function Curve({ lab, runId, metric, rendermime }: CurveProps): React.JSX.Element {
  const { client, trans } = lab;
  const series = useQuery(
    client,
    `${runId} ${metric}`,
    () => client.call(getSeries, { runId, key: metric }),
    event => event.type === 'metrics-logged' && event.runId === runId && event.keys.includes(metric)
  );
  const points = (series.data?.points ?? []).flatMap(({ step, value }) =>
    typeof value === 'number' ? [{ step, value }] : []
  );
  if (new Set(points.map(({ step }) => step)).size < 2) return <></>;
  return (
    <Chart
      spec={lineSpec(metric, points)}
      rendermime={rendermime}
      label={trans.__('%1 over steps', metric)}
    />
  );
}
