// What a kernel holds, by what ran in it: who gave each name last, and from whom each cell took what it takes in. Pure.
import type { Edge, NotebookAnalysis } from '../contract/analysis.ts';
import type { CellChange } from '../contract/tracking.ts';

/** One execution, its cell told by its place in the notebook now. */
export interface Execution {
  /** Undefined for a cell that is gone. */
  cell: number | undefined;
  /** The cell's code is still what ran. */
  asIs: boolean;
  state: 'running' | 'ok' | 'error' | 'aborted' | 'interrupted';
  error?: { name: string; value: string } | undefined;
  /** Names that what ran binds or changes. */
  gives: readonly string[];
  changes: readonly CellChange[];
}

/** What crosses between cells: a name, a file, or hidden state. */
export type Key = string;

export const keyOf = (kind: Edge['kind'], name: string): Key =>
  kind === 'value' ? name : `${kind} ${name}`;

export interface Input {
  key: Key;
  name: string;
  kind: Edge['kind'];
  /** An import or a definition: run again as it is, it gives the same. */
  replicated: boolean;
  /** Cells that give it, in notebook order: the last one has the last word. */
  givers: number[];
}

export interface Links {
  /** By cell: what it takes in. */
  inputs: ReadonlyMap<number, readonly Input[]>;
  /** By cell: what it gives. */
  gives: ReadonlyMap<number, ReadonlySet<Key>>;
  /** Cells of imports alone: whoever imports something, it is the same. */
  imports: ReadonlySet<number>;
}

export function linksOf({ cells, edges, replicatedEdges = [] }: NotebookAnalysis): Links {
  const inputs = new Map<number, Map<Key, Input>>();
  const gives = new Map(cells.map(cell => [cell.index, new Set<Key>(cell.outputs)]));
  const replicated = new Set(replicatedEdges);
  for (const edge of [...edges, ...replicatedEdges]) {
    const { from, to, kind, names } = edge;
    if (kind === 'order') continue;
    const taken = inputs.get(to) ?? new Map<Key, Input>();
    inputs.set(to, taken);
    for (const name of names) {
      const key = keyOf(kind, name);
      const input = taken.get(key) ?? { key, name, kind, replicated: true, givers: [] };
      input.replicated &&= replicated.has(edge);
      if (!input.givers.includes(from)) input.givers.push(from);
      taken.set(key, input);
      gives.get(from)?.add(key);
    }
  }
  const sorted = (taken: Map<Key, Input>) =>
    [...taken.values()].map(input => ({
      ...input,
      givers: input.givers.toSorted((a, b) => a - b)
    }));
  return {
    inputs: new Map([...inputs].map(([cell, taken]) => [cell, sorted(taken)])),
    gives,
    imports: new Set(cells.flatMap(({ index, role }) => (role === 'imports' ? [index] : [])))
  };
}

/** One execution in the order of the kernel. */
export interface Ran extends Execution {
  /** Counts up. */
  at: number;
  /** Who had given each of its inputs last when it began; nothing for what no cell had given. */
  took: ReadonlyMap<Key, Ran>;
  /** Digests of what it left behind, where the kernel says them. */
  content: ReadonlyMap<Key, string>;
}

export interface KernelHistory {
  /** The last execution of each cell, of those that began. */
  last: ReadonlyMap<number, Ran>;
  /** Who gave each name last. */
  holders: ReadonlyMap<Key, Ran>;
}

export function replay(links: Links, executions: readonly Execution[]): KernelHistory {
  const last = new Map<number, Ran>();
  const holders = new Map<Key, Ran>();
  executions.forEach((execution, at) => {
    // It waited behind one that failed, and never began.
    if (execution.state === 'aborted') return;
    const { cell, asIs, changes } = execution;
    const known = asIs && cell !== undefined;
    const inputs = known ? (links.inputs.get(cell) ?? []) : [];
    const took = new Map(
      inputs.flatMap(({ key }) => (holders.has(key) ? [[key, holders.get(key)!] as const] : []))
    );
    const content = new Map(
      changes.flatMap(({ name, content }) => (content === undefined ? [] : [[name, content]]))
    );
    const ran: Ran = { ...execution, at, took, content };
    const given = known ? links.gives.get(cell) : undefined;
    for (const key of given ?? execution.gives) holders.set(key, ran);
    for (const { name, type } of changes) if (type !== 'module') holders.set(name, ran);
    if (cell !== undefined) last.set(cell, ran);
  });
  return { last, holders };
}

/** Whether two executions left the same behind, as far as the kernel has said. */
export function gaveTheSame(one: Ran, other: Ran, key: Key): boolean {
  if (one === other) return true;
  const content = one.content.get(key);
  return content !== undefined && content === other.content.get(key);
}
