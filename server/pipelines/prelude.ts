// Imports and definitions: every step has those it uses, so they are code that is replicated and not values handed on.
import type { AnalysisService } from '../analysis/service.ts';
import type { NotebookAnalysis } from '../contract/analysis.ts';
import { cellSource, type Notebook } from '../contract/notebook.ts';
import type { Pipeline } from '../contract/pipelines.ts';

export type PreludePart = Pipeline['prelude'][number];

export function buildPrelude(
  notebook: Notebook,
  analysis: NotebookAnalysis,
  { definitionsOf }: AnalysisService
): PreludePart[] {
  const used = new Set(analysis.cells.flatMap(cell => cell.replicated));
  return analysis.cells.flatMap(({ index, role }): PreludePart[] => {
    if (role !== 'imports' && role !== 'definitions' && role !== 'code') return [];
    const source = cellSource(notebook.cells[index]!);
    const { parts } = definitionsOf(source, analysis.language);
    if (role !== 'code') {
      const names = parts.flatMap(part => (part.kind === 'other' ? [] : part.names));
      return [{ cell: index, kind: role, source, names }];
    }
    // A cell that computes something may import or define what later cells use.
    const lines = source.split('\n');
    return parts
      .filter(part => part.kind !== 'other' && part.names.some(name => used.has(name)))
      .map(part => ({
        cell: index,
        kind: part.kind === 'import' ? 'imports' : 'definitions',
        source: lines.slice(part.fromLine - 1, part.toLine).join('\n'),
        names: part.names
      }));
  });
}

/** The parts that a step has: what stands before its last cell, its own cells apart. */
export function preludeOf(pipeline: Pipeline, cells: number[]): PreludePart[] {
  const own = new Set(cells);
  const last = Math.max(...cells);
  return pipeline.prelude.filter(part => part.cell < last && !own.has(part.cell));
}

/** Of those, the parts that the names lead to, directly or through one another's code. */
export function reachedParts(
  parts: PreludePart[],
  names: Iterable<string>,
  analysis: NotebookAnalysis
): PreludePart[] {
  const replicatedBy = new Map(analysis.cells.map(cell => [cell.index, cell.replicated]));
  const reached = new Set<PreludePart>();
  const queue = [...names];
  const asked = new Set(queue);
  while (queue.length > 0) {
    const name = queue.pop()!;
    for (const part of parts) {
      if (reached.has(part) || !(part.names.includes(name) || part.names.includes('*'))) continue;
      reached.add(part);
      for (const next of replicatedBy.get(part.cell) ?? []) {
        if (!asked.has(next)) queue.push(next);
        asked.add(next);
      }
    }
  }
  return parts.filter(part => reached.has(part));
}
