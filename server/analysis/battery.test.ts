// How often the static answer is right: two batteries that somebody else made, and variants of our own.
import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { Notebook } from '../contract/notebook.ts';
import { createAnalysisService, type AnalysisService } from './service.ts';

type Pair = [number, number];
interface Entry {
  id: string;
  mode: string;
  cells: string[];
  cellMeta?: Record<string, Record<string, unknown>>;
  expect: { edges?: Pair[]; mayEdges?: Pair[]; importEdges?: Pair[]; notEdges?: Pair[] };
}

let analysis: AnalysisService;
beforeAll(async () => {
  analysis = await createAnalysisService();
});

const key = ([from, to]: Pair) => `${from}>${to}`;

/** Every pair that the edges lead from and to, directly or through others. */
function closure(edges: Pair[]): Set<string> {
  const next = Map.groupBy(edges, ([from]) => from);
  const reached = new Set<string>();
  for (const start of next.keys()) {
    const seen = new Set([start]);
    for (const node of seen)
      for (const [, to] of next.get(node) ?? []) {
        seen.add(to);
        reached.add(key([start, to]));
      }
  }
  return reached;
}

function edgesOf(entry: Entry): Pair[] {
  const notebook = Notebook.parse({
    nbformat: 4,
    metadata: entry.mode === 'tslab' ? { kernelspec: { language: 'typescript' } } : {},
    cells: entry.cells.map((source, index) => ({
      cell_type: 'code',
      source,
      metadata: entry.cellMeta?.[index] ?? {}
    }))
  });
  const { edges, replicatedEdges = [] } = analysis.analyze(notebook);
  const pairs = [...edges, ...replicatedEdges].map(({ from, to }): Pair => [from, to]);
  return [...new Map(pairs.map(pair => [key(pair), pair])).values()];
}

function score(file: string) {
  const url = new URL(`../../test/fixtures/battery/${file}`, import.meta.url);
  const entries = JSON.parse(readFileSync(url, 'utf8')) as Entry[];
  const total = { required: 0, found: 0, inferred: 0, right: 0, forbidden: 0 };
  const unsound: string[] = [];
  for (const entry of entries) {
    const { edges = [], mayEdges = [], importEdges = [], notEdges = [] } = entry.expect;
    const inferred = edgesOf(entry);
    const reached = closure(inferred);
    const allowed = closure([...edges, ...mayEdges, ...importEdges]);
    const found = edges.filter(edge => reached.has(key(edge))).length;
    const forbidden = notEdges.filter(edge => reached.has(key(edge))).length;
    total.required += edges.length;
    total.found += found;
    total.inferred += inferred.length;
    total.right += inferred.filter(edge => allowed.has(key(edge))).length;
    total.forbidden += forbidden;
    if (found < edges.length || forbidden > 0) unsound.push(entry.id);
  }
  return {
    recall: total.found / total.required,
    precision: total.right / total.inferred,
    forbidden: total.forbidden,
    unsound
  };
}

test.each([
  'battery.json',
  'typescript.json',
  'python-variants.json',
  'python-fresh.json',
  'typescript-variants.json',
  'typescript-fresh.json'
])('finds the edges of %s, and few that are not there', file => {
  const { recall, precision, forbidden, unsound } = score(file);
  expect({ recall, unsound }).toSatisfy(() => recall >= 0.98);
  expect(precision).toBeGreaterThanOrEqual(0.99);
  expect(forbidden).toBe(0);
});
