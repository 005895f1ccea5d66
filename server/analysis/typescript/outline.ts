// The same questions as for Python cells, asked of TypeScript cells with TypeScript's own parser.
import type TS from 'typescript';
import type { Outline, OutlinePart } from '../outline.ts';
import { ts } from './compiler.ts';

export function parseTypeScript(source: string): TS.SourceFile {
  const options = {
    languageVersion: ts.ScriptTarget.ESNext,
    jsDocParsingMode: ts.JSDocParsingMode.ParseNone
  };
  return ts.createSourceFile('cell.ts', source, options, true, ts.ScriptKind.TS);
}

export const outlineTypeScript = (source: string): Outline => outlineOf(parseTypeScript(source));

export function outlineOf(file: TS.SourceFile): Outline {
  return {
    parts: file.statements.map(statement => ({
      ...sortOf(statement),
      fromLine: file.getLineAndCharacterOfPosition(statement.getStart(file)).line + 1,
      toLine: file.getLineAndCharacterOfPosition(statement.getEnd()).line + 1
    }))
  };
}

function sortOf(statement: TS.Statement): Pick<OutlinePart, 'kind' | 'names'> {
  if (ts.isImportDeclaration(statement)) return { kind: 'import', names: importedNames(statement) };
  if (
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isEnumDeclaration(statement)
  )
    return { kind: 'definition', names: statement.name ? [statement.name.text] : [] };
  return { kind: 'other', names: [] };
}

function importedNames(statement: TS.ImportDeclaration): string[] {
  const clause = statement.importClause;
  if (!clause) return [];
  const names = clause.name ? [clause.name.text] : [];
  const bindings = clause.namedBindings;
  if (!bindings) return names;
  if (ts.isNamespaceImport(bindings)) return [...names, bindings.name.text];
  return [...names, ...bindings.elements.map(each => each.name.text)];
}

export function typeScriptModules(source: string): string[] {
  const modules = parseTypeScript(source).statements.flatMap(statement =>
    ts.isImportDeclaration(statement) && ts.isStringLiteral(statement.moduleSpecifier)
      ? [statement.moduleSpecifier.text]
      : []
  );
  return [...new Set(modules)];
}

export function normaliseTypeScript(source: string): string {
  const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });
  return printer.printFile(parseTypeScript(source)).trim();
}
