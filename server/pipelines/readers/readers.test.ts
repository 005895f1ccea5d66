// The marks of other tools, each as their own grammar has it (facts read in Kale's and Elyra's sources).
import { beforeAll, expect, test } from 'vitest';
import { type AnalysisService, createAnalysisService } from '../../analysis/service.ts';
import { cellIntent, cellTags, type Notebook } from '../../contract/notebook.ts';
import { ProblemError } from '../../contract/problem.ts';
import { buildPipeline } from '../build.ts';
import { importFile } from './import-file.ts';

let analysis: AnalysisService;
beforeAll(async () => void (analysis = await createAnalysisService()));

type Cell = [source: string, ...tags: string[]];
const notebookOf = (cells: (Cell | { markdown: string })[], metadata = {}): Notebook => ({
  cells: cells.map((cell, index) =>
    Array.isArray(cell)
      ? {
          cell_type: 'code',
          id: `c${index}`,
          source: cell[0],
          metadata: cell.length > 1 ? { tags: cell.slice(1) } : {},
          outputs: [],
          execution_count: null
        }
      : { cell_type: 'markdown', id: `c${index}`, source: cell.markdown, metadata: {} }
  ),
  metadata,
  nbformat: 4,
  nbformat_minor: 5
});
const read = (notebook: Notebook) => importFile('n.ipynb', JSON.stringify(notebook), {}, analysis);
const stepsOf = (notebook: Notebook) => notebook.cells.map(cell => cellIntent(cell).step);
const flowOf = (notebook: Notebook) =>
  buildPipeline(notebook, 'n', analysis).pipeline.steps.map(({ name, needs, sources }) => ({
    name,
    needs,
    sources
  }));

const kale = notebookOf(
  [
    ['import numpy as np', 'imports'],
    ['def twice(x):\n    return 2 * x', 'functions'],
    ['size = 3', 'pipeline-parameters'],
    ['a = np.ones(size)', 'step:make', 'limit:nvidia.com/gpu:1', 'hide-input'],
    ['a = twice(a)'],
    ['a.shape', 'skip'],
    ['print("side")', 'block:aside', 'prev:make', 'annotation:team.example/owner:me:you'],
    ['total = a.sum()', 'step:add', 'prev:make', 'prev:nobody', 'image:registry.example/x:1'],
    ['', 'step:'],
    ['print(total)', 'pipeline-metrics']
  ],
  { kubeflow_notebook: { pipeline_name: 'p', volumes: [], docker_image: 'x' } }
);

test("Kale's tags become steps, and stay", () => {
  const { from, notebook, notes } = read(kale);
  expect(from).toBe('kale');
  expect(stepsOf(notebook)).toEqual([
    undefined,
    undefined,
    undefined,
    'make',
    'make',
    undefined,
    'aside',
    'add',
    'add',
    'pipeline_metrics'
  ]);
  notebook.cells.forEach((cell, at) => {
    expect(cellTags(cell)).toEqual(expect.arrayContaining(cellTags(kale.cells[at]!)));
  });
  expect(cellTags(notebook.cells[2]!)).toEqual(['pipeline-parameters', 'parameters']);
  const outcome = (subject: string) => notes.find(note => note.subject === subject)?.outcome;
  expect(outcome('prev:make')).toBe('kept');
  expect(outcome('prev:nobody')).toBe('dropped');
  expect(outcome('pipeline-metrics')).toBe('changed');
  for (const subject of [
    'limit:nvidia.com/gpu:1',
    'annotation:team.example/owner:me:you',
    'image:registry.example/x:1',
    'hide-input',
    'kubeflow_notebook.docker_image'
  ])
    expect(outcome(subject), subject).toBe('kept');
});

test('a notebook with tags of Kale only is a pipeline as it is, as the imported one', () => {
  const expected = [
    { name: 'make', needs: [], sources: {} },
    { name: 'aside', needs: ['make'], sources: {} },
    { name: 'add', needs: ['make'], sources: { a: 'make' } },
    { name: 'pipeline_metrics', needs: ['add'], sources: { total: 'add' } }
  ];
  expect(flowOf(kale)).toEqual(expected);
  expect(flowOf(read(kale).notebook)).toEqual(expected);
});

test('cells of one step that stand apart are moved together, as Kale joins them', () => {
  const apart = notebookOf([
    ['a = 1', 'step:one'],
    ['b = a', 'step:two', 'prev:one'],
    ['a2 = a + 1', 'step:one']
  ]);
  const { notebook, notes } = read(apart);
  expect(stepsOf(notebook)).toEqual(['one', 'one', 'two']);
  expect(notes.find(({ outcome }) => outcome === 'changed')?.cell).toBe(2);
});

test('what follows a reference to another notebook belongs to the step below it', () => {
  const { notebook, notes } = read(
    notebookOf([
      ['a = 1', 'step:one'],
      ['# runs clean.ipynb', 'notebook:clean'],
      ['b = a'],
      ['c = b', 'step:two', 'prev:one']
    ])
  );
  expect(stepsOf(notebook)).toEqual(['one', undefined, 'two', 'two']);
  expect(notes.find(({ subject }) => subject === 'notebook:clean')?.outcome).toBe('dropped');
});

test('imports that compute something run once, as a step', () => {
  const { notebook, notes } = read(
    notebookOf([
      ['import random\nlimit = random.random()', 'imports'],
      ['a = limit', 'step:one']
    ])
  );
  expect(stepsOf(notebook)).toEqual(['imports', 'one']);
  expect(notes[0]).toMatchObject({ subject: 'imports', outcome: 'changed' });
});

test("second-level headings cut the notebook, as Soorgeon's do", () => {
  const { from, notebook, notes } = read(
    notebookOf([
      { markdown: '# The title' },
      ['import os'],
      ['x = 1'],
      { markdown: '## Load the data\nwords' },
      ['df = x'],
      ['df = df + 1'],
      { markdown: '### Detail' },
      ['df = df * 2'],
      { markdown: '## Empty' },
      { markdown: '## Train' },
      ['model = df']
    ])
  );
  expect(from).toBe('headings');
  expect(stepsOf(notebook).filter(Boolean)).toEqual([
    'setup',
    'load_the_data',
    'load_the_data',
    'load_the_data',
    'train'
  ]);
  expect(notes.find(({ subject }) => subject === '## Empty')?.outcome).toBe('dropped');
});

test('a notebook of papermill is read as it is; one without anything is refused', () => {
  const papermill = notebookOf([
    ['n = 1', 'parameters'],
    ['n = 2', 'injected-parameters'],
    ['m = n']
  ]);
  expect(read(papermill)).toMatchObject({ from: 'papermill', notebook: papermill });
  expect(() => read(notebookOf([['a = 1']]))).toThrow(ProblemError);
});

const script = 'import os\nprint(os.environ["WHO"])';
const inner = JSON.stringify(
  notebookOf([['open("out.csv", "w").write("a")'], ['n = 1', 'parameters']])
);

/** The forms of the versions: `NAME=value` up to 6, objects after it; settings beside `app_data` before 4. */
function elyra(version: number): string {
  const variables = version > 6 ? [{ env_var: 'WHO', value: 'me' }] : ['WHO=me'];
  const node = (id: string, op: string, settings: object, parents: string[]) => ({
    id,
    type: 'execution_node',
    op,
    app_data: { component_parameters: settings, ui_data: { label: `${id}.file` } },
    inputs: [{ id: 'inPort', links: parents.map(parent => ({ node_id_ref: parent })) }],
    outputs: [{ id: 'outPort' }]
  });
  return JSON.stringify({
    doc_type: 'pipeline',
    version: '3.0',
    primary_pipeline: 'p',
    pipelines: [
      {
        id: 'p',
        nodes: [
          node('use', 'execute-python-node', { filename: 'use.py', env_vars: variables, cpu: 2 }, [
            'make'
          ]),
          node(
            'make',
            'execute-notebook-node',
            { filename: 'make.ipynb', outputs: ['out.csv'] },
            []
          ),
          node('other', 'catalog:123', { text: 'x' }, ['use'])
        ],
        app_data: {
          version,
          properties: {
            pipeline_defaults: {
              runtime_image: 'x',
              env_vars:
                version > 6
                  ? [
                      { env_var: 'WHO', value: 'all' },
                      { env_var: 'WHERE', value: 'here' }
                    ]
                  : ['WHO=all', 'WHERE=here']
            },
            pipeline_parameters: [{ name: 'rounds', default_value: { type: 'Integer', value: 3 } }]
          }
        }
      }
    ]
  });
}

test.each([5, 6, 7, 8])("Elyra's pipelines of version %i become one notebook", version => {
  const files = { 'use.py': script, 'make.ipynb': inner };
  const { name, notebook, notes } = importFile('a/flow.pipeline', elyra(version), files, analysis);
  expect(name).toBe('flow.ipynb');
  const { pipeline } = buildPipeline(notebook, 'flow', analysis);
  expect(pipeline.steps.map(({ name, needs }) => [name, needs])).toEqual([
    ['make_file', []],
    ['use_file', ['make_file']],
    ['other_file', ['use_file']]
  ]);
  expect(pipeline.parameters).toMatchObject([{ name: 'rounds', type: 'int', source: '3' }]);
  expect(pipeline.steps[0]!.source).toContain('os.environ["WHO"] = "all"');
  expect(pipeline.steps[1]!.source).toContain('os.environ["WHO"] = "me"');
  expect(pipeline.steps[1]!.source).toContain('os.environ["WHERE"] = "here"');
  expect(pipeline.steps[2]!.source).not.toContain('WHERE');
  expect(pipeline.steps[2]!.source).toContain('NotImplementedError');
  const outcome = (subject: string) => notes.find(note => note.subject === subject)?.outcome;
  expect(outcome('runtime_image')).toBe('dropped');
  expect(outcome('cpu')).toBe('kept');
  expect(outcome('env_vars')).toBe('changed');
  expect(outcome('parameters')).toBe('changed');
});

test('what is no pipeline is said to be none', () => {
  const refused = (text: string) => {
    try {
      importFile('x.pipeline', text, {}, analysis);
    } catch (error) {
      if (error instanceof ProblemError) return error.problem.detail;
    }
    return undefined;
  };
  expect(refused('{')).toContain('not JSON');
  expect(refused('{}')).toContain('"pipelines"');
  expect(refused('{"pipelines": []}')).toContain('no pipeline');
  expect(refused('{"pipelines": [{"id": "a"}]}')).toContain('no nodes');
});
