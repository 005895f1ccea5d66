import { expect, test } from 'vitest';
import type { AnalysisService } from '../analysis/service.ts';
import type { Notebook } from '../contract/notebook.ts';
import { analysedOnce } from './analysed-once.ts';

const notebook = (source: string, more: object = {}): Notebook => ({
  cells: [{ cell_type: 'code', source, metadata: {}, ...more }],
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5
});

test('the same code is analysed once, whatever it printed; other code or intent is not', () => {
  const analysed: Notebook[] = [];
  const { analyze } = analysedOnce({
    analyze: (notebook: Notebook) => {
      analysed.push(notebook);
      return { cells: [], edges: [], findings: [] };
    }
  } as unknown as AnalysisService);
  const first = analyze(notebook('a = 1'));
  expect(analyze(notebook('a = 1', { outputs: ['1'] }))).toBe(first);
  analyze(notebook('a = 2'));
  analyze(notebook('a = 1', { metadata: { stepladder: { writers: { x: '*' } } } }));
  expect(analysed).toHaveLength(3);
  // Of those that nobody asks for any more nothing is kept.
  for (const source of ['b', 'c', 'd', 'e']) analyze(notebook(source));
  analyze(notebook('a = 1'));
  expect(analysed).toHaveLength(8);
});
