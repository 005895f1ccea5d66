import type { NotebookAnalysis } from '../contract/analysis.ts';
import type { Notebook } from '../contract/notebook.ts';
import { problem } from '../contract/problem.ts';

export interface AnalysisService {
  /** Static: no kernel needed. Syntax errors are findings, not exceptions. */
  analyze(notebook: Notebook): NotebookAnalysis;
}

export async function createAnalysisService(): Promise<AnalysisService> {
  return {
    analyze() {
      throw problem('internal', 'analysis is not built yet');
    }
  };
}
