// Markdown by JupyterLab's own renderer and sanitiser: never trusted, so HTML of strangers does nothing.
import { type IRenderMimeRegistry, MimeModel } from '@jupyterlab/rendermime';
import { Widget } from '@lumino/widgets';
import React, { useLayoutEffect, useRef } from 'react';

const MARKDOWN = 'text/markdown';

export function Markdown({
  text,
  rendermime
}: {
  text: string;
  rendermime: IRenderMimeRegistry;
}): React.JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const renderer = rendermime.createRenderer(MARKDOWN);
    Widget.attach(renderer, box.current!);
    void renderer.renderModel(new MimeModel({ trusted: false, data: { [MARKDOWN]: text } }));
    return () => renderer.dispose();
  }, [text, rendermime]);
  return <div ref={box} className="sl-markdown" />;
}
