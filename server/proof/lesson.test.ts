import { beforeAll, expect, test } from 'vitest';
import { type AnalysisService, createAnalysisService } from '../analysis/service.ts';
import type { Edge } from '../contract/analysis.ts';
import { Notebook } from '../contract/notebook.ts';
import { type Lesson, makeLesson, recall } from './lesson.ts';
import { emptyOverlay, lay } from './overlay.ts';

let analysis: AnalysisService;
beforeAll(async () => {
  analysis = await createAnalysisService();
});

const notebook = (...sources: string[]) =>
  Notebook.parse({
    cells: sources.map(source => ({ cell_type: 'code', source, metadata: {} })),
    metadata: {},
    nbformat: 4
  });
const CELLS = ['x = 1', 'y = 2', 'print(3)'];
const hidden: Edge = { from: 0, to: 2, kind: 'value', names: ['x'], certainty: 'must' };

function learn(): Lesson {
  const overlay = { ...emptyOverlay(), edges: [hidden], together: [[0, 2]] };
  const proved = lay(overlay, analysis.analyze(notebook(...CELLS)));
  return makeLesson(notebook(...CELLS), proved, overlay, analysis);
}

test('what was proved is known again', () => {
  const known = recall(learn(), notebook(...CELLS), analysis)!;
  expect(known.together).toEqual([[0, 2]]);
  expect(known.analysis.edges).toContainEqual(hidden);
  expect(known.analysis.cells[2]?.inputs).toEqual(['x']);
});

test('comments, formatting and cells in between change nothing of it', () => {
  const moved = notebook('x  =  1  # one', 'z = 9', 'y = 2', 'print(3)');
  expect(recall(learn(), moved, analysis)!.together).toEqual([[0, 3]]);
});

test('of a cell whose code changed nothing is known', () => {
  expect(recall(learn(), notebook('x = 5', 'y = 2', 'print(3)'), analysis)).toBeUndefined();
});

test('what a run refuted counts only while no cell has changed', () => {
  const lesson: Lesson = {
    ...learn(),
    edges: [],
    together: [[0, 1]],
    dropped: [{ from: 0, to: 1, kind: 'value', names: ['x'], certainty: 'may' }]
  };
  const cells = ['x = 1', 'y = x', 'print(y)'];
  const here = { ...lesson, cells: learn().cells.map((_, at) => digests(cells)[at] ?? null) };
  expect(recall(here, notebook(...cells), analysis)!.analysis.edges).toHaveLength(1);
  expect(
    recall(here, notebook('x = 1', 'y = x', 'print(y, 2)'), analysis)!.analysis.edges
  ).toHaveLength(2);
});

const digests = (cells: string[]) =>
  makeLesson(notebook(...cells), analysis.analyze(notebook(...cells)), emptyOverlay(), analysis)
    .cells;
