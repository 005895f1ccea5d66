import React from 'react';
import { type LaneEdge, type LaneNode, layLanes } from './lanes.ts';

interface DagLinesProps {
  nodes: readonly (LaneNode & { mark: string })[];
  rowHeight: number;
}

const LANE = 14;
const EDGE = 8;

/** The lines of a list's left side; the list itself says everything in words, so they are hidden from readers. */
export function DagLines({ nodes, rowHeight }: DagLinesProps): React.JSX.Element {
  const { lanes, edges, width } = layLanes(nodes);
  const x = (lane: number) => EDGE + lane * LANE;
  const y = (row: number) => (row + 0.5) * rowHeight;
  return (
    <svg
      className="sl-dag"
      width={dagWidth(width)}
      height={nodes.length * rowHeight}
      aria-hidden="true"
    >
      {edges.map((edge, index) => (
        <path key={index} d={edgePath(edge, x, y, rowHeight)} />
      ))}
      {nodes.map(({ id, mark }, row) => (
        <circle
          key={id}
          className={`sl-dag-node sl-mark-${mark}`}
          cx={x(lanes[row]!)}
          cy={y(row)}
          r={4.5}
        />
      ))}
    </svg>
  );
}

export const dagWidth = (lanes: number): number => EDGE * 2 + (lanes - 1) * LANE;

/** Down in its lane; into the child's lane within the last row. */
function edgePath(
  { from, to, lane }: LaneEdge,
  x: (lane: number) => number,
  y: (row: number) => number,
  rowHeight: number
): string {
  const start = `M${x(from.lane)} ${y(from.row)}`;
  if (to.lane === lane) return `${start}V${y(to.row)}`;
  const bend = y(to.row) - rowHeight;
  const middle = y(to.row) - rowHeight / 2;
  return `${start}V${bend}C${x(lane)} ${middle} ${x(to.lane)} ${middle} ${x(to.lane)} ${y(to.row)}`;
}
