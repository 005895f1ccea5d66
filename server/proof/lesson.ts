// What a proof taught beyond the source, kept by the code of the cells: it counts for as long as these stay as they were.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { AnalysisService } from '../analysis/service.ts';
import { Edge, type NotebookAnalysis } from '../contract/analysis.ts';
import { cellSource, type Notebook } from '../contract/notebook.ts';
import type { Known } from '../pipelines/service.ts';
import { lay, type Overlay } from './overlay.ts';

export const Lesson = z.object({
  /** Of each cell of the notebook; nothing for what is no code. */
  cells: z.array(z.string().nullable()),
  edges: z.array(Edge),
  /** Edges that the source feared and that are not there. */
  dropped: z.array(Edge),
  together: z.array(z.array(z.number().int())),
  again: z.array(z.number().int()),
  once: z.array(z.number().int())
});
export type Lesson = z.infer<typeof Lesson>;

export function makeLesson(
  notebook: Notebook,
  proved: NotebookAnalysis,
  { together, again, once }: Overlay,
  analysis: AnalysisService
): Lesson {
  const before = analysis.analyze(notebook);
  const all = ({ edges, replicatedEdges = [] }: NotebookAnalysis) => [...edges, ...replicatedEdges];
  return {
    cells: digestsOf(notebook, analysis),
    edges: without(all(proved), all(before)),
    dropped: without(all(before), all(proved)),
    together,
    again: [...again],
    once: [...once]
  };
}

/** What is still true of the notebook as it is now; nothing when nothing is. */
export function recall(
  lesson: Lesson,
  notebook: Notebook,
  analysis: AnalysisService
): Known | undefined {
  const now = digestsOf(notebook, analysis);
  const places = placesOf(lesson.cells, now);
  const here = (cells: number[]) => cells.flatMap(cell => places.get(cell) ?? []);
  const isWhole = isSame(lesson.cells, now);
  const edges = lesson.edges.flatMap((edge): Edge[] => {
    const [from, to] = [places.get(edge.from), places.get(edge.to)];
    return from === undefined || to === undefined || from >= to ? [] : [{ ...edge, from, to }];
  });
  const together = lesson.together.map(here).filter(cells => cells.length > 1);
  const [again, once] = [new Set(here(lesson.again)), new Set(here(lesson.once))];
  if (edges.length + together.length + again.size + once.size === 0 && !isWhole) return undefined;
  const found = analysis.analyze(notebook);
  // What a run refuted may come true again with any edit.
  const kept = isWhole
    ? dropEdges(
        found,
        lesson.dropped.flatMap(edge => moved(edge, places))
      )
    : found;
  return { analysis: lay({ edges, together, again, once }, kept), together };
}

function moved(edge: Edge, places: Map<number, number>): Edge[] {
  const [from, to] = [places.get(edge.from), places.get(edge.to)];
  return from === undefined || to === undefined ? [] : [{ ...edge, from, to }];
}

function dropEdges(analysis: NotebookAnalysis, dropped: Edge[]): NotebookAnalysis {
  return {
    ...analysis,
    edges: without(analysis.edges, dropped),
    replicatedEdges: without(analysis.replicatedEdges ?? [], dropped)
  };
}

/** The edges, less the names that the others have between the same cells. */
function without(edges: Edge[], others: Edge[]): Edge[] {
  const known = new Set(others.flatMap(edge => keysOf(edge)));
  return edges.flatMap(edge => {
    const keys = keysOf(edge);
    const names = edge.names.filter((_, at) => !known.has(keys[at]!));
    const isLeft = edge.names.length > 0 ? names.length > 0 : !known.has(keys[0]!);
    return isLeft ? [{ ...edge, names }] : [];
  });
}

const keysOf = ({ from, to, kind, names }: Edge) =>
  (names.length > 0 ? names : ['']).map(name => `${from} ${to} ${kind} ${name}`);

function digestsOf({ cells }: Notebook, { normalise }: AnalysisService): (string | null)[] {
  return cells.map(cell => {
    const source = cellSource(cell);
    if (cell.cell_type !== 'code' || source.trim() === '') return null;
    return createHash('sha256').update(normalise(source)).digest('hex').slice(0, 24);
  });
}

/** Where each cell is now: the one with its code, in the same order among equal ones. */
function placesOf(before: (string | null)[], now: (string | null)[]): Map<number, number> {
  const spots = Map.groupBy(now.keys(), at => now[at]);
  const places = new Map<number, number>();
  before.forEach((digest, at) => {
    const place = digest === null ? undefined : spots.get(digest)?.shift();
    if (place !== undefined) places.set(at, place);
  });
  return places;
}

function isSame(before: (string | null)[], now: (string | null)[]): boolean {
  const [one, other] = [before, now].map(list => list.filter(digest => digest !== null));
  return JSON.stringify(one) === JSON.stringify(other);
}
