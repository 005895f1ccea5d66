// The graph of steps: panned by dragging, zoomed by the wheel or its buttons, walked by arrow keys.
import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Pipeline } from '../../server/contract/pipelines.ts';
import { formatDuration } from '../ui/numbers.ts';
import { Button } from '../ui/states.tsx';
import {
  curve,
  type DagEdge,
  type DagLayout,
  layOutFor,
  neighbour,
  NODE,
  scaleIn,
  type Size
} from './dag-layout.ts';
import { edgeText } from './edge-text.ts';
import type { StepRow } from './step-rows.ts';

interface DagViewProps {
  rows: readonly StepRow[];
  pipeline: Pipeline;
  selected: string | undefined;
  select(step: string): void;
  trans: TranslationBundle;
}

interface View {
  x: number;
  y: number;
  scale: number;
}

const SMALLEST = 0.12;
const LARGEST = 2;
/** Below this the words of a node cannot be read. */
const READABLE = 0.45;

export function DagView(props: DagViewProps): React.JSX.Element {
  const { rows, pipeline, selected, select, trans } = props;
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [view, setView] = useState<View>({ x: 0, y: 0, scale: 1 });
  const shape = rows.map(({ step, parents }) => `${step.name}<${parents.join()}`).join(' ');
  // Another width of the page may ask for another direction; a few pixels do not.
  const room = `${Math.round(size.width / 80)} ${Math.round(size.height / 80)}`;
  const dag = React.useMemo(() => layOutFor(rows, size), [shape, room]);
  const placed = new Map(rows.map(row => [row.step.name, row]));

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

  const zoom = (by: number) => setView(now => zoomed(now, by, size.width / 2, size.height / 2));
  const reveal = (name: string) => {
    const node = dag.nodes.find(({ row }) => row.step.name === name);
    if (node) setView(now => showing(now, node, size));
  };
  const choose = (name: string) => {
    select(name);
    reveal(name);
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const next = selected === undefined ? rows[0]?.step.name : neighbour(dag, selected, event.key);
    if (event.key.startsWith('Arrow') && next !== undefined) choose(next);
    else if (event.key === 'Home' && rows[0]) choose(rows[0].step.name);
    else if (event.key === 'End' && rows.length > 0) choose(rows.at(-1)!.step.name);
    else if (event.key === '+' || event.key === '=') zoom(1.25);
    else if (event.key === '-') zoom(0.8);
    else if (event.key === '0') setView(fitted(dag, size));
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
      </div>
      <div className="sl-dag-box" ref={box}>
        <svg
          className={view.scale < READABLE ? 'sl-dag-view sl-far' : 'sl-dag-view'}
          role="listbox"
          tabIndex={0}
          aria-label={trans.__('Steps of the pipeline')}
          aria-activedescendant={selected === undefined ? undefined : nodeId(selected)}
          onKeyDown={onKeyDown}
          onPointerDown={event => pan(event, setView)}
          data-lm-suppress-shortcuts="true"
        >
          <g transform={`translate(${view.x} ${view.y}) scale(${view.scale})`}>
            {dag.edges.map(edge => (
              <Edge
                key={`${edge.from} ${edge.to}`}
                edge={edge}
                text={edgeText(pipeline, edge.from, edge.to, trans)}
                near={edge.from === selected || edge.to === selected}
              />
            ))}
            {dag.nodes.map(({ row, x, y }) => (
              <Node
                key={row.step.name}
                row={placed.get(row.step.name) ?? row}
                x={x}
                y={y}
                selected={row.step.name === selected}
                select={() => select(row.step.name)}
              />
            ))}
          </g>
        </svg>
        {!showsAll(dag, view, size) && <Minimap dag={dag} view={view} size={size} />}
      </div>
    </div>
  );
}

const nodeId = (name: string) => `sl-dag-${name}`;

interface NodeProps {
  row: StepRow;
  x: number;
  y: number;
  selected: boolean;
  select(): void;
}

function Node({ row, x, y, selected, select }: NodeProps): React.JSX.Element {
  const { step, mark, word, duration, reason } = row;
  const detail = [word, duration === undefined ? '' : formatDuration(duration)].filter(Boolean);
  const names = step.outputs.join(', ');
  return (
    <g
      id={nodeId(step.name)}
      className={`sl-dag-step sl-mark-${mark}${selected ? ' sl-selected' : ''}`}
      role="option"
      aria-selected={selected}
      aria-label={[step.name, ...detail].join(', ')}
      transform={`translate(${x - NODE.width / 2} ${y - NODE.height / 2})`}
      onClick={select}
      data-step={step.name}
    >
      <title>{[step.name, ...detail, reason].filter(Boolean).join('\n')}</title>
      <rect width={NODE.width} height={NODE.height} rx={4} />
      <circle className="sl-dag-node" cx={13} cy={15} r={4.5} />
      <text className="sl-dag-name" x={25} y={19}>
        {clipped(step.name, 20)}
      </text>
      <text className="sl-dag-note" x={25} y={35}>
        {clipped(detail.length > 0 ? detail.join(' · ') : names, 26)}
      </text>
    </g>
  );
}

const clipped = (text: string, most: number) =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;

function Edge({
  edge,
  text,
  near
}: {
  edge: DagEdge;
  text: string;
  near: boolean;
}): React.JSX.Element {
  const path = curve(edge.points);
  return (
    <g className={near ? 'sl-dag-edge sl-near' : 'sl-dag-edge'}>
      <path d={path} />
      {/* Wide and unseen: a line of one pixel is hard to point at. */}
      <path className="sl-dag-reach" d={path}>
        <title>{text}</title>
      </path>
    </g>
  );
}

const MINIMAP = 150;

function Minimap({
  dag,
  view,
  size
}: {
  dag: DagLayout;
  view: View;
  size: Size;
}): React.JSX.Element {
  const scale = Math.min(MINIMAP / dag.width, (MINIMAP * 0.6) / dag.height);
  return (
    <svg
      className="sl-dag-minimap"
      width={dag.width * scale}
      height={dag.height * scale}
      viewBox={`0 0 ${dag.width} ${dag.height}`}
      aria-hidden="true"
    >
      {dag.nodes.map(({ row, x, y }) => (
        <rect
          key={row.step.name}
          className={`sl-mark-${row.mark}`}
          x={x - NODE.width / 2}
          y={y - NODE.height / 2}
          width={NODE.width}
          height={NODE.height}
        />
      ))}
      <rect
        className="sl-dag-window"
        x={-view.x / view.scale}
        y={-view.y / view.scale}
        width={size.width / view.scale}
        height={size.height / view.scale}
      />
    </svg>
  );
}

type SetView = React.Dispatch<React.SetStateAction<View>>;

function showsAll({ width, height }: DagLayout, { x, y, scale }: View, size: Size): boolean {
  const slack = 1;
  return (
    x >= -slack &&
    y >= -slack &&
    x + width * scale <= size.width + slack &&
    y + height * scale <= size.height + slack
  );
}

/** The whole graph where it can be read, else its beginning; the map shows where that is. */
function opened(dag: DagLayout, size: Size): View {
  return scaleIn(dag, size) >= READABLE ? fitted(dag, size) : { x: 0, y: 0, scale: READABLE + 0.1 };
}

function fitted(dag: DagLayout, size: Size): View {
  const scale = Math.max(SMALLEST, scaleIn(dag, size));
  return {
    scale,
    x: Math.max(0, (size.width - dag.width * scale) / 2),
    y: Math.max(0, (size.height - dag.height * scale) / 2)
  };
}

function zoomed({ x, y, scale }: View, by: number, atX: number, atY: number): View {
  const next = Math.max(SMALLEST, Math.min(LARGEST, scale * by));
  const factor = next / scale;
  return { scale: next, x: atX - (atX - x) * factor, y: atY - (atY - y) * factor };
}

/** The same view, moved as little as it takes for the node to be in sight. */
function showing({ x, y, scale }: View, node: { x: number; y: number }, size: Size): View {
  const within = (offset: number, place: number, half: number, room: number) => {
    const low = half * scale + 8 - place * scale;
    const high = room - half * scale - 8 - place * scale;
    return Math.min(Math.max(offset, low), Math.max(low, high));
  };
  return {
    scale,
    x: within(x, node.x, NODE.width / 2, size.width),
    y: within(y, node.y, NODE.height / 2, size.height)
  };
}

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
