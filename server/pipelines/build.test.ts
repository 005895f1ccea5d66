import { expect, test } from 'vitest';
import type { AnalysisService } from '../analysis/service.ts';
import type { CellAnalysis, Edge, Finding, NotebookAnalysis } from '../contract/analysis.ts';
import type { Notebook } from '../contract/notebook.ts';
import { ProblemError } from '../contract/problem.ts';
import { buildPipeline } from './build.ts';
import { requireSound } from './check.ts';
import { perhapsFrom } from './foreign-cells.ts';
import { preludeOf, reachedParts } from './prelude.ts';

type CellSpec = { source: string; step?: string } & Partial<Omit<CellAnalysis, 'index'>>;

/** A notebook with the analysis that is said of it, so that only the grouping is tried here. */
function build(specs: CellSpec[], edges: [number, number, string, Edge['kind']?][] = []) {
  const notebook: Notebook = {
    cells: specs.map(({ source, step, role }) => ({
      cell_type: role === 'markdown' ? 'markdown' : 'code',
      source,
      metadata: step === undefined ? {} : { stepladder: { step } }
    })),
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5
  };
  const analysis: NotebookAnalysis = {
    language: 'python',
    cells: specs.map(({ source: _, step: __, ...facts }, index) => ({
      index,
      inputs: [],
      outputs: [],
      role: 'code',
      replicated: [],
      deletes: [],
      ...facts
    })),
    edges: edges.map(([from, to, name, kind = 'value']) => ({
      from,
      to,
      kind,
      names: name ? [name] : [],
      certainty: 'must'
    })),
    parameters: [],
    findings: []
  };
  const service: AnalysisService = {
    analyze: () => analysis,
    normalise: source => source,
    suggestName: (_, heading) => heading?.replace(/^# /, '') ?? 'step',
    importsOf: () => [],
    stripMagics: source => source,
    definitionsOf: source => ({
      parts: [
        {
          kind: 'definition',
          names: [/def (\w+)/.exec(source)?.[1] ?? 'none'],
          fromLine: 1,
          toLine: 1
        }
      ]
    })
  };
  return { ...buildPipeline(notebook, 'a', service), notebook };
}

test('cells of one name are one step, edges between cells are edges between steps', () => {
  const { pipeline } = build(
    [
      { source: 'a = 1', step: 'load', outputs: ['a'] },
      { source: 'b = a', step: 'load', outputs: ['b'] },
      { source: '# text', role: 'markdown' },
      { source: 'c = b', step: 'train', outputs: ['c'] }
    ],
    [
      [0, 1, 'a'],
      [1, 3, 'b']
    ]
  );
  expect(pipeline.steps).toMatchObject([
    { name: 'load', cells: [0, 1], inputs: [], outputs: ['a', 'b'], needs: [] },
    {
      name: 'train',
      cells: [3],
      inputs: ['b'],
      outputs: ['c'],
      sources: { b: 'load' },
      needs: ['load']
    }
  ]);
  expect(pipeline.edges).toMatchObject([
    { from: 'load', to: 'train', kind: 'value', names: ['b'] }
  ]);
});

test('the last step that changed a value hands it on, and passes it through when it changed nothing', () => {
  const { pipeline } = build(
    [
      { source: 'x = []', step: 'make', outputs: ['x'] },
      { source: 'if c: x = 1', step: 'maybe', outputs: ['x'] },
      { source: 'print(x)', step: 'use' }
    ],
    [
      [0, 2, 'x'],
      [1, 2, 'x']
    ]
  );
  expect(pipeline.steps[2]!.sources).toEqual({ x: 'maybe' });
  expect(pipeline.steps[1]).toMatchObject({
    inputs: ['x'],
    outputs: ['x'],
    sources: { x: 'make' }
  });
  expect(pipeline.steps[0]!.outputs).toEqual(['x']);
});

test('an alias that a step changes comes in before it goes out', () => {
  const { pipeline } = build(
    [
      { source: 'x = []; y = x', step: 'make', outputs: ['x', 'y'] },
      { source: 'y.append(1)', step: 'grow', inputs: ['y'], outputs: ['y'] },
      { source: 'print(x)', step: 'use' }
    ],
    [
      [0, 1, 'y'],
      [1, 2, 'x']
    ]
  );
  expect(pipeline.steps[1]!.sources).toEqual({ x: 'make', y: 'make' });
});

test('what nobody takes is kept at its last writer, private and deleted names are not', () => {
  const { pipeline } = build([
    { source: 'x = 1; _t = 2; d = 3', step: 'one', outputs: ['x', '_t', 'd'] },
    { source: 'x = 2; del d', step: 'two', outputs: ['x'], deletes: ['d'] }
  ]);
  expect(pipeline.steps.map(step => step.outputs)).toEqual([[], ['x']]);
});

test('params are read by steps and are no step', () => {
  const { pipeline } = build(
    [
      { source: 'n = 1', role: 'parameters', step: 'params', outputs: ['n'] },
      { source: 'y = n', step: 'use', outputs: ['y'] }
    ],
    [[0, 1, 'n']]
  );
  expect(pipeline.steps).toMatchObject([{ name: 'use', params: ['n'], inputs: [], needs: [] }]);
});

test('a notebook without names has one step a code cell, with names that differ', () => {
  const { pipeline, suggestions } = build([
    { source: 'import x', role: 'imports' },
    { source: '# load', role: 'markdown' },
    { source: 'a = 1' },
    { source: 'b = 1' },
    { source: 'c = 1' },
    { source: '', role: 'empty' }
  ]);
  expect(pipeline.named).toBe(false);
  expect(pipeline.steps.map(step => step.name)).toEqual(['load', 'step', 'step_2']);
  expect(suggestions).toEqual({ 2: 'load', 3: 'step', 4: 'step_2' });
});

test('a step in two places is refused with the cell and what to do', () => {
  const { pipeline } = build([
    { source: 'a', step: 'one' },
    { source: 'b', step: 'two' },
    { source: 'c', step: 'one' }
  ]);
  const fault = caught(() => requireSound(pipeline));
  expect(fault).toMatchObject({ code: 'invalid_code', cell: 2, line: 1 });
  expect(fault.detail).toContain('"one"');
  expect(fault.remedy).toContain('another step name');
});

test('a cell outside of all steps is a warning, and refused when a step needs its value', () => {
  const cells = [
    { source: 'a = 1', outputs: ['a'] },
    { source: 'b = a', step: 'use' }
  ];
  expect(() => requireSound(build(cells).pipeline)).not.toThrow();
  expect(build(cells).pipeline.findings).toMatchObject([
    { code: 'outside-steps', severity: 'warning', cell: 0 }
  ]);
  const fault = caught(() => requireSound(build(cells, [[0, 1, 'a']]).pipeline));
  expect(fault).toMatchObject({ code: 'invalid_code', cell: 0 });
  expect(fault.detail).toContain('"use" needs a');
});

test('a cell in a language that nothing brings cannot be a step', () => {
  const { pipeline } = build([{ source: '\n%%R\nx <- 1', step: 'r' }]);
  expect(caught(() => requireSound(pipeline))).toMatchObject({
    code: 'invalid_code',
    cell: 0,
    line: 2
  });
});

test.each([
  ['%load_ext rpy2.ipython', '%%R\nx <- 1'],
  ['@register_cell_magic\ndef twice(line, cell): ...', '%%twice\nx = 1'],
  ['a = 1', '%%perl\nprint 1']
])('below %j the cell %j is a step, said to be for IPython only', (above, source) => {
  const { pipeline } = build([{ source: above }, { source }]);
  expect(() => requireSound(pipeline)).not.toThrow();
  expect(pipeline.findings.filter(({ severity }) => severity === 'warning')).toMatchObject([
    { code: 'magic', cell: 1, message: expect.stringContaining('cannot be exported') as string }
  ]);
});

test('a name that nobody seems to define may come from a cell in another language above', () => {
  const missing = (cell: number): Finding => ({
    code: 'undefined-name',
    severity: 'error',
    cell,
    line: 1,
    message: '',
    remedy: ''
  });
  const softened = [0, 2].map(cell =>
    perhapsFrom([{ ...missing(1), code: 'magic' }])(missing(cell))
  );
  expect(softened.map(({ severity }) => severity)).toEqual(['error', 'warning']);
});

test('an empty notebook says what is missing', () => {
  expect(caught(() => requireSound(build([]).pipeline)).detail).toContain('no code cell');
});

test('definitions reach a step with what they call, those after it do not', () => {
  const { pipeline, analysis } = build([
    { source: 'def low(): 1', role: 'definitions' },
    { source: 'def high(): low()', role: 'definitions', replicated: ['low'] },
    { source: 'def other(): 1', role: 'definitions' },
    { source: 'high()', step: 'use', replicated: ['high'] },
    { source: 'def late(): 1', role: 'definitions' }
  ]);
  const parts = preludeOf(pipeline, pipeline.steps[0]!.cells);
  expect(parts.map(part => part.names[0])).toEqual(['low', 'high', 'other']);
  expect(reachedParts(parts, ['high'], analysis).map(part => part.names[0])).toEqual([
    'low',
    'high'
  ]);
});

function caught(action: () => unknown) {
  try {
    action();
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  throw new Error('It was not refused');
}
