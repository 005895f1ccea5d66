// Kale's own package reads its own notebooks and one with every tag; our reading is held against it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAnalysisService } from '../../server/analysis/service.ts';
import { cellIntent, cellSource, cellTags, Notebook } from '../../server/contract/notebook.ts';
import { buildPipeline } from '../../server/pipelines/build.ts';
import { importFile } from '../../server/pipelines/readers/import-file.ts';
import { engine } from '../support/engines.ts';
import { makeNotebook } from '../support/notebook.ts';
import { factsOf } from './python.ts';

interface KaleRead {
  notebook: string;
  parameters: string[];
  steps: { name: string; after: string[]; ins: string[]; code: string[] }[];
}

/** Every tag of 2.3 but `notebook:`, which names another file. */
const EVERY_TAG = [
  { source: 'import math', tags: ['imports'] },
  { source: 'import os' },
  { source: 'def twice(x):\n    return 2 * x', tags: ['functions'] },
  { source: 'size = 3\nname = "a"', tags: ['pipeline-parameters'] },
  { source: 'print("only here")', tags: ['skip'] },
  {
    source: 'rows = list(range(size))',
    tags: ['step:load', 'limit:nvidia.com/gpu:1', 'cache:disabled', 'label:team:a']
  },
  { source: 'rows = rows + [size]' },
  { source: '## Two ways', markdown: true },
  {
    source: 'left = [twice(row) for row in rows]',
    tags: ['step:left', 'prev:load', 'annotation:owner.example/team:a']
  },
  {
    source: 'right = [math.sqrt(row) for row in rows]',
    tags: ['step:right', 'prev:load', 'image:registry.example/python:3', 'report:enabled']
  },
  { source: 'print(right)', tags: ['skip'] },
  { source: 'right = right[1:]' },
  { source: '', tags: ['step:'] },
  {
    source: 'total = sum(left) + sum(right)',
    tags: ['step:join', 'prev:left', 'prev:right', 'secret:store:key:STORE_KEY']
  },
  { source: 'left_size = len(left)', tags: ['step:left'] },
  { source: 'print(total)', tags: ['pipeline-metrics'] }
];

/** The steps that Kale runs before this one because of it. */
function above({ steps }: Pick<KaleRead, 'steps'>, name: string): Set<string> {
  const after = steps.find(step => step.name === name)?.after ?? [];
  return new Set(after.flatMap(each => [each, ...above({ steps }, each)]));
}

const folder = mkdtempSync(join(tmpdir(), 'stepladder-kale-'));
let reads: Record<string, KaleRead>;

beforeAll(async () => {
  const notebook = makeNotebook(EVERY_TAG);
  const metadata = {
    ...notebook.metadata,
    kubeflow_notebook: { pipeline_name: 'every', experiment_name: 'every', volumes: [] }
  };
  const file = join(folder, 'every_tag.ipynb');
  writeFileSync(file, JSON.stringify({ ...notebook, metadata }));
  const { python } = await engine('kale', ['kubeflow-kale==2.3.0', 'kfp==2.16.0']);
  reads = (await factsOf('kale_steps.py', { NOTEBOOK: file }, python)) as unknown as typeof reads;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('steps, their code, their order, params and what they take in are as Kale has them', async () => {
  const analysis = await createAnalysisService();
  expect(Object.keys(reads)).toContain('pipeline_parameters_and_metrics');
  for (const [name, kale] of Object.entries(reads)) {
    const { from, notebook } = importFile(`${name}.ipynb`, kale.notebook, {}, analysis);
    expect(from, name).toBe('kale');
    const { pipeline } = buildPipeline(notebook, name, analysis);
    const steps = pipeline.steps.filter(step => step.name !== 'pipeline_metrics');
    expect([name, steps.map(step => step.name)]).toEqual([name, kale.steps.map(step => step.name)]);
    expect([name, pipeline.parameters.map(each => each.name).sort()]).toEqual([
      name,
      kale.parameters
    ]);
    for (const step of kale.steps) {
      const ours = steps.find(each => each.name === step.name)!;
      const code = notebook.cells.filter(cell => cellIntent(cell).step === step.name);
      expect([step.name, code.map(cellSource).filter(Boolean)]).toEqual([
        step.name,
        step.code.filter(Boolean)
      ]);
      expect(ours.needs, step.name).toEqual(expect.arrayContaining(step.after));
      // Kale finds values along `prev:` only; a step that needs one of another step fails when it runs there.
      const before = above(kale, step.name);
      const along = Object.entries(ours.sources).filter(([, from]) => before.has(from));
      expect([step.name, along.map(([each]) => each).sort()]).toEqual([step.name, step.ins]);
    }
  }
});

test('every tag stays, and the report has a word on each', async () => {
  const analysis = await createAnalysisService();
  const { notebook: text } = reads['every_tag']!;
  const { notebook, notes } = importFile('every_tag.ipynb', text, {}, analysis);
  const before = Notebook.parse(JSON.parse(text)).cells.flatMap(cellTags);
  expect(
    notebook.cells
      .flatMap(cellTags)
      .filter(tag => tag !== 'parameters')
      .sort()
  ).toEqual([...before].sort());
  const said = new Set(notes.map(({ subject }) => subject));
  for (const tag of before) expect([...said], tag).toContain(tag);
});
