// Which part of the graph is in sight, and how large: pure.
import { type DagLayout, NODE, type Place, scaleIn, type Size } from './dag-layout.ts';

/** Where the graph's corner stands in the box, and its scale. */
export interface View extends Place {
  scale: number;
}

const SMALLEST = 0.12;
const LARGEST = 2;
/** Below this a node has room for its name only. */
export const FAR = 0.7;
/** Below this not even its name can be read. */
const READABLE = 0.4;

export function showsAll({ width, height }: DagLayout, { x, y, scale }: View, size: Size): boolean {
  const slack = 1;
  return (
    x >= -slack &&
    y >= -slack &&
    x + width * scale <= size.width + slack &&
    y + height * scale <= size.height + slack
  );
}

/** The whole graph where it can be read, else its beginning; the map shows where that is. */
export function opened(dag: DagLayout, size: Size): View {
  return scaleIn(dag, size) >= READABLE ? fitted(dag, size) : { x: 0, y: 0, scale: READABLE + 0.1 };
}

export function fitted(dag: DagLayout, size: Size): View {
  const scale = Math.max(SMALLEST, scaleIn(dag, size));
  return {
    scale,
    x: Math.max(0, (size.width - dag.width * scale) / 2),
    y: Math.max(0, (size.height - dag.height * scale) / 2)
  };
}

export function zoomed({ x, y, scale }: View, by: number, atX: number, atY: number): View {
  const next = Math.max(SMALLEST, Math.min(LARGEST, scale * by));
  const factor = next / scale;
  return { scale: next, x: atX - (atX - x) * factor, y: atY - (atY - y) * factor };
}

/** The same view, moved as little as it takes for the node to be in sight. */
export function showing({ x, y, scale }: View, node: { x: number; y: number }, size: Size): View {
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

/** The same size, with a place of the graph in the middle. */
export function centred({ scale }: View, { x, y }: Place, size: Size): View {
  return { scale, x: size.width / 2 - x * scale, y: size.height / 2 - y * scale };
}
