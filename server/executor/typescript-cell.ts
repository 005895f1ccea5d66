// A TypeScript cell as a function over one object of exports, as tslab has it: what a cell declares, later cells see.
import ts from 'typescript';
import { cellFile, LAST_VALUE } from './typescript-names.ts';

/**
 * @param shows whether what the last line is worth is kept as `exports.tsLastExpr`, as tslab has it
 * @returns JavaScript whose value is `async (exports, require) => …`, with a source map that leads back to the cell. */
export function compileCell(source: string, cell: number, shows = false): string {
  const { outputText } = ts.transpileModule(exportDeclarations(source, shows), {
    fileName: cellFile(cell),
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
      esModuleInterop: true,
      inlineSourceMap: true,
      verbatimModuleSyntax: false
    }
  });
  const map = outputText.lastIndexOf('//# sourceMappingURL=');
  // Not strict: a cell may give a new value to a name that an earlier cell declared, in a process that never ran that cell.
  const code = outputText
    .slice(0, map)
    .replace(/^"use strict";/, found => ' '.repeat(found.length));
  // On the first line, so that the map's lines stay right.
  return `(async function (exports, require) {${code}})\n${outputText.slice(map)}`;
}

/** Adds `export` before top-level declarations, and exports what is imported; lines stay where they are. */
function exportDeclarations(source: string, shows: boolean): string {
  const file = ts.createSourceFile(
    'cell.ts',
    source,
    ts.ScriptTarget.ESNext,
    true,
    ts.ScriptKind.TS
  );
  const added: [number, string][] = [];
  const last = shows ? file.statements.at(-1) : undefined;
  if (last && ts.isExpressionStatement(last))
    added.push(
      [last.expression.getStart(file), `exports.${LAST_VALUE} = (`],
      [last.expression.getEnd(), ')']
    );
  const imported: string[] = [];
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement)) imported.push(...importedNames(statement));
    else if (isDeclaration(statement) && !hasModifier(statement))
      added.push([statement.getStart(file), 'export ']);
  }
  let text = source;
  for (const [position, words] of added.sort(([a], [b]) => b - a))
    text = `${text.slice(0, position)}${words}${text.slice(position)}`;
  return `${text}\nexport { ${imported.join(', ')} };`;
}

function isDeclaration(statement: ts.Statement): boolean {
  return (
    ts.isVariableStatement(statement) ||
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement)
  );
}

function hasModifier(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  const said = [ts.SyntaxKind.ExportKeyword, ts.SyntaxKind.DeclareKeyword];
  return modifiers.some(({ kind }) => said.includes(kind));
}

function importedNames({ importClause }: ts.ImportDeclaration): string[] {
  if (!importClause || importClause.isTypeOnly) return [];
  const names = importClause.name ? [importClause.name.text] : [];
  const bindings = importClause.namedBindings;
  if (!bindings) return names;
  if (ts.isNamespaceImport(bindings)) return [...names, bindings.name.text];
  return [
    ...names,
    ...bindings.elements.filter(each => !each.isTypeOnly).map(each => each.name.text)
  ];
}
