// Lines beside a vertical list of nodes, as a git log draws them: which lane each node is in, and where each edge runs.

export interface LaneNode {
  id: string;
  /** Nodes above it in the list that it comes from. */
  parents: readonly string[];
}

export interface LaneEdge {
  from: { row: number; lane: number };
  to: { row: number; lane: number };
  /** The lane it runs down in, between the two rows. */
  lane: number;
}

export interface Lanes {
  /** Of each node, in the order given. */
  lanes: number[];
  edges: LaneEdge[];
  width: number;
}

/** Nodes come in an order in which parents stand first; a parent that stands later or nowhere draws no line. */
export function layLanes(nodes: readonly LaneNode[], most = 6): Lanes {
  const rows = new Map(nodes.map((node, row) => [node.id, row]));
  const drawn = nodes.map((node, row) => nearest(node.parents, rows, row));
  const lastChild = new Map<number, number>();
  drawn.forEach((parents, row) => parents.forEach(parent => lastChild.set(parent, row)));

  /** Which node's line is in which lane; a line stays until its node's last child. */
  const open: (number | undefined)[] = [];
  const lanes: number[] = [];
  const edges: LaneEdge[] = [];
  drawn.forEach((parents, row) => {
    open.forEach((owner, lane) => {
      if (owner !== undefined && (lastChild.get(owner) ?? -1) <= row) open[lane] = undefined;
    });
    const inherited = parents
      .map(parent => lanes[parent]!)
      .filter(lane => open[lane] === undefined);
    const lane = Math.min(
      inherited.length > 0 ? Math.min(...inherited) : firstFree(open),
      most - 1
    );
    lanes.push(lane);
    if (lastChild.has(row)) open[lane] = row;
    for (const parent of parents) {
      const from = { row: parent, lane: lanes[parent]! };
      edges.push({ from, to: { row, lane }, lane: from.lane });
    }
  });
  return { lanes, edges, width: Math.max(0, ...lanes) + 1 };
}

/** Rows of the parents, without those that another parent already stands for. */
function nearest(parents: readonly string[], rows: Map<string, number>, row: number): number[] {
  return parents.map(parent => rows.get(parent) ?? row).filter(parent => parent < row);
}

function firstFree(open: readonly (number | undefined)[]): number {
  const free = open.indexOf(undefined);
  return free < 0 ? open.length : free;
}
