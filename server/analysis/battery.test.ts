// How often the static answer is right: two batteries that somebody else made, and variants of our own.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Notebook } from '../contract/notebook.ts';
import { createAnalysisService, type AnalysisService } from './service.ts';

type Pair = [number, number];
interface Entry {
  id: string;
  mode: string;
  tags?: string[];
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

interface Counts {
  entries: number;
  required: number;
  found: number;
  inferred: number;
  right: number;
  forbidden: number;
  exact: number;
}

const none = (): Counts => ({
  entries: 0,
  required: 0,
  found: 0,
  inferred: 0,
  right: 0,
  forbidden: 0,
  exact: 0
});

function countsOf(entry: Entry): Counts {
  const { edges = [], mayEdges = [], importEdges = [], notEdges = [] } = entry.expect;
  const inferred = edgesOf(entry);
  const reached = closure(inferred);
  const allowed = closure([...edges, ...mayEdges, ...importEdges]);
  const found = edges.filter(edge => reached.has(key(edge))).length;
  const right = inferred.filter(edge => allowed.has(key(edge))).length;
  const forbidden = notEdges.filter(edge => reached.has(key(edge))).length;
  const exact = found === edges.length && right === inferred.length && forbidden === 0;
  return {
    entries: 1,
    required: edges.length,
    found,
    inferred: inferred.length,
    right,
    forbidden,
    exact: exact ? 1 : 0
  };
}

function score(file: string) {
  const url = new URL(`../../test/fixtures/battery/${file}`, import.meta.url);
  const entries = JSON.parse(readFileSync(url, 'utf8')) as Entry[];
  const unsound: string[] = [];
  const total = none();
  for (const entry of entries) {
    const counts = countsOf(entry);
    if (counts.found < counts.required || counts.forbidden > 0) unsound.push(entry.id);
    const language = entry.mode === 'tslab' ? 'TypeScript' : 'Python';
    for (const tag of new Set([`all ${language}`, ...(entry.tags ?? [])])) {
      const sum = byTag.get(tag) ?? none();
      add(sum, counts);
      byTag.set(tag, sum);
    }
    add(total, counts);
  }
  return {
    recall: total.found / total.required,
    precision: total.right / total.inferred,
    forbidden: total.forbidden,
    unsound
  };
}

const byTag = new Map<string, Counts>();

function add(sum: Counts, more: Counts): void {
  for (const each of Object.keys(sum) as (keyof Counts)[]) sum[each] += more[each];
}

/** Recall, precision and exact entries of every tag; `bench/RESULTS.md` keeps it. */
function tableByTag(): string {
  const share = (part: number, of: number) => (of ? `${((100 * part) / of).toFixed(1)} %` : '–');
  const rows = [...byTag]
    .filter(([, { entries }]) => entries >= FEWEST)
    .sort(([a, one], [b, other]) => other.entries - one.entries || (a < b ? -1 : 1))
    .map(
      ([tag, { entries, required, found, inferred, right, exact }]) =>
        `| ${tag} | ${entries} | ${share(found, required)} | ${share(right, inferred)} | ${exact} |`
    );
  return ['| tag | entries | recall | precision | exact |', '|---|---|---|---|---|', ...rows].join(
    '\n'
  );
}

/** Tags of fewer entries say little. */
const FEWEST = 5;

afterAll(() => console.info(`${tableByTag()}\n`));

test.each([
  'battery.json',
  'typescript.json',
  'python-variants.json',
  'python-fresh.json',
  'python-unseen.json',
  'typescript-variants.json',
  'typescript-fresh.json',
  'typescript-unseen.json',
  'typescript-forms.json'
])('finds the edges of %s, and few that are not there', file => {
  const { recall, precision, forbidden, unsound } = score(file);
  expect({ recall, unsound }).toSatisfy(() => recall >= 0.98);
  expect(precision).toBeGreaterThanOrEqual(0.99);
  expect(forbidden).toBe(0);
});
