// A vega-lite 5 chart drawn by JupyterLab's own renderer, which brings the theme and costs our bundle nothing.
import { type IRenderMimeRegistry, MimeModel } from '@jupyterlab/rendermime';
import type { JSONObject } from '@lumino/coreutils';
import { Widget } from '@lumino/widgets';
import React, { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';

export const VEGA_LITE = 'application/vnd.vegalite.v5+json';
/** A chart that grows is drawn anew at most so often. */
const PACE = 1000;

interface ChartProps {
  spec: JSONObject;
  rendermime: IRenderMimeRegistry;
  label: string;
  /** Milliseconds between two drawings at the least. */
  pace?: number;
  /** The spec says its own width, and what lies over the chart speaks for it. */
  fixed?: boolean;
}

export function Chart({
  spec,
  rendermime,
  label,
  pace = PACE,
  fixed = false
}: ChartProps): React.JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const renderer = useRef<ReturnType<IRenderMimeRegistry['createRenderer']>>(undefined);
  const drawn = useRef(0);
  const [width, setWidth] = useState(0);
  // Before the box leaves the page: a widget outside of it cannot be detached.
  useLayoutEffect(() => {
    const made = rendermime.createRenderer(VEGA_LITE);
    renderer.current = made;
    Widget.attach(made, box.current!);
    const sized = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
    sized.observe(box.current!);
    return () => {
      renderer.current = undefined;
      sized.disconnect();
      made.dispose();
    };
  }, [rendermime]);
  // Thousands of values: not written out again whenever something else on the page is drawn.
  const text = useMemo(
    () => JSON.stringify(fixed ? spec : { ...spec, width }),
    [spec, fixed, fixed ? 0 : width]
  );
  useEffect(() => {
    if (width === 0) return;
    const wait = Math.max(0, drawn.current + pace - Date.now());
    const timer = setTimeout(() => {
      drawn.current = Date.now();
      const model = new MimeModel({
        trusted: true,
        data: { [VEGA_LITE]: JSON.parse(text) },
        metadata: { [VEGA_LITE]: { embed_options: { actions: false } } }
      });
      void renderer.current?.renderModel(model);
    }, wait);
    return () => clearTimeout(timer);
  }, [text, width === 0]);
  const spoken = fixed ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label };
  return <div ref={box} className="sl-chart" {...spoken} />;
}

/** A line of one measure over steps; the chart itself says how wide. */
export function lineSpec(
  key: string,
  points: readonly { step: number; value: number }[]
): JSONObject {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    autosize: { type: 'fit', contains: 'padding' },
    height: 180,
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
