// How cells stand: notebooks that are run in some order, and what is then said of each cell, in which words.
import { expect, test } from 'vitest';
import { type AnalysisService, createAnalysisService } from '../analysis/service.ts';
import type { CellState } from '../contract/cells.ts';
import type { CellChange } from '../contract/tracking.ts';
import type { Notebook } from '../contract/notebook.ts';
import { problem } from '../contract/problem.ts';
import { buildPipeline } from './build.ts';
import { createCells } from './cells.ts';
import type { History } from './history.ts';

const analysis: AnalysisService = await createAnalysisService();
const uncaptured = {
  line: () => Promise.reject(problem('pipeline_not_found', 'Never captured'))
} as unknown as History;

type Run =
  /** The cell at that place, as it is. */
  | number
  | {
      cell: number;
      source?: string;
      state?: 'running' | 'error' | 'aborted';
      /** Name -> digest of what it holds then. */
      left?: Record<string, string>;
    };

function stand(sources: readonly string[], runs: readonly Run[]) {
  const notebook: Notebook = {
    cells: sources.map((source, at) => ({
      cell_type: 'code',
      id: `c${at}`,
      source,
      metadata: {}
    })),
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5
  };
  const cells = createCells({
    analysis,
    history: uncaptured,
    build: (notebook, path) => buildPipeline(notebook, path, analysis),
    tracking: {
      listSessionCells: async () =>
        runs.map((run, at) => {
          const {
            cell,
            source = sources[cell] ?? '',
            state = 'ok',
            left = {}
          } = typeof run === 'number' ? { cell: run } : run;
          const changes: CellChange[] = Object.entries(left).map(([name, content]) => ({
            name,
            type: 'int',
            content
          }));
          return {
            executionId: `e${at}`,
            cellId: `c${cell}`,
            source,
            state,
            startTime: at,
            changes,
            ...(state === 'error' ? { error: { name: 'ValueError', value: 'no\nmore' } } : {})
          };
        })
    }
  });
  const asked = { path: 'a.ipynb', notebook, session: 'kernel' };
  return {
    async states(): Promise<CellState[]> {
      return (await cells.readCells(asked)).cells.map(({ state }) => state);
    },
    async reasons() {
      return (await cells.readCells(asked)).cells.map(({ reason }) => reason);
    },
    read: () => cells.readCells(asked),
    async plan(cell: number) {
      return (await cells.planCell({ ...asked, cell })).cells;
    }
  };
}

const CHAIN = ['a = 1', 'b = a + 1', 'c = b + 1', 'other = 5'];

test('nothing is said of a notebook that has not run, or ran from top to bottom', async () => {
  expect(await stand(CHAIN, []).states()).toEqual(['new', 'new', 'new', 'new']);
  const whole = stand(CHAIN, [0, 1, 2, 3]);
  expect(await whole.states()).toEqual(['new', 'new', 'new', 'new']);
  expect((await whole.read()).cells.every(({ ran }) => ran)).toBe(true);
});

test('a cell that was edited since it ran makes those below it stale, as far as they take from it', async () => {
  const edited = stand(CHAIN, [{ cell: 0, source: 'a = 0' }, 1, 2, 3]);
  expect(await edited.states()).toEqual(['edited', 'upstream', 'upstream', 'new']);
  expect(await edited.reasons()).toEqual([
    'Edited since it ran.',
    'Cell 1, which gives a, was edited since it ran.',
    'Cell 1, on which b from cell 2 depends, was edited since it ran.',
    undefined
  ]);
});

test('formatting and comments are no edit', async () => {
  expect(await stand(CHAIN, [{ cell: 0, source: 'a  =  1 # one' }, 1]).states()).toEqual([
    'new',
    'new',
    'new',
    'new'
  ]);
});

test('run again with the same result changes nothing, with another one it does', async () => {
  const same = [{ cell: 0, left: { a: 'x' } }, 1, 2, { cell: 0, left: { a: 'x' } }];
  expect(await stand(CHAIN, same).states()).toEqual(['new', 'new', 'new', 'new']);
  const other = stand(CHAIN, [{ cell: 0, left: { a: 'x' } }, 1, 2, { cell: 0, left: { a: 'y' } }]);
  expect((await other.reasons()).slice(0, 3)).toEqual([
    undefined,
    'Cell 1, which gives a, was run again since.',
    'Cell 1, on which b from cell 2 depends, was run again since.'
  ]);
  const edited = stand(CHAIN, [{ cell: 0, source: 'a = 3' }, 1, 0]);
  expect((await edited.reasons())[1]).toBe(
    'Cell 1, which gives a, was edited and run again since.'
  );
});

test('a cell that took a name from another one than the notebook says ran out of order', async () => {
  const reused = ['df = [1]', 'n = len(df)', 'df = [1, 2]', 'm = len(df)'];
  const late = stand(reused, [0, 2, 1]);
  expect(await late.states()).toEqual(['new', 'order', 'new', 'new']);
  expect((await late.reasons())[1]).toBe('It took df from cell 3, not from cell 1.');
  const early = stand(['a = 1', 'print(a)'], [{ cell: 0, source: 'a = 0' }, 1]);
  expect(await early.states()).toEqual(['edited', 'upstream']);
  const before = stand(['def f(): return a', 'a = 1', 'b = f()'], [0, 2, 1]);
  expect((await before.reasons())[2]).toBe('It ran before cell 2, which gives a.');
});

test('a cell that changes what it takes is told from one that had the same result twice', async () => {
  const twice = ['x = [1]', 'x.append(2)'];
  expect((await stand(twice, [0, 1, 1]).reasons())[1]).toBe(
    'It took x from its own earlier run, not from cell 1.'
  );
  const same = { cell: 1, left: { x: 'two' } };
  expect(await stand(twice, [0, same, same]).states()).toEqual(['new', 'new']);
});

test('what a cell that is gone has left behind is named', async () => {
  const gone = stand(['a = 1', 'b = a'], [0, { cell: 7, source: 'a = 2' }, 1]);
  expect((await gone.reasons())[1]).toBe('It took a from a cell that is gone, not from cell 1.');
});

test('running and failed cells say so; one that waited behind a failure never ran', async () => {
  const failed = stand(CHAIN, [
    { cell: 0, state: 'error' },
    { cell: 1, state: 'aborted' },
    { cell: 3, state: 'running' }
  ]);
  expect(await failed.states()).toEqual(['failed', 'new', 'new', 'running']);
  expect((await failed.reasons())[0]).toBe('ValueError: no');
});

test('imports may run again at any time', async () => {
  const cells = ['import math', 'a = math.pi', 'import math', 'b = math.e'];
  expect(await stand(cells, [0, 1, 2, 3, 0, 1]).states()).toEqual(['new', 'new', 'new', 'new']);
});

test('a step stands as the cell of it that has most to say', async () => {
  const { steps } = await stand(CHAIN, [{ cell: 0, source: 'a = 0' }, 1]).read();
  expect(Object.values(steps).map(({ state }) => state)).toEqual([
    'edited',
    'upstream',
    'new',
    'new'
  ]);
});

test('each cell says what it takes, from where and why, and what nobody gives', async () => {
  const { cells } = await stand(['import math', 'a = math.pi', 'b = a + c'], []).read();
  expect(cells[2]).toMatchObject({
    inputs: [{ name: 'a', from: 1, text: 'Cell 2 writes a at line 1; cell 3 needs it at line 1.' }],
    outputs: ['b'],
    missing: [{ name: 'c', line: 1 }]
  });
  expect(cells[1]!.inputs).toMatchObject([{ name: 'math', from: 0 }]);
});

const indices = async (plan: Promise<{ index: number }[]>) => (await plan).map(one => one.index);

test('a cell needs what has not run, what was edited, and what is stale above it, and no more', async () => {
  expect(await indices(stand(CHAIN, []).plan(2))).toEqual([0, 1, 2]);
  expect(await indices(stand(CHAIN, [0, 1, 2]).plan(2))).toEqual([2]);
  expect(await indices(stand(CHAIN, [0]).plan(2))).toEqual([1, 2]);
  const edited = await stand(CHAIN, [{ cell: 0, source: 'a = 0' }, 1, 2]).plan(2);
  expect(edited).toEqual([
    { index: 0, reason: 'It was edited since it ran.' },
    { index: 1, reason: 'Cell 1, which gives a, was edited since it ran.' },
    { index: 2, reason: 'You asked for it.' }
  ]);
  expect(await indices(stand(['import math', 'a = math.pi'], []).plan(1))).toEqual([0, 1]);
});

test('a name that was overwritten since is made again', async () => {
  const reused = ['df = [1]', 'n = len(df)', 'df = [1, 2]', 'm = len(df)'];
  const plan = stand(reused, [0, 1, 2, 3]).plan(1);
  expect(await plan).toEqual([
    { index: 0, reason: 'Its df was changed by cell 3.' },
    { index: 1, reason: 'You asked for it.' }
  ]);
  const changed = ['x = [1]', 'x.append(2)', 'n = len(x)'];
  expect(await indices(stand(changed, [0, { cell: 1, source: 'x.append(3)' }]).plan(2))).toEqual([
    0, 1, 2
  ]);
});

test('of a cell without code nothing can be asked', async () => {
  await expect(stand(CHAIN, []).plan(9)).rejects.toThrow('There is no cell 10');
});
