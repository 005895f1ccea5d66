// Does each cell give the same when only the cells that it needs ran before it? Where it does not, something unseen passes between them.
import type { Edge, NotebookAnalysis } from '../contract/analysis.ts';
import type { CellEvidence, EvidenceSession } from './evidence-run.ts';

export interface AgainOptions {
  session: EvidenceSession;
  /** Indexes of the notebook's code cells, in order. */
  code: number[];
  /** The folder as it was, where cells write files. */
  pristine: () => string | undefined;
  /** Seconds that all of it may take. */
  budget: number;
}

/** Edges that only running cells without one another brings to light. */
export async function findUnseen(
  found: NotebookAnalysis,
  { session, code, pristine, budget }: AgainOptions
): Promise<Edge[]> {
  const seen = new Map(session.run.cells.map(each => [each.cell, each]));
  // What talks to other machines is done once.
  if (session.run.cutShort !== undefined || session.run.cells.some(each => each.connected))
    return [];
  const writesFiles = session.run.cells.some(each => each.filesWritten.length > 0 || each.opaque);
  const edges = [...found.edges, ...(found.replicatedEdges ?? [])];
  const added: Edge[] = [];
  const ends = performance.now() + budget * 1000;

  /** @returns whether the cell gives what it gave; undefined when there is no time to tell */
  const isSame = async (cells: Set<number>, cell: CellEvidence): Promise<boolean | undefined> => {
    const run = code.filter(each => cells.has(each));
    const estimate = [...run, cell.cell].reduce(
      (sum, each) => sum + (seen.get(each)?.seconds ?? 0),
      0
    );
    const left = (ends - performance.now()) / 1000;
    if (estimate > left) return undefined;
    const result = await session.again({
      cells: [...run, cell.cell],
      names: cell.compared,
      limit: Math.max(left, 1),
      ...(writesFiles && { pristine: pristine() })
    });
    return result === cell.result;
  };

  for (const [at, index] of code.entries()) {
    const cell = seen.get(index);
    if (!cell) continue;
    const before = code.slice(0, at);
    const needed = ancestorsOf(index, [...edges, ...added]);
    if (before.every(each => needed.has(each))) continue;
    if ((await isSame(needed, cell)) !== false) continue;
    // Not the same with all of them either: the time of day, a set's order. Nothing can be told then.
    if ((await isSame(new Set(before), cell)) !== true) continue;
    const more = await fewest(before, needed, cells => isSame(cells, cell));
    for (const from of more) added.push(unseenEdge(from, index));
  }
  return added;
}

/** The cells beyond those known without which it does not go; half of what is left is tried without at a time. */
async function fewest(
  before: number[],
  known: Set<number>,
  isEnough: (cells: Set<number>) => Promise<boolean | undefined>
): Promise<number[]> {
  let kept = before.filter(each => !known.has(each));
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size > 1 ? Math.ceil(size / 2) : 0)
    for (let start = 0; start < kept.length;) {
      const without = [...kept.slice(0, start), ...kept.slice(start + size)];
      if (await isEnough(new Set([...known, ...without]))) kept = without;
      else start += size;
    }
  return kept;
}

function ancestorsOf(cell: number, edges: Edge[]): Set<number> {
  const found = new Set<number>();
  const waiting = [cell];
  for (const each of waiting)
    for (const { from, to } of edges)
      if (to === each && !found.has(from)) {
        found.add(from);
        waiting.push(from);
      }
  return found;
}

function unseenEdge(from: number, to: number): Edge {
  const text = `Run without cell ${from + 1}, cell ${to + 1} gave something else; what passes between them was not seen.`;
  return {
    from,
    to,
    kind: 'state',
    names: ['unseen state'],
    certainty: 'must',
    reason: { fromLine: 1, toLine: 1, text }
  };
}
