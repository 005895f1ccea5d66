// From what the interpreter saw to the answer: roles, what is replicated, edges with their reasons, findings.
import type { CellAnalysis, CellRole, Edge } from '../contract/analysis.ts';
import type { Fact } from './interpret/machine.ts';
import type { CellResult, NotebookFacts } from './interpret/notebook.ts';

/** What the source alone says of a cell. */
export interface CellShape {
  index: number;
  role: CellRole;
}

export interface Assembled {
  cells: CellAnalysis[];
  edges: Edge[];
  /** Through replicated imports and definitions: no step waits for them. */
  replicatedEdges: Edge[];
}

export function assemble(shapes: CellShape[], found: NotebookFacts): Assembled {
  const facts = found.facts.filter(fact => fact.from < fact.to);
  const results = new Map(found.cells.map(cell => [cell.index, cell]));
  const roles = settleRoles(shapes, facts);
  const replicated = facts.filter(fact => isReplicated(fact, roles));
  const needed = facts.filter(fact => !isReplicated(fact, roles));
  const neededBy = Map.groupBy(needed, fact => fact.to);
  const replicatedBy = Map.groupBy(replicated, fact => fact.to);
  const isKnownEverywhere = (name: string, index: number) => {
    const binding = found.names.get(name);
    if (!binding || binding.sort === 'value') return false;
    return [...binding.writers.keys()].every(
      from => from !== index && (binding.sort === 'import' || roles.get(from) === 'definitions')
    );
  };
  const cells = shapes.map(({ index }) => {
    const role = roles.get(index) ?? 'code';
    const result = results.get(index);
    if (!result) return { index, role, inputs: [], outputs: [], replicated: [], deletes: [] };
    const used = (replicatedBy.get(index) ?? []).flatMap(fact =>
      fact.kind === 'value' ? [fact.name] : []
    );
    // A function needs what it mentions wherever it is called, also by a library that calls it out of our sight.
    const mentioned = [...result.mentions].filter(name => isKnownEverywhere(name, index));
    return cellOf(result, role, neededBy.get(index) ?? [], [...used, ...mentioned]);
  });
  return { cells, edges: mergeEdges(needed), replicatedEdges: mergeEdges(replicated) };
}

function isReplicated(fact: Fact, roles: Map<number, CellRole>): boolean {
  const role = roles.get(fact.from);
  return (
    fact.sort === 'import' ||
    role === 'imports' ||
    (fact.sort === 'definition' && role === 'definitions')
  );
}

/** Definitions that need a value to be defined (a default, a base, a decorator) are code: they cannot be had without it. */
function settleRoles(shapes: CellShape[], facts: Fact[]): Map<number, CellRole> {
  const roles = new Map(shapes.map(shape => [shape.index, shape.role]));
  for (let settled = false; !settled;) {
    settled = true;
    for (const fact of facts) {
      const role = roles.get(fact.to);
      if (role !== 'definitions' && role !== 'imports') continue;
      if (isReplicated(fact, roles)) continue;
      roles.set(fact.to, 'code');
      settled = false;
    }
  }
  return roles;
}

function cellOf(
  result: CellResult,
  role: CellRole,
  needed: Fact[],
  replicated: string[]
): CellAnalysis {
  const { facts, changed, index } = result;
  const kept = [...facts.binds].filter(
    ([, sort]) => sort === 'value' || (sort === 'definition' && role !== 'definitions')
  );
  const inputs = new Set(needed.filter(fact => fact.kind === 'value').map(fact => fact.name));
  return {
    index,
    role,
    inputs: sorted(inputs),
    outputs: sorted([
      ...kept.map(([name]) => name),
      ...[...changed].filter(name => facts.binds.get(name) !== 'import')
    ]),
    replicated: sorted(replicated),
    deletes: sorted(facts.deletes)
  };
}

const sorted = (names: Iterable<string>) => [...new Set(names)].sort();

function mergeEdges(facts: Fact[]): Edge[] {
  const groups = new Map<string, Fact[]>();
  for (const fact of facts) {
    const key = `${fact.from} ${fact.to} ${fact.kind}`;
    const group = groups.get(key);
    if (group) group.push(fact);
    else groups.set(key, [fact]);
  }
  return [...groups.values()].map(edgeOf).sort((a, b) => a.to - b.to || a.from - b.from);
}

function edgeOf(group: Fact[]): Edge {
  const telling = group.find(fact => !fact.may) ?? (group[0] as Fact);
  const { from, to, kind, may, fromLine, toLine } = telling;
  return {
    from,
    to,
    kind,
    names: sorted(group.map(fact => fact.name)),
    certainty: may ? 'may' : 'must',
    reason: { fromLine, toLine, text: reasonText(telling) }
  };
}

function reasonText({ kind, name, may, fromLine, toLine, from, to }: Fact): string {
  const verb = may ? 'may write' : 'writes';
  const what = kind === 'file' ? `the file ${name}` : kind === 'state' ? `the state ${name}` : name;
  // People count cells from 1.
  return `Cell ${from + 1} ${verb} ${what} at line ${fromLine}; cell ${to + 1} needs it at line ${toLine}.`;
}
