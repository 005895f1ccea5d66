// What nobody should put into a notebook, and somebody does: every one is answered, in words, and the other cells are analysed.
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analyze as analyzeRoute, type NotebookAnalysis } from '../contract/analysis.ts';
import { Notebook } from '../contract/notebook.ts';
import { sendProblem } from '../http/problems.ts';
import { analysisRoutes } from './routes.ts';
import { createAnalysisService, type AnalysisService } from './service.ts';

/** Large cells take as long as the machine lets them. */
const PATIENCE = 120_000;
const MILLION = 1_000_000;

let analysis: AnalysisService;
let app: FastifyInstance;
beforeAll(async () => {
  analysis = await createAnalysisService();
  app = Fastify({ bodyLimit: 64 * MILLION });
  app.setErrorHandler(sendProblem);
  analysisRoutes(app, analysis);
});
afterAll(() => app.close());

const notebookOf = (sources: unknown[], language = 'python') => ({
  nbformat: 4,
  metadata: { kernelspec: { language } },
  cells: sources.map(source => ({ cell_type: 'code', source, metadata: {} }))
});
const analyze = (sources: string[], language?: string) =>
  analysis.analyze(Notebook.parse(notebookOf(sources, language)));
const pairs = ({ edges }: NotebookAnalysis) => edges.map(({ from, to }) => [from, to]);
const codes = ({ findings }: NotebookAnalysis) => findings.map(({ code, cell }) => [code, cell]);

describe('a cell that is too much is read by its names, and its author is told', () => {
  test.each([
    ['100,000 brackets that nobody closes', `x = ${'('.repeat(100_000)}`],
    ['100,000 brackets', `x = ${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['5 MB of statements', 'x = 1\n'.repeat(850_000)],
    ['5 MB of a string', `x = """${'a'.repeat(5 * MILLION)}"""`],
    ['5 MB of a string without an end', `x = "${'a '.repeat(2.5 * MILLION)}`],
    ['5 MB of empty lines', `${'\n'.repeat(5 * MILLION)}x = 1`]
  ])(
    '%s',
    (_, source) => {
      const found = analyze([source, 'print(x)', 'y = 1', 'print(y)']);
      expect(codes(found)).toEqual([['too-large', 0]]);
      expect(pairs(found)).toEqual([
        [0, 1],
        [2, 3]
      ]);
    },
    PATIENCE
  );

  test('in TypeScript too', () => {
    const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
    const found = analyze([`const x = ${deep};`, 'console.log(x)'], 'typescript');
    expect(codes(found)).toEqual([['too-large', 0]]);
    expect(pairs(found)).toEqual([[0, 1]]);
  });

  test('pasted data is left out, however much of it, and the rest of its cell is read', () => {
    const data = `data = [${'1234567, '.repeat(600_000)}]\ny = scale`;
    const found = analyze(['scale = 2', data, 'print(data, y)']);
    expect(found.findings).toEqual([]);
    expect(pairs(found)).toEqual([
      [0, 1],
      [1, 2]
    ]);
  });
});

describe('code that leads nowhere comes to an end', () => {
  test.each([
    ['binary rubbish', '\u0000\u0001\ufffd'.repeat(500)],
    ['half a character', 'x = "\ud800"\n\ud800 = 2'],
    ['a call of itself', 'def f(x):\n    return f(f(x))\nf(f)'],
    [
      'a generator that leads to itself',
      'def leaves(part):\n    return (leaf for each in part for leaf in leaves(each))\nlist(leaves([[1]]))'
    ],
    [
      'a generator function that leads to itself',
      'def walk(node):\n    for each in node:\n        yield from walk(each)\nlist(walk([[1]]))'
    ],
    ['100,000 signs', `x = ${'-'.repeat(100_000)}1`],
    ['100,000 attributes', `a = 1\nx = a${'.b'.repeat(100_000)}`],
    ['100,000 calls', `a = print\nx = a${'()'.repeat(100_000)}`],
    ['100,000 terms', `x = ${'1+'.repeat(100_000)}1`],
    ['5,000 ways', `a = 1\nif a: pass\n${'elif a: pass\n'.repeat(5000)}`]
  ])(
    '%s',
    (_, source) => {
      const found = analyze([source, 'y = 1', 'print(y)']);
      expect(pairs(found)).toEqual([[1, 2]]);
    },
    PATIENCE
  );
});

test('one broken cell does not stop the analysis of the others', () => {
  const found = analyze(['x = 1', 'def (:\n  y ===', 'print(x)']);
  expect(codes(found)).toContainEqual(['syntax-error', 1]);
  expect(pairs(found)).toEqual([[0, 2]]);
});

test(
  '5,000 cells',
  () => {
    const sources = Array.from({ length: 5000 }, (_, at) =>
      at ? `x${at} = x${at - 1} + 1` : 'x0 = 1'
    );
    expect(analyze(sources).edges).toHaveLength(4999);
  },
  PATIENCE
);

describe('over HTTP', () => {
  const post = async (notebook: unknown) => {
    const payload = { path: 'a.ipynb', notebook };
    const answer = await app.inject({ method: 'POST', url: analyzeRoute.path, payload });
    return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() };
  };

  test.each([
    ['format 3', { nbformat: 3, worksheets: [{ cells: [] }] }, /notebook format 3/],
    ['metadata that is a text', { ...notebookOf([]), metadata: 'a' }, /"metadata" is a text/],
    ['a source that is a number', notebookOf(['x = 1', 5]), /"source" of cell 2 is a number/],
    ['no notebook at all', 'x = 1', /not a notebook/]
  ])('%s is refused with what to do', async (_, notebook, words) => {
    const { status, body } = await post(notebook);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'invalid_notebook', detail: expect.stringMatching(words) });
    expect(body['remedy']).toMatch(/JupyterLab/);
  });

  test('tags, steps and kernels of any form are no reason to refuse', async () => {
    const odd = (source: string, metadata: unknown) => ({ cell_type: 'code', source, metadata });
    const { status, body } = await post({
      nbformat: 4,
      metadata: { kernelspec: 'python', language_info: 4, stepladder: 'a' },
      cells: [
        odd('x = 1', { tags: 5, stepladder: 7 }),
        odd('print(x)', { tags: [1], stepladder: { step: 5, after: 'x', writers: [1] } })
      ]
    });
    expect(status).toBe(200);
    expect(body['edges']).toHaveLength(1);
  });
});
