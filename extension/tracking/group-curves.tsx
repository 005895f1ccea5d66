// The mean of each group's curves, in a band from the lowest to the highest run.
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import React, { useMemo, useState } from 'react';
import { getGroupCurves } from '../client/routes.ts';
import { concernsRuns } from '../client/use-events.ts';
import { useQuery } from '../client/use-query.ts';
import type { Lab } from '../tokens.ts';
import { Plot } from '../ui/plot.tsx';
import { axisKind, type CurveShape } from './curve-controls.tsx';

interface GroupCurvesProps {
  lab: Lab;
  rendermime: IRenderMimeRegistry;
  filter: string | undefined;
  by: string;
  metric: string;
  shape: CurveShape;
  hover: number | undefined;
  setHover(x: number | undefined): void;
}

export function GroupCurves(props: GroupCurvesProps): React.JSX.Element {
  const { lab, rendermime, filter, by, metric, shape, hover, setHover } = props;
  const { client, trans } = lab;
  const [zoom, setZoom] = useState<readonly [number, number]>();
  // Times of day of different runs have no mean.
  const axis = shape.axis === 'time' ? ('relative' as const) : shape.axis;
  const question = { filter, by, key: metric, axis };
  const found = useQuery(
    client,
    JSON.stringify(question),
    () => client.call(getGroupCurves, question),
    concernsRuns
  );
  const lines = useMemo(
    () =>
      (found.data?.groups ?? []).map(({ value, runs, x, mean, low, high }, colour) => ({
        id: value ?? '',
        label: `${value ?? trans.__('no value')} (${runs})`,
        colour,
        x,
        y: mean,
        band: { low, high }
      })),
    [found.data]
  );
  return (
    <Plot
      lines={lines}
      label={trans.__('Mean of %1 in each group', metric)}
      rendermime={rendermime}
      trans={trans}
      axis={axisKind(axis)}
      logX={shape.logX}
      logY={shape.logY}
      zoom={zoom}
      setZoom={setZoom}
      hover={hover}
      setHover={setHover}
      height={220}
    />
  );
}
