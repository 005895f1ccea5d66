// A vega-lite 5 chart drawn by JupyterLab's own renderer, which brings the theme and costs our bundle nothing.
import { type IRenderMimeRegistry, MimeModel } from '@jupyterlab/rendermime';
import type { JSONObject } from '@lumino/coreutils';
import { Widget } from '@lumino/widgets';
import React, { useEffect, useRef } from 'react';

export const VEGA_LITE = 'application/vnd.vegalite.v5+json';
/** A chart that grows is drawn anew at most so often. */
const PACE = 1000;

interface ChartProps {
  spec: JSONObject;
  rendermime: IRenderMimeRegistry;
  label: string;
}

export function Chart({ spec, rendermime, label }: ChartProps): React.JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const renderer = useRef<ReturnType<IRenderMimeRegistry['createRenderer']>>(undefined);
  const drawn = useRef(0);
  useEffect(() => {
    const made = rendermime.createRenderer(VEGA_LITE);
    renderer.current = made;
    Widget.attach(made, box.current!);
    return () => {
      renderer.current = undefined;
      // React has taken the node out already; Lumino's detach asks for it to be there.
      made.dispose();
    };
  }, [rendermime]);
  const text = JSON.stringify(spec);
  useEffect(() => {
    const wait = Math.max(0, drawn.current + PACE - Date.now());
    const timer = setTimeout(() => {
      drawn.current = Date.now();
      void renderer.current?.renderModel(
        new MimeModel({ trusted: true, data: { [VEGA_LITE]: JSON.parse(text) } })
      );
    }, wait);
    return () => clearTimeout(timer);
  }, [text]);
  return <div ref={box} className="sl-chart" role="img" aria-label={label} />;
}

/** Lines of one measure over steps, as wide as its place. */
export function lineSpec(
  key: string,
  points: readonly { step: number; value: number }[]
): JSONObject {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    width: 'container',
    height: 150,
    background: 'transparent',
    data: { values: points.map(({ step, value }) => ({ step, value })) },
    mark: { type: 'line', strokeWidth: 1.6, point: points.length < 40 ? { size: 18 } : false },
    encoding: {
      x: {
        field: 'step',
        type: 'quantitative',
        title: null,
        axis: { grid: false, tickCount: 6, format: '~s' }
      },
      y: {
        field: 'value',
        type: 'quantitative',
        title: key,
        scale: { zero: false },
        axis: { tickCount: 4 }
      },
      tooltip: [
        { field: 'step', type: 'quantitative' },
        { field: 'value', type: 'quantitative', title: key, format: '.4~g' }
      ]
    },
    config: {
      view: { stroke: null },
      axis: { domain: false, labelFontSize: 11, titleFontSize: 11, titleFontWeight: 'normal' }
    }
  };
}
