// What runs taught beyond the analysis, laid over it: edges, cells that share a process, cells that are run again.
import type { CellRole, Edge, NotebookAnalysis } from '../contract/analysis.ts';
import type { Repair } from '../contract/proof.ts';

export interface Overlay {
  /** What was changed and why; with the edge where it is one. */
  repairs: { repair: Repair; edge?: Edge }[];
  edges: Edge[];
  together: number[][];
  /** Cells whose values cannot be handed on: like definitions, every step that uses them has them. */
  again: Set<number>;
  /** Cells taken for definitions that have to run once. */
  once: Set<number>;
}

export const emptyOverlay = (): Overlay => ({
  repairs: [],
  edges: [],
  together: [],
  again: new Set(),
  once: new Set()
});

export function lay(
  overlay: Omit<Overlay, 'repairs'>,
  analysis: NotebookAnalysis
): NotebookAnalysis {
  const { again, once } = overlay;
  const isReplicated = (edge: Edge, before: boolean) =>
    edge.kind === 'value' && (again.has(edge.from) || (before && !once.has(edge.from)));
  const all = [
    ...[...analysis.edges, ...overlay.edges].map(edge => [edge, false] as const),
    ...(analysis.replicatedEdges ?? []).map(edge => [edge, true] as const)
  ];
  const edges = all.filter(([edge, was]) => !isReplicated(edge, was)).map(([edge]) => edge);
  const replicatedEdges = all
    .filter(([edge, was]) => isReplicated(edge, was))
    .map(([edge]) => edge);
  const namesOf = (list: Edge[], cell: number, end: 'from' | 'to') =>
    list.filter(edge => edge.kind === 'value' && edge[end] === cell).flatMap(edge => edge.names);
  return {
    ...analysis,
    edges,
    replicatedEdges,
    cells: analysis.cells.map(cell => ({
      ...cell,
      role: roleOf(cell.index, cell.role, overlay),
      inputs: unique([
        ...cell.inputs.filter(name => !namesOf(replicatedEdges, cell.index, 'to').includes(name)),
        ...namesOf(edges, cell.index, 'to')
      ]),
      outputs: unique([...cell.outputs, ...namesOf(edges, cell.index, 'from')]),
      replicated: unique([...cell.replicated, ...namesOf(replicatedEdges, cell.index, 'to')])
    }))
  };
}

function roleOf(
  index: number,
  role: CellRole,
  { again, once }: Pick<Overlay, 'again' | 'once'>
): CellRole {
  if (again.has(index)) return 'definitions';
  return once.has(index) && role !== 'parameters' ? 'code' : role;
}

const unique = (names: string[]) => [...new Set(names)].sort();
