// A TypeScript notebook, analysed from its source: the same interpreter, another language in front of it.
import { readFileSync } from 'node:fs';
import type { NotebookAnalysis } from '../../contract/analysis.ts';
import { cellSource, cellTags, type Notebook } from '../../contract/notebook.ts';
import { assemble, type CellShape } from '../assemble.ts';
import { assets } from '../assets.ts';
import { findingsOf } from '../findings.ts';
import { choicesIn } from '../interpret/ambiguity.ts';
import type { Knowledge } from '../interpret/knowledge.ts';
import type { Dialect } from '../interpret/machine.ts';
import { interpretNotebook } from '../interpret/notebook.ts';
import type { ReadCell } from '../read-cell.ts';
import { roleOf } from '../roles.ts';
import { lowerTypeScript } from './lower.ts';
import { parseTypeScript } from './outline.ts';
import { faultsOf } from './read-cell.ts';

export function createTypeScriptDialect(): Dialect {
  const { builtins } = JSON.parse(readFileSync(assets.typescriptKnowledge(), 'utf8')) as {
    builtins: string[];
  };
  return {
    language: 'typescript',
    builtins: new Set(builtins),
    lowerText(source) {
      const file = parseTypeScript(source);
      return faultsOf(file).length ? undefined : lowerTypeScript(file);
    },
    localModule: module =>
      module.startsWith('.')
        ? ['.ts', '.js', '/index.ts', ''].map(end => module.replace(/^\.\//, '') + end)
        : [],
    isStandard: () => true
  };
}

export function analyzeTypeScript(
  notebook: Notebook,
  read: (source: string) => ReadCell,
  dialect: Dialect,
  knowledge: Knowledge
): NotebookAnalysis {
  const code = notebook.cells.flatMap((cell, index) =>
    cell.cell_type === 'code'
      ? [{ index, tags: cellTags(cell), choices: choicesIn(cell), ...read(cellSource(cell)) }]
      : []
  );
  const roles = new Map(
    code.map(cell => [cell.index, roleOf(cell.outline, cell.program, cell.tags, () => false)])
  );
  const shapes = notebook.cells.map((_, index): CellShape => ({
    index,
    role: roles.get(index) ?? 'markdown'
  }));
  const found = interpretNotebook(code, dialect, knowledge);
  return {
    language: 'typescript',
    ...assemble(shapes, found),
    parameters: code.flatMap(({ index, tags, parameters }) =>
      tags.includes('parameters') ? parameters.map(each => ({ ...each, cell: index })) : []
    ),
    findings: findingsOf(code, found, {}),
    ambiguities: found.ambiguities
  };
}
