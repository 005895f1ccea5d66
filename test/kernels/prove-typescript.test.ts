// TypeScript notebooks, proved with the real kernel: what they show, and the values that cross although nobody shows them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Proof } from '../../server/contract/proof.ts';
import { REPOSITORY } from '../support/server.ts';
import { notebookOf, type PipelineApp, startPipelineApp } from './pipeline-support.ts';
import { proveToEnd } from './proof-support.ts';

let app: PipelineApp;
beforeAll(async () => {
  app = await startPipelineApp();
  app.addKernel('tslab', 'node', 'typescript');
  const tslab = join(REPOSITORY, 'node_modules/tslab/bin/tslab');
  writeFileSync(
    join(app.folder, 'jupyter/kernels/tslab/kernel.json'),
    JSON.stringify({
      argv: [process.execPath, tslab, 'kernel', '--config-path', '{connection_file}'],
      language: 'typescript',
      display_name: 'TypeScript'
    })
  );
});
afterAll(() => app.close());

const proved = (...cells: string[]) => proveToEnd(app, notebookOf(cells, 'tslab'), 'ts.ipynb');
const together = ({ repairs }: Proof) =>
  repairs.flatMap(({ kind, cells }) => (kind === 'together' ? [cells] : []));

test('what crosses is compared, and equal', async () => {
  const proof = await proved(
    'const numbers = [1, 2, 3];\nconst seen = new Map([["a", new Set(numbers)]]);',
    'const doubled = numbers.map(n => n * 2);\nfunction half(n: number) { return n / 2; }',
    'numbers.length + half(doubled[0]) + seen.size'
  );
  expect(proof).toMatchObject({
    equal: true,
    cells: 3,
    equalCells: 3,
    repairs: [],
    values: { different: 0, volatile: 0, unknown: 0 }
  });
  expect(proof.values.equal).toBeGreaterThanOrEqual(3);
  expect(proof.parallelism).toBe(0);
});

test('a change that no cell shows is not lost: the cells that share the object stay together', async () => {
  // What the second cell changes is found under a name that nobody can tell from the source.
  const proof = await proved(
    'const box = { items: [1] };\n(globalThis as any)[["kee", "per"].join("")] = box;',
    '(globalThis as any)[["kee", "per"].join("")]?.items.push(2);',
    'const total = box.items.length;',
    'const twice = total * 2;',
    'twice > 0'
  );
  expect(proof).toMatchObject({ equal: true, equalCells: 5, values: { different: 0 } });
  expect(together(proof).flat()).toEqual(expect.arrayContaining([0, 1, 2]));
});

test('a value that is another one in every run of the notebook is volatile', async () => {
  const proof = await proved(
    'const stamp = { made: process.hrtime.bigint(), fixed: 1 };',
    'const later = stamp.made > 0n;',
    'later'
  );
  expect(proof).toMatchObject({ equal: true, values: { volatile: 1, different: 0 } });
});
