// A notebook that another tool's marks already cut into steps works as it is, without an import.
import type { AnalysisService } from '../../analysis/service.ts';
import { cellIntent, type Notebook } from '../../contract/notebook.ts';
import { isKale, readKale } from './kale.ts';
import { withReading } from './reading.ts';

/** The notebook with steps of ours where it has only Kale's; any other as it is. */
export function readMarks(notebook: Notebook, analysis: AnalysisService): Notebook {
  const isOurs = notebook.cells.some(cell => cellIntent(cell).step !== undefined);
  if (isOurs || !isKale(notebook)) return notebook;
  return withReading(notebook, readKale(notebook, computesIn(notebook, analysis)));
}

export function computesIn(
  notebook: Notebook,
  analysis: AnalysisService
): (cell: number) => boolean {
  const roles = new Map(analysis.analyze(notebook).cells.map(({ index, role }) => [index, role]));
  return cell => roles.get(cell) === 'code';
}
