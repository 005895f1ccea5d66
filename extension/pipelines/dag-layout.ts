// Where the steps of a pipeline stand and how its edges run: pure, by dagre. Only edges that say something new are drawn.
import { Graph, layout } from '@dagrejs/dagre';
import type { StepRow } from './step-rows.ts';

export interface Place {
  x: number;
  y: number;
}

export interface DagNode extends Place {
  row: StepRow;
}

export interface DagEdge {
  from: string;
  to: string;
  points: Place[];
}

export interface DagLayout {
  nodes: DagNode[];
  edges: DagEdge[];
  width: number;
  height: number;
}

export const NODE = { width: 168, height: 44 };

export interface Size {
  width: number;
  height: number;
}

/** How large the whole graph can be drawn in a box. */
export const scaleIn = (dag: Size, box: Size): number =>
  Math.min(1, box.width / (dag.width || 1), box.height / (dag.height || 1));

/** Left to right, or top to bottom where that shows more of it at a size that can be read. */
export function layOutFor(rows: readonly StepRow[], box: Size): DagLayout {
  const across = layOutDag(rows, 'LR');
  if (scaleIn(across, box) > 0.8) return across;
  const down = layOutDag(rows, 'TB');
  return scaleIn(down, box) > scaleIn(across, box) ? down : across;
}

export function layOutDag(rows: readonly StepRow[], direction: 'LR' | 'TB'): DagLayout {
  const graph = new Graph();
  graph.setGraph({ rankdir: direction, nodesep: 18, ranksep: 46, marginx: 12, marginy: 12 });
  graph.setDefaultEdgeLabel(() => ({}));
  const known = new Set(rows.map(({ step }) => step.name));
  for (const { step } of rows) graph.setNode(step.name, { ...NODE });
  for (const { step, parents } of rows)
    for (const parent of parents) if (known.has(parent)) graph.setEdge(parent, step.name);
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    nodes: rows.map(row => {
      const { x, y } = graph.node(row.step.name) as Place;
      return { row, x, y };
    }),
    edges: graph.edges().map(edge => ({
      from: edge.v,
      to: edge.w,
      points: (graph.edge(edge) as { points: Place[] }).points
    })),
    width,
    height
  };
}

/** A curve through the points, as an SVG path. */
export function curve(points: readonly Place[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  const parts = rest.map((point, at) => {
    const next = rest[at + 1];
    if (!next) return `L${point.x} ${point.y}`;
    return `Q${point.x} ${point.y} ${(point.x + next.x) / 2} ${(point.y + next.y) / 2}`;
  });
  return `M${first.x} ${first.y}${parts.join('')}`;
}

/** The nearest node in the direction of an arrow key, along the edges where there are any. */
export function neighbour({ nodes }: DagLayout, name: string, key: string): string | undefined {
  const here = nodes.find(({ row }) => row.step.name === name);
  if (!here) return nodes[0]?.row.step.name;
  const along: Record<string, [dx: number, dy: number]> = {
    ArrowRight: [1, 0],
    ArrowLeft: [-1, 0],
    ArrowDown: [0, 1],
    ArrowUp: [0, -1]
  };
  const [dx, dy] = along[key] ?? [0, 0];
  const ahead = nodes
    .map(node => ({
      node,
      forward: (node.x - here.x) * dx + (node.y - here.y) * dy,
      aside: Math.abs((node.x - here.x) * dy) + Math.abs((node.y - here.y) * dx)
    }))
    .filter(({ forward }) => forward > 1)
    .sort((a, b) => a.forward + 2 * a.aside - (b.forward + 2 * b.aside));
  return ahead[0]?.node.row.step.name;
}
