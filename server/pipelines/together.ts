// Steps that have to be one, because what they share cannot cross from process to process.
import type { NotebookAnalysis } from '../contract/analysis.ts';
import type { StepCells } from './step-cells.ts';

type Edges = NotebookAnalysis['edges'];

/**
 * Joins the steps of each set of cells, and whatever has to come along so that no step waits for itself and each takes in
 * one version of a name. In an order in which each step stands after those that it needs.
 */
export function joinSteps(steps: StepCells[], together: number[][], edges: Edges): StepCells[] {
  if (together.length === 0) return steps;
  const stepOf = new Map(steps.flatMap(({ cells }, at) => cells.map(cell => [cell, at] as const)));
  const parent = steps.map((_, at) => at);
  const root = (at: number): number => (parent[at] === at ? at : (parent[at] = root(parent[at]!)));
  const join = (one: number, other: number): boolean => {
    const [a, b] = [root(one), root(other)];
    parent[Math.max(a, b)] = Math.min(a, b);
    return a !== b;
  };
  const at = (cell: number) => stepOf.get(cell);
  const joinCells = (cells: number[]) => {
    const found = cells.flatMap(cell => at(cell) ?? []);
    return found
      .slice(1)
      .map(other => join(found[0]!, other))
      .some(Boolean);
  };
  for (const cells of together) joinCells(cells);

  const known = edges.filter(({ from, to }) => at(from) !== undefined && at(to) !== undefined);
  for (let settled = false; !settled;) {
    const groupOf = (cell: number) => root(at(cell)!);
    const more = [...cycles(known, groupOf), ...mixedVersions(known, groupOf)];
    settled = !more.map(joinCells).some(Boolean);
  }
  const groups = Map.groupBy(steps, (_, index) => root(index));
  const nameOf = new Map(steps.map(({ name }, index) => [name, steps[root(index)]!.name]));
  const joined = [...groups].map(([first, members]) => {
    const { name } = steps[first]!;
    const after = members.flatMap(member => member.after.map(earlier => nameOf.get(earlier)!));
    return {
      at: first,
      name,
      cells: members.flatMap(({ cells }) => cells).sort((a, b) => a - b),
      after: [...new Set(after)].filter(earlier => earlier !== undefined && earlier !== name)
    };
  });
  return inOrder(joined, known, cell => root(at(cell)!));
}

type GroupOf = (cell: number) => number;

/** Cells of groups that wait for one another. */
function cycles(edges: Edges, groupOf: GroupOf): number[][] {
  const next = new Map<number, Set<number>>();
  for (const { from, to } of edges) {
    const [a, b] = [groupOf(from), groupOf(to)];
    if (a !== b) next.set(a, (next.get(a) ?? new Set()).add(b));
  }
  const reaches = (from: number): Set<number> => {
    const seen = new Set<number>();
    const waiting = [...(next.get(from) ?? [])];
    while (waiting.length > 0) {
      const each = waiting.pop()!;
      if (seen.has(each)) continue;
      seen.add(each);
      waiting.push(...(next.get(each) ?? []));
    }
    return seen;
  };
  const reached = new Map([...next.keys()].map(group => [group, reaches(group)]));
  return edges
    .filter(({ from, to }) => {
      const [a, b] = [groupOf(from), groupOf(to)];
      return a !== b && reached.get(b)?.has(a);
    })
    .map(({ from, to }) => [from, to]);
}

/** A step takes in one version of a name and hands on one: a second writer between its cells has to be one of them. */
function mixedVersions(edges: Edges, groupOf: GroupOf): number[][] {
  const found: number[][] = [];
  const values = edges.filter(({ kind }) => kind === 'value');
  const byName = new Map<string, Edges>();
  for (const edge of values)
    for (const name of edge.names) byName.set(name, [...(byName.get(name) ?? []), edge]);
  for (const uses of byName.values()) {
    const into = Map.groupBy(
      uses.filter(({ from, to }) => groupOf(from) !== groupOf(to)),
      use => groupOf(use.to)
    );
    for (const [, group] of into) {
      const first = Math.min(...group.map(({ to }) => to));
      for (const { from, to } of group) if (from > first) found.push([from, to, first]);
    }
    const writers = [...new Set(uses.map(({ from }) => from))];
    for (const { from, to } of uses) {
      const isRewritten = writers.some(writer => writer > to && groupOf(writer) === groupOf(from));
      if (isRewritten && groupOf(to) !== groupOf(from)) found.push([from, to]);
    }
  }
  return found;
}

interface Joined extends StepCells {
  at: number;
}

function inOrder(steps: Joined[], edges: Edges, groupOf: GroupOf): StepCells[] {
  const needs = new Map(steps.map(({ at }) => [at, new Set<number>()]));
  for (const { from, to } of edges)
    if (groupOf(from) !== groupOf(to)) needs.get(groupOf(to))!.add(groupOf(from));
  const waiting = [...steps].sort((a, b) => a.cells[0]! - b.cells[0]!);
  const placed = new Set<number>();
  const ordered: StepCells[] = [];
  while (waiting.length > 0) {
    const ready = waiting.findIndex(({ at }) =>
      [...needs.get(at)!].every(need => placed.has(need))
    );
    const [{ at, ...step }] = waiting.splice(Math.max(ready, 0), 1) as [Joined];
    placed.add(at);
    ordered.push(step);
  }
  return ordered;
}
