// Small notebooks for tests, as JupyterLab would save them.
import { writeFileSync } from 'node:fs';

export interface TestCell {
  source: string;
  step?: string;
  /** Which line writes a name that the code leaves open. */
  writers?: Record<string, string>;
  tags?: string[];
  markdown?: boolean;
}

export function makeNotebook(cells: (string | TestCell)[], kernel = 'python3') {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: {
        name: kernel,
        display_name: kernel,
        language: kernel === 'tslab' ? 'typescript' : 'python'
      }
    },
    cells: cells.map((cell, index) => {
      const { source, step, writers, tags, markdown } =
        typeof cell === 'string' ? ({ source: cell } as TestCell) : cell;
      const intent = { ...(step ? { step } : {}), ...(writers ? { writers } : {}) };
      const metadata = {
        ...(tags ? { tags } : {}),
        ...(step || writers ? { stepladder: intent } : {})
      };
      const common = { id: `cell-${index}`, metadata, source };
      return markdown
        ? { ...common, cell_type: 'markdown' }
        : { ...common, cell_type: 'code', execution_count: null, outputs: [] };
    })
  };
}

export function saveNotebook(path: string, cells: (string | TestCell)[], kernel?: string): string {
  writeFileSync(path, `${JSON.stringify(makeNotebook(cells, kernel), null, 1)}\n`);
  return path;
}
