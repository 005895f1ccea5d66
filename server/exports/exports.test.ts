import { afterEach, beforeEach, expect, it } from 'vitest';
import { createAnalysisService } from '../analysis/service.ts';
import type { ServerEvent } from '../contract/events.ts';
import { Notebook } from '../contract/notebook.ts';
import type { Database } from '../database/open.ts';
import { openTestDatabase } from '../database/test-database.ts';
import { createEnvironments } from '../environment/kernelspec.ts';
import { createEventBus } from '../events/bus.ts';
import { buildPipeline } from '../pipelines/build.ts';
import { createWorkspace } from '../workspace.ts';
import { createExportsService, type ExportsService } from './service.ts';

let database: Database;
let service: ExportsService;
let events: ServerEvent[];
let now: number;

beforeEach(async () => {
  database = await openTestDatabase();
  const analysis = await createAnalysisService();
  const bus = createEventBus();
  events = [];
  now = 1_000;
  bus.subscribe(event => events.push(event));
  service = createExportsService({
    database,
    analysis,
    environments: createEnvironments({ kernelPath: [], python: '/nowhere/bin/python' }),
    pipelines: {
      buildSound: (notebook, path) => buildPipeline(notebook, path.replace('.ipynb', ''), analysis)
    },
    bus,
    clock: () => now,
    workspace: createWorkspace('/notebooks')
  });
});
afterEach(() => database.close());

function notebook(sources: string[], language = 'python'): Notebook {
  return Notebook.parse({
    nbformat: 4,
    metadata: { kernelspec: { name: 'python3', language }, language_info: { name: language } },
    cells: sources.map(source => ({ cell_type: 'code', source }))
  });
}

const refusal = (sources: string[], target = 'airflow', language?: string): Promise<unknown> =>
  Promise.resolve(
    service.exportPipeline({ path: 'a.ipynb', notebook: notebook(sources, language), target })
  ).then(
    () => expect.fail('was exported'),
    (error: { problem: unknown }) => error.problem
  );

it('gives back the files, remembers the export and tells about it', async () => {
  const answer = await service.exportPipeline({
    path: 'total.ipynb',
    notebook: notebook(['x = 1', 'y = x']),
    target: 'airflow'
  });
  expect(answer).toMatchObject({ target: 'airflow', folder: 'total-airflow' });
  expect(answer.files.map(file => file.path)).toContain('dags/total.py');
  expect(answer.notes.join()).toContain('requirements.txt is without versions');
  now = 2_000;
  await service.exportPipeline({
    path: 'other.ipynb',
    notebook: notebook(['x = 1']),
    target: 'airflow'
  });
  expect(events).toContainEqual({
    type: 'pipeline-exported',
    notebook: '/notebooks/total.ipynb',
    target: 'airflow'
  });
  expect(await service.listExports()).toEqual([
    { notebook: '/notebooks/other.ipynb', target: 'airflow', time: 2_000 },
    { notebook: '/notebooks/total.ipynb', target: 'airflow', time: 1_000 }
  ]);
});

it('refuses a target that it does not know, naming those it knows', async () => {
  expect(await refusal(['x = 1'], 'cron')).toMatchObject({
    code: 'unknown_target',
    remedy: 'Use one of: "airflow"'
  });
});

it('refuses a TypeScript notebook', async () => {
  expect(await refusal(['const x = 1;'], 'airflow', 'typescript')).toMatchObject({
    code: 'invalid_code'
  });
  expect(await service.listExports()).toEqual([]);
});

it.each([
  ['x = 1\nget_ipython().system("ls")', 2],
  ['import asyncio\nawait asyncio.sleep(0)', 2],
  ['%run other.py', 1]
])('says where code that only a notebook runs is: %s', async (source, line) => {
  expect(await refusal(['y = 2', source])).toMatchObject({
    code: 'invalid_code',
    cell: 1,
    line,
    remedy: expect.any(String)
  });
});
