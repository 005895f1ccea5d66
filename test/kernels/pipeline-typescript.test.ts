// Pipelines of TypeScript notebooks, in real interpreters.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { notebookOf, type PipelineApp, startPipelineApp, statesOf } from './pipeline-support.ts';

let app: PipelineApp;
beforeAll(async () => {
  app = await startPipelineApp();
  app.addKernel('tslab', 'tslab', 'typescript');
});
afterAll(() => app.close());

test('a TypeScript notebook runs as well', async () => {
  const notebook = notebookOf(
    [
      "import { join } from 'node:path';",
      { source: 'const count = 2;', tags: ['parameters'] },
      'interface Bird { mass: number }\nfunction heavier(bird: Bird): number {\n  return bird.mass * count;\n}',
      { source: 'const birds: Bird[] = [{ mass: 3 }, { mass: 4 }];', step: 'load' },
      { source: 'birds[0].mass = 10;', step: 'correct' },
      {
        source:
          "const total = birds.map(heavier).reduce((a, b) => a + b, 0);\nconsole.log(join('a', 'b'), total);",
        step: 'add'
      }
    ],
    'tslab'
  );
  const run = await app.run(notebook, { path: 'birds.ipynb' });
  expect(run.steps.flatMap(({ error }) => error ?? [])).toEqual([]);
  expect((await app.logs(run)).map(({ text }) => text)).toEqual(['a/b 28']);
  const more = await app.run(notebook, { path: 'birds.ipynb', params: { count: 3 } });
  expect(statesOf(more)).toEqual({ load: 'cached', correct: 'cached', add: 'done' });
  expect((await app.logs(more)).map(({ text }) => text)).toEqual(['a/b 42']);
});

test('a function of a TypeScript cell is handed on as its code, one that closes over more is refused', async () => {
  const cells = (make: string) =>
    notebookOf(
      [
        { source: `let factor = 3;\n${make}`, step: 'make' },
        { source: 'factor = 4;', step: 'change' },
        { source: 'console.log(times(2));', step: 'use' }
      ],
      'tslab'
    );
  const run = await app.run(cells('function times(x: number): number {\n  return x * factor;\n}'), {
    path: 'times.ipynb'
  });
  expect(run.steps.flatMap(({ error }) => error ?? [])).toEqual([]);
  expect((await app.logs(run)).map(({ text }) => text)).toEqual(['8']);
  const closed = await app.run(
    cells('const times = ((n: number) => (x: number) => n * x)(factor);'),
    { path: 'times.ipynb' }
  );
  expect(closed.steps[0]!.error).toMatchObject({ name: 'ValueNotStorable', cell: 0, line: 2 });
});
