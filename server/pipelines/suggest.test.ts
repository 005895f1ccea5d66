// Suggested steps: as many as can be taken in at a glance, cut where the notebook itself has its joints.
import { beforeAll, expect, test } from 'vitest';
import { type AnalysisService, createAnalysisService } from '../analysis/service.ts';
import { Notebook } from '../contract/notebook.ts';
import { suggestSteps } from './suggest.ts';

let analysis: AnalysisService;
beforeAll(async () => void (analysis = await createAnalysisService()));

/** Lines that begin with # are markdown cells; the others are code. */
function suggested(...sources: string[]): [string, number][] {
  const cells = sources.map((source, at) => ({
    cell_type: source.startsWith('#') ? 'markdown' : 'code',
    id: `c${at}`,
    source,
    metadata: {}
  }));
  const notebook = Notebook.parse({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
  const steps = suggestSteps(notebook, analysis.analyze(notebook), analysis.suggestName);
  const counts = new Map<string, number>();
  for (const name of Object.values(steps)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts];
}

const topics = (level: string, count: number, from = 0) =>
  Array.from({ length: count }, (_, at) => [`${level} Topic ${from + at}`, `x${from + at} = 1`]);

test('headings are the steps', () => {
  expect(
    suggested(
      '# Flights',
      '## Load',
      'a = [1]',
      'a += [2]',
      '## Train',
      'm = sum(a)',
      '## Report',
      'print(m)'
    )
  ).toEqual([
    ['load', 2],
    ['train', 1],
    ['report', 1]
  ]);
});

test('what stands above the first heading and says nothing of itself is the set-up', () => {
  expect(suggested('configure()', '# Load', 'a = 1')).toEqual([
    ['setup', 1],
    ['load', 1]
  ]);
});

test('where there are too many, those of a level above are', () => {
  const steps = suggested(
    '# Load',
    ...topics('##', 6).flat(),
    '# Train',
    ...topics('##', 6, 6).flat(),
    '# Report',
    ...topics('##', 6, 12).flat()
  );
  expect(steps).toEqual([
    ['load', 6],
    ['train', 6],
    ['report', 6]
  ]);
});

test('one level with many headings is taken as it is', () => {
  expect(suggested('# Title', ...topics('##', 15).flat())).toHaveLength(15);
});

test('under one heading alone, what the cells do makes the steps', () => {
  expect(
    suggested(
      '# Everything',
      'import pandas as pd',
      'df = pd.read_csv("a.csv")',
      'df.head()',
      'df = df.dropna()',
      'clean = df.drop_duplicates()',
      'model = Model()',
      'model.fit(clean)',
      'guess = model.predict(clean)',
      'score = r2_score(clean, guess)'
    ).map(([name]) => name)
  ).toEqual(['everything', 'clean_df', 'train', 'evaluate_guess']);
});

test('a value that cannot be handed on keeps its cells together', () => {
  expect(
    suggested(
      '# Open',
      'f = open("a.txt")',
      '# Read',
      'text = f.read()',
      '# Count',
      'n = len(text)'
    )
  ).toEqual([
    ['open', 2],
    ['count', 1]
  ]);
});
