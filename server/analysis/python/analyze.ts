// A Python notebook, analysed from its source.
import type { NotebookAnalysis } from '../../contract/analysis.ts';
import { cellSource, cellTags, type Notebook } from '../../contract/notebook.ts';
import { assemble, type CellShape } from '../assemble.ts';
import { findingsOf } from '../findings.ts';
import { choicesIn } from '../interpret/ambiguity.ts';
import type { Knowledge } from '../interpret/knowledge.ts';
import { interpretNotebook } from '../interpret/notebook.ts';
import type { ReadCell } from '../read-cell.ts';
import { roleOf, setupLines } from '../roles.ts';
import type { PythonDialect } from './dialect.ts';

export type ReadPython = (source: string) => ReadCell;

export function analyzePython(
  notebook: Notebook,
  read: ReadPython,
  dialect: PythonDialect,
  knowledge: Knowledge
): NotebookAnalysis {
  const code = notebook.cells.flatMap((cell, index) =>
    cell.cell_type === 'code'
      ? [{ index, tags: cellTags(cell), choices: choicesIn(cell), ...read(cellSource(cell)) }]
      : []
  );
  const setups = setupLines(
    code.map(cell => cell.program),
    knowledge
  );
  const roles = new Map(
    code.map((cell, at) => [
      cell.index,
      roleOf(cell.outline, cell.program, cell.tags, setups[at] ?? (() => false))
    ])
  );
  const shapes = notebook.cells.map((_, index): CellShape => ({
    index,
    role: roles.get(index) ?? 'markdown'
  }));
  const found = interpretNotebook(code, dialect, knowledge);
  return {
    language: 'python',
    ...assemble(shapes, found),
    parameters: code.flatMap(({ index, tags, parameters }) =>
      tags.includes('parameters') ? parameters.map(each => ({ ...each, cell: index })) : []
    ),
    findings: findingsOf(code, found, dialect.aliases),
    ambiguities: found.ambiguities
  };
}
