// With evidence: every required edge of every entry that can be executed, and no forbidden one.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type AnalysisService,
  analyzeWithEvidence,
  createAnalysisService
} from '../../../server/analysis/service.ts';
import { Notebook } from '../../../server/contract/notebook.ts';
import { REPOSITORY } from '../../support/server.ts';

type Pair = [number, number];
interface Entry {
  id: string;
  title: string;
  mode: string;
  needs?: string[];
  cells: string[];
  cellMeta?: Record<string, Record<string, unknown>>;
  expect: { edges?: Pair[]; notEdges?: Pair[] };
}

const entriesOf = (file: string) =>
  JSON.parse(readFileSync(join(REPOSITORY, 'test/fixtures/battery', file), 'utf8')) as Entry[];
/** What the lock file does not install. */
const ABSENT = new Set(['seaborn', 'statsmodels']);
const runs = (entry: Entry) =>
  entry.mode !== 'static' && !entry.needs?.some(each => ABSENT.has(each));
/** Of our own set, those with state that the source does not show, and some of the others. */
const fresh = entriesOf('python-fresh.json').filter(
  ({ id }, at) => id.startsWith('r') || at % 12 === 0
);

let analysis: AnalysisService;
let folder: string;
beforeAll(async () => {
  analysis = await createAnalysisService();
  folder = mkdtempSync(join(tmpdir(), 'battery-evidence-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function reached(edges: { from: number; to: number }[]): Set<string> {
  const found = new Set<string>();
  for (const start of new Set(edges.map(({ from }) => from))) {
    const seen = new Set([start]);
    for (const node of seen)
      for (const { from, to } of edges)
        if (from === node) {
          seen.add(to);
          found.add(`${start}>${to}`);
        }
  }
  return found;
}

test.each([...entriesOf('battery.json').filter(runs), ...fresh])('$id $title', async entry => {
  const notebook = Notebook.parse({
    nbformat: 4,
    metadata: {},
    cells: entry.cells.map((source, index) => ({
      cell_type: 'code',
      source,
      metadata: entry.cellMeta?.[index] ?? {}
    }))
  });
  const { edges, replicatedEdges = [] } = await analyzeWithEvidence(analysis, notebook, {
    environment: {
      kernel: 'python3',
      language: 'python',
      executable: join(REPOSITORY, '.venv/bin/python'),
      variables: {}
    },
    folder,
    bridge: join(REPOSITORY, 'kernel-bridge/python/stepladder')
  });
  const pairs = reached([...edges, ...replicatedEdges]);
  const named = (list: Pair[] = []) => list.map(([from, to]) => `${from}>${to}`);
  expect(named(entry.expect.edges).filter(each => !pairs.has(each))).toEqual([]);
  expect(named(entry.expect.notEdges).filter(each => pairs.has(each))).toEqual([]);
});
