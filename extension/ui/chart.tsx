// A vega-lite 5 chart drawn by JupyterLab's own renderer, which brings the theme and costs our bundle nothing.
import { type IRenderMimeRegistry, MimeModel } from '@jupyterlab/rendermime';
import type { JSONObject } from '@lumino/coreutils';
import { Widget } from '@lumino/widgets';
import React, { useEffect, useLayoutEffect, useMemo, useRef } from 'react';

const VEGA_LITE = 'application/vnd.vegalite.v5+json';

interface ChartProps {
  /** Says its own size. */
  spec: JSONObject;
  rendermime: IRenderMimeRegistry;
  /** Milliseconds between two drawings at the least. */
  pace: number;
}

/** Only to be seen: what lies over it speaks for it. */
export function Chart({ spec, rendermime, pace }: ChartProps): React.JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const renderer = useRef<ReturnType<IRenderMimeRegistry['createRenderer']>>(undefined);
  const drawn = useRef(0);
  // Before the box leaves the page: a widget outside of it cannot be detached.
  useLayoutEffect(() => {
    const made = rendermime.createRenderer(VEGA_LITE);
    renderer.current = made;
    Widget.attach(made, box.current!);
    return () => {
      renderer.current = undefined;
      made.dispose();
    };
  }, [rendermime]);
  // Thousands of values: not written out again whenever something else on the page is drawn.
  const text = useMemo(() => JSON.stringify(spec), [spec]);
  useEffect(() => {
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
  }, [text]);
  return <div ref={box} className="sl-chart" aria-hidden="true" />;
}
