// What the graph is drawn of: steps, what goes between them, and a small picture of the whole.
import React from 'react';
import { formatDuration } from '../ui/numbers.ts';
import { curve, type DagEdge, type DagLayout, NODE, type Place, type Size } from './dag-layout.ts';
import type { View } from './dag-sight.ts';
import type { StepRow } from './step-rows.ts';

/** Two graphs may be open at once. */
export const nodeId = (graph: string, name: string) => `${graph}-${name}`;

interface NodeProps {
  graph: string;
  row: StepRow;
  x: number;
  y: number;
  selected: boolean;
  /** Somebody looks for steps, and this is none of them. */
  faded: boolean;
  /** Drawn so small that only its name can be read, in larger letters. */
  far: boolean;
  select(): void;
}

export function Node(props: NodeProps): React.JSX.Element {
  const { graph, row, x, y, selected, faded, far, select } = props;
  const { step, mark, word, duration, reason } = row;
  const detail = [word, duration === undefined ? '' : formatDuration(duration)].filter(Boolean);
  const names = step.outputs.join(', ');
  return (
    <g
      id={nodeId(graph, step.name)}
      className={`sl-dag-step sl-mark-${mark}${selected ? ' sl-selected' : ''}${faded ? ' sl-faded' : ''}`}
      role="option"
      aria-selected={selected}
      aria-label={[step.name, ...detail].join(', ')}
      transform={`translate(${x - NODE.width / 2} ${y - NODE.height / 2})`}
      onClick={select}
      data-step={step.name}
    >
      <title>{[step.name, ...detail, reason].filter(Boolean).join('\n')}</title>
      <rect width={NODE.width} height={NODE.height} rx={4} />
      <circle className="sl-dag-node" cx={13} cy={far ? NODE.height / 2 : 15} r={far ? 6 : 4.5} />
      <text className="sl-dag-name" x={25} y={far ? 29 : 19}>
        {clipped(step.name, far ? 13 : 20)}
      </text>
      <text className="sl-dag-note" x={25} y={35}>
        {clipped(detail.length > 0 ? detail.join(' · ') : names, 26)}
      </text>
    </g>
  );
}

const clipped = (text: string, most: number) =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;

interface EdgeProps {
  edge: DagEdge;
  /** Why there is one, in full. */
  text: string;
  /** What crosses, in a word or two. */
  label: string;
  /** It begins or ends at the chosen step, or is chosen itself. */
  near: boolean;
  graph: string;
  select(): void;
}

export function Edge({ edge, text, label, near, graph, select }: EdgeProps): React.JSX.Element {
  const path = curve(edge.points);
  const middle = edge.points[Math.floor(edge.points.length / 2)];
  return (
    <g
      className={near ? 'sl-dag-edge sl-near' : 'sl-dag-edge'}
      data-edge={`${edge.from} ${edge.to}`}
      onClick={select}
    >
      <path d={path} markerEnd={`url(#${graph}${near ? '-near' : ''})`} />
      {/* Wide and unseen: a line of one pixel is hard to point at. */}
      <path className="sl-dag-reach" d={path}>
        <title>{text}</title>
      </path>
      {near && middle && (
        <text className="sl-dag-label" x={middle.x} y={middle.y - 3}>
          {clipped(label, 28)}
        </text>
      )}
    </g>
  );
}

/** Heads of arrows, by the name that the edges call them. */
export function Arrows({ graph }: { graph: string }): React.JSX.Element {
  return (
    <defs>
      {['', '-near'].map(kind => (
        <marker
          key={kind}
          id={graph + kind}
          className={`sl-dag-arrow${kind === '' ? '' : ' sl-near'}`}
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="7"
          markerHeight="7"
          markerUnits="userSpaceOnUse"
          orient="auto"
        >
          <path d="M0 0.5 8 4 0 7.5Z" />
        </marker>
      ))}
    </defs>
  );
}

const MINIMAP = 150;

interface MinimapProps {
  dag: DagLayout;
  view: View;
  size: Size;
  /** A place of the graph was pointed at. */
  goTo(place: Place): void;
}

export function Minimap({ dag, view, size, goTo }: MinimapProps): React.JSX.Element {
  const scale = Math.min(MINIMAP / dag.width, (MINIMAP * 0.6) / dag.height);
  return (
    <svg
      className="sl-dag-minimap"
      width={dag.width * scale}
      height={dag.height * scale}
      viewBox={`0 0 ${dag.width} ${dag.height}`}
      aria-hidden="true"
      onPointerDown={event => {
        const { left, top } = event.currentTarget.getBoundingClientRect();
        goTo({ x: (event.clientX - left) / scale, y: (event.clientY - top) / scale });
      }}
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
