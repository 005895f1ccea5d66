// The source of each cell in several runs, each against the first.
import type { CellExecution } from '../contract/tracking.ts';
import type { RunComparison } from '../contract/tracking-compare.ts';
import { diffLines } from '../text/line-diff.ts';

type ComparedCell = RunComparison['cells'][number];

/** Kept lines shown around a change. */
const CONTEXT = 2;

export function compareCells(
  runs: readonly { runId: string; cells: readonly CellExecution[] }[]
): ComparedCell[] {
  const sources = runs.map(({ cells }) => lastOfEachCell(cells));
  const keys = [...new Set(sources.flatMap(cells => [...cells.keys()]))];
  const [first, ...others] = sources;
  return keys.map(key => {
    const before = first!.get(key);
    return {
      cell: sources.map(cells => cells.get(key)?.label).find(label => label !== undefined)!,
      changes: others.map((cells, index) => ({
        runId: runs[index + 1]!.runId,
        ...changeOf(before?.source, cells.get(key)?.source)
      }))
    };
  });
}

function changeOf(
  before: string | undefined,
  after: string | undefined
): Pick<ComparedCell['changes'][number], 'change' | 'lines'> {
  const marked = (sign: string, source: string) => source.split('\n').map(line => sign + line);
  if (before === after) return { change: 'same', lines: [] };
  if (before === undefined) return { change: 'added', lines: marked('+', after!) };
  if (after === undefined) return { change: 'removed', lines: marked('-', before) };
  return { change: 'changed', lines: diffLines(before, after, CONTEXT) };
}

/** A cell may have run several times within a run; the last time is what the run came to. */
function lastOfEachCell(
  executions: readonly CellExecution[]
): Map<string, { label: string; source: string }> {
  const cells = new Map<string, { label: string; source: string }>();
  for (const { cellId, step, source } of executions) {
    const key = cellId ?? `place ${cells.size + 1}`;
    const label = step ?? cells.get(key)?.label ?? `Cell ${cells.size + 1}`;
    cells.set(key, { label, source });
  }
  return cells;
}
