// A name whose writer the source leaves open is asked about once, where it is first read, and the answer is kept to.
import { beforeAll, expect, test } from 'vitest';
import { Notebook } from '../contract/notebook.ts';
import type { Choice } from './choose.ts';
import { chooseWriter, createAnalysisService, type AnalysisService } from './service.ts';

let analysis: AnalysisService;
beforeAll(async () => {
  analysis = await createAnalysisService();
});

type Writers = Record<number, Record<string, string>>;

function analyze(sources: string[], writers: Writers = {}, language = 'python') {
  const found = analysis.analyze(
    Notebook.parse({
      nbformat: 4,
      metadata: { kernelspec: { language } },
      cells: sources.map((source, index) => ({
        cell_type: 'code',
        source,
        metadata: writers[index] ? { stepladder: { writers: writers[index] } } : {}
      }))
    })
  );
  const asked = found.findings.filter(({ code }) => code === 'ambiguity');
  const into = (cell: number) =>
    found.edges.filter(({ to }) => to === cell).map(({ from, certainty }) => [from, certainty]);
  return { asked, into, ambiguities: found.ambiguities ?? [] };
}

const parallel = [
  'raw = [3, 1, 2]',
  'data = sorted(raw)',
  '# the other way\ndata = raw[::-1]',
  'total = sum(data)\nprint(total)',
  'print(data)'
];
const conditional = [
  'fast = True',
  'model = "forest"',
  'if fast:\n    model = "tree"',
  'print(model)',
  'print(model, 2)'
];

test.each([
  ['python', ['best = None', 'best = 5', 'print(best)']],
  ['typescript', ['let best: number;', 'best = 5;', 'console.log(best)']]
])('a value that is said to come is no other way: %s', (language, cells) => {
  const { asked, into } = analyze(cells, {}, language);
  expect(asked).toEqual([]);
  expect(into(2)).toEqual([[1, 'must']]);
});

test('two writers that know nothing of each other are told with both lines, once', () => {
  const { asked, ambiguities, into } = analyze(parallel);
  expect(ambiguities).toEqual([
    {
      cell: 3,
      line: 1,
      name: 'data',
      sort: 'parallel',
      choices: [
        { choice: 'data = sorted(raw)', writer: { cell: 1, line: 1, text: 'data = sorted(raw)' } },
        { choice: 'data = raw[::-1]', writer: { cell: 2, line: 2, text: 'data = raw[::-1]' } }
      ]
    }
  ]);
  expect(asked).toMatchObject([{ severity: 'warning', cell: 3, line: 1, name: 'data' }]);
  expect(asked[0]?.message).toMatch(/line 1 of cell 2 .*line 2 of cell 3/);
  expect(into(3)).toEqual([[2, 'must']]);
});

test('the choice moves the edges of this cell and of those below', () => {
  const { asked, ambiguities, into } = analyze(parallel, { 3: { data: 'data = sorted(raw)' } });
  expect(asked).toEqual([]);
  expect(ambiguities).toMatchObject([{ cell: 3, chosen: 'data = sorted(raw)' }]);
  expect(into(3)).toEqual([[1, 'must']]);
  expect(into(4)).toEqual([[1, 'must']]);
});

test('a conditional definition: both writers, or whichever ran', () => {
  const { ambiguities, into } = analyze(conditional);
  expect(ambiguities).toMatchObject([{ cell: 3, name: 'model', sort: 'conditional' }]);
  expect(ambiguities[0]?.choices.map(each => each.choice)).toEqual([
    'model = "forest"',
    'model = "tree"',
    '*'
  ]);
  expect(into(3)).toEqual([
    [1, 'may'],
    [2, 'may']
  ]);
});

test.each([
  ['model = "forest"', [[1, 'must']]],
  ['model = "tree"', [[2, 'must']]],
  [
    '*',
    [
      [1, 'may'],
      [2, 'may']
    ]
  ]
])('a conditional definition, answered by %s', (choice, edges) => {
  const { asked, into } = analyze(conditional, { 3: { model: choice } });
  expect(asked).toEqual([]);
  expect(into(3)).toEqual(edges);
  expect(into(4)).toEqual(edges);
});

test('a single writer under a condition is told, and can be taken for granted', () => {
  const cells = ['big = True', 'if big:\n    sample = 5', 'print(sample)'];
  expect(analyze(cells).asked).toMatchObject([{ severity: 'note', cell: 2, name: 'sample' }]);
  expect(analyze(cells, { 2: { sample: 'sample = 5' } }).asked).toEqual([]);
});

test('an answer to code that is no longer there is dropped, and asked again only where it has to be', () => {
  const gone = { 3: { data: 'data = set(raw)', other: 'x = 1' } };
  expect(analyze(parallel, gone).asked).toHaveLength(1);
  const plain = ['raw = [1]', 'data = sorted(raw)', 'n = 2', 'print(data)'];
  const { asked, ambiguities, into } = analyze(plain, gone);
  expect([asked, ambiguities]).toEqual([[], []]);
  expect(into(3)).toEqual([[1, 'must']]);
});

test('lines that read the same are told apart by their order', () => {
  const cells = ['a = [1]', 'b = a[:]', 'a.append(1)', 'b = a[:]', 'print(b)'];
  const choices = analyze(cells).ambiguities[0]?.choices.map(each => each.choice);
  expect(choices).toEqual(['b = a[:]', 'b = a[:] (2)']);
  expect(analyze(cells, { 4: { b: 'b = a[:]' } }).into(4)).toEqual([[1, 'must']]);
});

test.each([
  ['a name used before it is bound again', ['x = 1', 'print(x)', 'x = 2', 'print(x)']],
  ['a value made of the former one', ['x = 1', 'x = x + 1', 'print(x)']],
  ['a value made of what the former one gave', ['x = [1]\ny = len(x)', 'x = [y]', 'print(x)']],
  ['all ways bind it', ['f = 1', 'if f:\n    x = 1\nelse:\n    x = 2', 'print(x)']],
  ['a loop', ['for i in [1, 2]:\n    last = i', 'print(last)']],
  ['an import in a condition', ['import sys\nif sys.argv:\n    import json', 'json.dumps(1)']],
  ['a name bound again before it is read', ['f = 1', 'if f:\n    x = 1', 'x = 2\nprint(x)']]
])('%s: nothing to ask', (_, cells) => {
  expect(analyze(cells).ambiguities).toEqual([]);
});

test('TypeScript: the same questions and answers', () => {
  const cells = [
    'const raw = [3, 1, 2];',
    'let data = [...raw].sort();',
    'let data = raw.slice(1);',
    'let limit = 1;\nif (raw.length > 2) { limit = 2; }',
    'let mode = "a";',
    'if (raw.length > 2) {\n  mode = "b";\n}',
    'console.log(data, limit, mode);'
  ];
  const { ambiguities, asked } = analyze(cells, {}, 'typescript');
  expect(ambiguities.map(({ name, sort }) => [name, sort])).toEqual([
    ['data', 'parallel'],
    ['mode', 'conditional']
  ]);
  expect(asked).toHaveLength(2);
  const chosen = { 6: { data: 'let data = [...raw].sort();', mode: 'mode = "b";' } };
  const after = analyze(cells, chosen, 'typescript');
  expect(after.asked).toEqual([]);
  expect(after.into(6).map(([from]) => from)).toEqual([1, 3, 5]);
});

function answered(sources: string[], writers: Writers, choice: Choice) {
  const cells = sources.map((source, index) => ({
    cell_type: 'code',
    source,
    metadata: { stepladder: { writers: writers[index] ?? {}, step: 'all' } }
  }));
  const notebook = Notebook.parse({ nbformat: 4, metadata: {}, cells });
  return chooseWriter(notebook, analysis.analyze(notebook), choice).cells.map(
    cell => cell.metadata['stepladder']
  );
}

test('an answer is kept with the reading cell, keys in order, without answers to what nobody asks', () => {
  const intents = answered(conditional, { 3: { old: 'old = 1' } }, { name: 'model', writer: 2 });
  expect(JSON.stringify(intents[3])).toBe(
    JSON.stringify({ step: 'all', writers: { model: 'model = "tree"' } })
  );
  expect(answered(conditional, {}, { name: 'model' })[3]).toMatchObject({
    writers: { model: '*' }
  });
});

test.each([
  ['a name that nobody asks for', { name: 'fast', writer: 0 }, /nothing to choose/],
  ['a cell that does not write it', { name: 'model', writer: 0 }, /cannot be taken from cell 1/],
  ['a cell that does not ask', { name: 'model', writer: 2, reader: 4 }, /nothing to choose/]
])('%s is refused in words', (_, choice, words) => {
  expect(() => answered(conditional, {}, choice)).toThrow(words);
});
