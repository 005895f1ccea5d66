// The graph of steps: panned by dragging, zoomed by the wheel or its buttons, searched, walked by arrow keys.
import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import type { Pipeline } from '../../server/contract/pipelines.ts';
import { Button } from '../ui/states.tsx';
import { layOutFor, neighbour } from './dag-layout.ts';
import { Arrows, Edge, Minimap, Node, nodeId } from './dag-parts.tsx';
import { DagSearch } from './dag-search.tsx';
import { centred, FAR, fitted, opened, showing, showsAll, type View, zoomed } from './dag-sight.ts';
import { edgeNames, edgeText } from './edge-text.ts';
import type { StepRow } from './step-rows.ts';
import { stepsLike } from './steps-like.ts';

/** One step, or the line between two. */
export type Chosen = { step: string } | { from: string; to: string };

interface DagViewProps {
  rows: readonly StepRow[];
  pipeline: Pipeline;
  chosen: Chosen | undefined;
  choose(chosen: Chosen): void;
  trans: TranslationBundle;
}

export function DagView(props: DagViewProps): React.JSX.Element {
  const { rows, pipeline, chosen, choose, trans } = props;
  const selected = chosen && 'step' in chosen ? chosen.step : undefined;
  const box = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const graph = `sl-dag-${useId().replace(/\W/g, '')}`;
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [view, setView] = useState<View>({ x: 0, y: 0, scale: 1 });
  const [sought, seek] = useState('');
  const shape = rows.map(({ step, parents }) => `${step.name}<${parents.join()}`).join(' ');
  // Another width of the page may ask for another direction; a few pixels do not.
  const room = `${Math.round(size.width / 80)} ${Math.round(size.height / 80)}`;
  const dag = React.useMemo(() => layOutFor(rows, size), [shape, room]);
  const placed = new Map(rows.map(row => [row.step.name, row]));
  const found = stepsLike(rows, sought);
  const isFar = view.scale < FAR;

  useLayoutEffect(() => {
    const watch = new ResizeObserver(([entry]) => {
      const { width, height } = entry!.contentRect;
      setSize({ width, height });
    });
    watch.observe(box.current!);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    if (size.width > 0) setView(opened(dag, size));
  }, [dag, size.width > 0]);
  useWheel(box, setView);
  // Also when it was chosen elsewhere: in the panel beside, or by a search.
  useEffect(() => {
    const node = dag.nodes.find(({ row }) => row.step.name === selected);
    if (node && size.width > 0) setView(now => showing(now, node, size));
  }, [selected, dag]);

  const zoom = (by: number) => setView(now => zoomed(now, by, size.width / 2, size.height / 2));
  const onKeyDown = (event: React.KeyboardEvent) => {
    const next = selected === undefined ? rows[0]?.step.name : neighbour(dag, selected, event.key);
    if (event.key.startsWith('Arrow') && next !== undefined) choose({ step: next });
    else if (event.key === 'Home' && rows[0]) choose({ step: rows[0].step.name });
    else if (event.key === 'End' && rows.length > 0) choose({ step: rows.at(-1)!.step.name });
    else if (event.key === '+' || event.key === '=') zoom(1.25);
    else if (event.key === '-') zoom(0.8);
    else if (event.key === '0') setView(fitted(dag, size));
    else if (event.key === '/') search.current?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="sl-dag-frame">
      <div className="sl-dag-tools">
        <Button label="+" title={trans.__('Larger')} onClick={() => zoom(1.25)} />
        <Button label="−" title={trans.__('Smaller')} onClick={() => zoom(0.8)} />
        <Button
          label={trans.__('Fit')}
          title={trans.__('Show the whole pipeline')}
          onClick={() => setView(fitted(dag, size))}
        />
        <DagSearch
          input={search}
          text={sought}
          change={seek}
          found={found}
          selected={selected}
          choose={step => choose({ step })}
          trans={trans}
        />
      </div>
      <div className="sl-dag-box" ref={box}>
        <svg
          className={isFar ? 'sl-dag-view sl-far' : 'sl-dag-view'}
          role="listbox"
          tabIndex={0}
          aria-label={trans.__('Steps of the pipeline')}
          aria-activedescendant={selected === undefined ? undefined : nodeId(graph, selected)}
          onKeyDown={onKeyDown}
          onPointerDown={event => pan(event, setView)}
          data-lm-suppress-shortcuts="true"
        >
          <Arrows graph={graph} />
          <g transform={`translate(${view.x} ${view.y}) scale(${view.scale})`}>
            {dag.edges.map(edge => (
              <Edge
                key={`${edge.from} ${edge.to}`}
                edge={edge}
                text={edgeText(pipeline, edge.from, edge.to, trans)}
                label={edgeNames(pipeline, edge.from, edge.to)}
                near={isNear(chosen, edge)}
                graph={graph}
                select={() => choose({ from: edge.from, to: edge.to })}
              />
            ))}
            {dag.nodes.map(({ row, x, y }) => (
              <Node
                key={row.step.name}
                graph={graph}
                row={placed.get(row.step.name) ?? row}
                x={x}
                y={y}
                selected={row.step.name === selected}
                far={isFar}
                faded={sought.trim() !== '' && !found.includes(row.step.name)}
                select={() => choose({ step: row.step.name })}
              />
            ))}
          </g>
        </svg>
        {!showsAll(dag, view, size) && (
          <Minimap
            dag={dag}
            view={view}
            size={size}
            goTo={place => setView(now => centred(now, place, size))}
          />
        )}
      </div>
    </div>
  );
}

const isNear = (chosen: Chosen | undefined, { from, to }: { from: string; to: string }): boolean =>
  chosen !== undefined &&
  ('step' in chosen
    ? chosen.step === from || chosen.step === to
    : chosen.from === from && chosen.to === to);

type SetView = React.Dispatch<React.SetStateAction<View>>;

function pan(event: React.PointerEvent<SVGSVGElement>, setView: SetView): void {
  if (event.button !== 0) return;
  let [x, y] = [event.clientX, event.clientY];
  const move = (to: PointerEvent) => {
    const [dx, dy] = [to.clientX - x, to.clientY - y];
    [x, y] = [to.clientX, to.clientY];
    setView(now => ({ ...now, x: now.x + dx, y: now.y + dy }));
  };
  const end = () => {
    window.removeEventListener('pointermove', move);
    window.removeEventListener('pointerup', end);
  };
  window.addEventListener('pointermove', move);
  window.addEventListener('pointerup', end);
}

/** React listens to the wheel passively, so that it could not keep the page from scrolling. */
function useWheel(box: React.RefObject<HTMLDivElement | null>, setView: SetView): void {
  useEffect(() => {
    const node = box.current!;
    const turn = (event: WheelEvent) => {
      event.preventDefault();
      const { left, top } = node.getBoundingClientRect();
      const by = Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015));
      setView(now => zoomed(now, by, event.clientX - left, event.clientY - top));
    };
    node.addEventListener('wheel', turn, { passive: false });
    return () => node.removeEventListener('wheel', turn);
  }, []);
}
