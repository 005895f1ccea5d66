// The source says what may happen, the run what did: together they say more than either.
import type { CellAnalysis, CellRole, Edge, NotebookAnalysis } from '../contract/analysis.ts';
import { isRuledOut } from './evidence-chosen.ts';
import { factsSeen, type SeenFact } from './evidence-facts.ts';
import { isRefuted } from './evidence-refute.ts';
import type { CellEvidence } from './evidence-run.ts';

/** One name of an edge. */
export interface NamedEdge extends SeenFact {
  certainty: Edge['certainty'];
  replicated: boolean;
  reason?: Edge['reason'];
}

type Roles = Map<number, CellRole>;
type EvidenceByCell = Map<number, CellEvidence>;

export function combine(
  analysis: NotebookAnalysis,
  seen: CellEvidence[],
  sources: Map<number, string>
): NotebookAnalysis {
  const evidence: EvidenceByCell = new Map(seen.map(each => [each.cell, each]));
  const roles: Roles = new Map(analysis.cells.map(cell => [cell.index, cell.role]));
  const known = [
    ...analysis.edges.flatMap(edge => namesOf(edge, false)),
    ...(analysis.replicatedEdges ?? []).flatMap(edge => namesOf(edge, true))
  ];
  const refuted = known.filter(edge => isRefuted(edge, evidence, analysis.parameters.length > 0));
  const edges = known.filter(edge => !refuted.includes(edge));
  for (const fact of factsSeen(seen, sources)) {
    if (fact.kind === 'value' && isRuledOut(fact, analysis.ambiguities)) continue;
    const same = edges.find(edge => isSame(edge, fact));
    if (same) same.certainty = 'must';
    else if (!isOlder(fact, edges))
      edges.push({
        ...fact,
        certainty: 'must',
        replicated: false,
        reason: reasonOf(fact, sources)
      });
  }
  settleRoles(edges, roles, evidence);
  return {
    ...analysis,
    cells: analysis.cells.map(cell => cellOf(cell, roles, edges, refuted, evidence)),
    edges: merge(edges.filter(edge => !edge.replicated)),
    replicatedEdges: merge(edges.filter(edge => edge.replicated)),
    findings: analysis.findings.filter(
      ({ code, cell, name }) =>
        !(code === 'undefined-name' && name !== undefined && hadName(name, cell, seen))
    )
  };
}

const namesOf = (edge: Edge, replicated: boolean): NamedEdge[] =>
  edge.names.map(name => ({ ...edge, name, replicated }));

const isSame = (one: SeenFact, other: SeenFact) =>
  one.from === other.from &&
  one.to === other.to &&
  one.kind === other.kind &&
  one.name === other.name;

/** The source says for certain that a later cell writes the name: an act that left the content as it was. */
const isOlder = (fact: SeenFact, edges: NamedEdge[]) =>
  edges.some(
    ({ from, to, kind, name, certainty, replicated }) =>
      from > fact.from &&
      to === fact.to &&
      kind === fact.kind &&
      name === fact.name &&
      certainty === 'must' &&
      !replicated
  );

/** Imports and definitions are replicated, unless defining them took a value: then their cell is code like any other. */
function settleRoles(edges: NamedEdge[], roles: Roles, evidence: EvidenceByCell): void {
  const sort = () => {
    for (const edge of edges) {
      const role = roles.get(edge.from);
      edge.replicated =
        edge.kind === 'value' &&
        (role === 'imports' ||
          role === 'definitions' ||
          (edge.replicated && role === 'code') ||
          (evidence.get(edge.from)?.text.imports.includes(edge.name) ?? false));
    }
  };
  for (let settled = false; !settled;) {
    sort();
    settled = true;
    for (const { to, replicated } of edges) {
      const role = roles.get(to);
      if (replicated || (role !== 'definitions' && role !== 'imports')) continue;
      roles.set(to, 'code');
      settled = false;
      for (const edge of edges) if (edge.from === to) edge.replicated = false;
    }
  }
}

function cellOf(
  cell: CellAnalysis,
  roles: Roles,
  edges: NamedEdge[],
  refuted: NamedEdge[],
  evidence: EvidenceByCell
): CellAnalysis {
  const { index } = cell;
  const role = roles.get(index) ?? cell.role;
  const values = edges.filter(edge => edge.kind === 'value');
  const into = values.filter(edge => edge.to === index);
  const needed = into.filter(edge => !edge.replicated).map(edge => edge.name);
  const handedOn = new Set(values.filter(edge => edge.from === index).map(edge => edge.name));
  const seen = evidence.get(index);
  const written =
    seen && role === 'code'
      ? [...seen.bound, ...seen.changed].filter(name => !seen.text.imports.includes(name))
      : [];
  const unwritten = new Set(
    refuted.filter(edge => edge.from === index && !handedOn.has(edge.name)).map(edge => edge.name)
  );
  return {
    index,
    role,
    inputs: sorted(needed),
    outputs: sorted([...cell.outputs.filter(name => !unwritten.has(name)), ...written]),
    replicated: sorted([
      ...cell.replicated,
      ...into.filter(edge => edge.replicated).map(edge => edge.name)
    ]),
    deletes: sorted([...cell.deletes, ...(seen?.deleted ?? [])])
  };
}

function hadName(name: string, cell: number, seen: CellEvidence[]): boolean {
  const there = seen.some(each => each.cell <= cell && each.bound.includes(name));
  return there && seen.some(each => each.cell === cell && !each.error);
}

const sorted = (names: Iterable<string>) => [...new Set(names)].sort();

function merge(edges: NamedEdge[]): Edge[] {
  const groups = Map.groupBy(edges, ({ from, to, kind }) => `${from} ${to} ${kind}`);
  return [...groups.values()]
    .map((group): Edge => {
      const { from, to, kind, certainty, reason } =
        group.find(edge => edge.certainty === 'must') ?? group[0]!;
      return {
        from,
        to,
        kind,
        names: sorted(group.map(edge => edge.name)),
        certainty,
        ...(reason && { reason })
      };
    })
    .sort((a, b) => a.to - b.to || a.from - b.from);
}

function reasonOf({ from, to, kind, name }: SeenFact, sources: Map<number, string>) {
  const fromLine = lineOf(name, sources.get(from));
  const toLine = lineOf(name, sources.get(to));
  const what = kind === 'file' ? `the file ${name}` : kind === 'state' ? `the state ${name}` : name;
  const text = `When the notebook ran, cell ${from + 1} wrote ${what} (line ${fromLine}) and cell ${to + 1} used it (line ${toLine}).`;
  return { fromLine, toLine, text };
}

/** Where the cell mentions it; what happens out of sight is laid to the first line. */
function lineOf(name: string, source = ''): number {
  const at = source.split('\n').findIndex(line => line.includes(name));
  return at < 0 ? 1 : at + 1;
}
