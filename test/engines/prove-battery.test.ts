// Entries of the battery that run, each proved as a notebook of its own: with packages of another time, which are none of ours.
// All of them take half an hour on two cores, so that it is every fourth here; `BATTERY=all` runs all.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AnalysisService, createAnalysisService } from '../../server/analysis/service.ts';
import type { KernelEnvironment } from '../../server/environment/kernelspec.ts';
import { proveNotebook } from '../../server/proof/service.ts';
import { engine } from '../support/engines.ts';
import { makeNotebook } from '../support/notebook.ts';
import { REPOSITORY } from '../support/server.ts';
import { Notebook } from '../../server/contract/notebook.ts';

interface Entry {
  id: string;
  title: string;
  mode: string;
  cells: string[];
}

const PACKAGES = [
  'numpy==1.24.4',
  'pandas==1.5.3',
  'scipy==1.10.1',
  'scikit-learn==1.2.2',
  'statsmodels==0.13.5',
  'patsy==0.5.3',
  'seaborn==0.12.2',
  'matplotlib==3.6.3',
  'matplotlib-inline==0.1.6',
  'pillow==10.0.1',
  'imageio==2.31.6',
  'ipykernel==6.29.5',
  'ipython==8.12.3',
  'cloudpickle==2.2.1',
  'sympy==1.11.1',
  'numexpr==2.8.4',
  'graphviz==0.20.1',
  'networkx==2.8.8',
  'setuptools<70'
];
const ENTRIES = (
  JSON.parse(
    readFileSync(join(REPOSITORY, 'test/fixtures/battery/battery.json'), 'utf8')
  ) as Entry[]
)
  .filter(({ mode }) => mode === 'exec' || mode === 'ipython')
  .filter((_entry, index) => process.env['BATTERY'] === 'all' || index % 4 === 0);

let analysis: AnalysisService;
let environment: KernelEnvironment;
let folder: string;
const kept: number[] = [];

beforeAll(async () => {
  analysis = await createAnalysisService();
  const { python } = await engine('notebooks', PACKAGES);
  environment = {
    kernel: 'python3',
    language: 'python',
    executable: python,
    argv: [python, '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
    variables: { OMP_NUM_THREADS: '1' }
  };
  folder = mkdtempSync(join(tmpdir(), 'prove-battery-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  const mean = kept.reduce((sum, each) => sum + each, 0) / kept.length;
  console.log(`${kept.length} entries equal, parallelism ${mean.toFixed(2)} on average`);
});

test.concurrent.each(ENTRIES)('$id: $title', async ({ cells }) => {
  const { result } = await proveNotebook({
    analysis,
    environment,
    python: join(REPOSITORY, '.venv/bin/python'),
    bridge: join(REPOSITORY, 'kernel-bridge/python/stepladder'),
    notebook: Notebook.parse(makeNotebook(cells)),
    name: 'entry',
    folder,
    limit: 60,
    cancelled: new AbortController().signal,
    onPhase() {}
  });
  expect(result.differences).toEqual([]);
  expect(result.stopped).toBeUndefined();
  expect(result.equal).toBe(true);
  kept.push(result.parallelism);
});
