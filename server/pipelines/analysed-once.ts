// A notebook that is asked about twice in a row, for its steps and for its cells, is analysed once.
import type { AnalysisService } from '../analysis/service.ts';
import type { NotebookAnalysis } from '../contract/analysis.ts';
import type { Notebook } from '../contract/notebook.ts';

/** Of the notebooks that are open and edited at the same time. */
const MOST = 4;

export function analysedOnce(analysis: AnalysisService): AnalysisService {
  const known = new Map<string, NotebookAnalysis>();
  return {
    ...analysis,
    analyze(notebook) {
      const key = keyOf(notebook);
      const found = known.get(key) ?? analysis.analyze(notebook);
      known.delete(key);
      known.set(key, found);
      if (known.size > MOST) known.delete(known.keys().next().value!);
      return found;
    }
  };
}

/** All that an analysis reads: not the outputs, which may be large. */
const keyOf = ({ cells, metadata }: Notebook): string =>
  JSON.stringify([
    cells.map(({ cell_type, source, metadata }) => [cell_type, source, metadata]),
    metadata
  ]);
