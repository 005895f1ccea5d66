// A TypeScript notebook, analysed from its source: the same interpreter, another language in front of it.
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import type { NotebookAnalysis, Parameter } from '../../contract/analysis.ts';
import { cellSource, cellTags, type Notebook } from '../../contract/notebook.ts';
import { assemble, type CellShape } from '../assemble.ts';
import { assets } from '../assets.ts';
import { findingsOf } from '../findings.ts';
import { choicesIn } from '../interpret/ambiguity.ts';
import type { Knowledge } from '../interpret/knowledge.ts';
import type { Dialect } from '../interpret/machine.ts';
import { interpretNotebook } from '../interpret/notebook.ts';
import { roleOf } from '../roles.ts';
import { lowerTypeScript } from './lower.ts';
import { outlineTypeScript, parseTypeScript } from './outline.ts';

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
  dialect: Dialect,
  knowledge: Knowledge
): NotebookAnalysis {
  const code = notebook.cells.flatMap((cell, index) =>
    cell.cell_type === 'code'
      ? [{ index, tags: cellTags(cell), choices: choicesIn(cell), ...readCell(cellSource(cell)) }]
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
    parameters: code.flatMap(({ index, tags, file }) =>
      tags.includes('parameters') ? parametersOf(file).map(each => ({ ...each, cell: index })) : []
    ),
    findings: findingsOf(code, found, {}),
    ambiguities: found.ambiguities
  };
}

function readCell(source: string) {
  const file = parseTypeScript(source);
  return {
    file,
    program: lowerTypeScript(file),
    isolated: false,
    outline: outlineTypeScript(source),
    magics: [],
    faults: faultsOf(file)
  };
}

/** The parser's own complaints: they need no types, hence no program. */
function faultsOf(file: ts.SourceFile) {
  const { parseDiagnostics } = file as unknown as { parseDiagnostics: ts.DiagnosticWithLocation[] };
  return parseDiagnostics.slice(0, 3).map(each => ({
    line: file.getLineAndCharacterOfPosition(each.start).line + 1,
    message: ts.flattenDiagnosticMessageText(each.messageText, '\n'),
    remedy: 'Correct the line; the other cells are analysed without it.'
  }));
}

function parametersOf(file: ts.SourceFile): Omit<Parameter, 'cell'>[] {
  return file.statements.flatMap(statement =>
    !ts.isVariableStatement(statement)
      ? []
      : statement.declarationList.declarations.flatMap(({ name, initializer }) =>
          ts.isIdentifier(name) && initializer
            ? [{ name: name.text, type: typeOf(initializer), source: initializer.getText(file) }]
            : []
        )
  );
}

function typeOf(node: ts.Expression): Parameter['type'] {
  if (ts.isPrefixUnaryExpression(node)) return typeOf(node.operand);
  if (ts.isNumericLiteral(node)) return /[.e]/i.test(node.getText()) ? 'float' : 'int';
  if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) return 'str';
  if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword)
    return 'bool';
  return node.kind === ts.SyntaxKind.NullKeyword ? 'none' : 'other';
}
