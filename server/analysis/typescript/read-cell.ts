// One TypeScript cell, read: what it does, its outline, what is wrong with it.
import type TS from 'typescript';
import type { Parameter } from '../../contract/analysis.ts';
import { mentionsOf } from '../interpret/free-names.ts';
import type { Fault, ReadCell } from '../read-cell.ts';
import { ts } from './compiler.ts';
import { lowerTypeScript } from './lower.ts';
import { outlineOf, parseTypeScript } from './outline.ts';

export function readTypeScriptCell(source: string): ReadCell {
  const file = parseTypeScript(source);
  const program = lowerTypeScript(file);
  return {
    program,
    isolated: false,
    mentions: mentionsOf(program),
    outline: outlineOf(file),
    magics: [],
    faults: faultsOf(file),
    parameters: parametersOf(file)
  };
}

/** The parser's own complaints: they need no types, hence no program. */
export function faultsOf(file: TS.SourceFile): Fault[] {
  const { parseDiagnostics } = file as unknown as { parseDiagnostics: TS.DiagnosticWithLocation[] };
  return parseDiagnostics.slice(0, 3).map(each => ({
    line: file.getLineAndCharacterOfPosition(each.start).line + 1,
    message: ts.flattenDiagnosticMessageText(each.messageText, '\n'),
    remedy: 'Correct the line; the other cells are analysed without it.'
  }));
}

function parametersOf(file: TS.SourceFile): Omit<Parameter, 'cell'>[] {
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

function typeOf(node: TS.Expression): Parameter['type'] {
  if (ts.isPrefixUnaryExpression(node)) return typeOf(node.operand);
  if (ts.isNumericLiteral(node)) return /[.e]/i.test(node.getText()) ? 'float' : 'int';
  if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) return 'str';
  if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword)
    return 'bool';
  return node.kind === ts.SyntaxKind.NullKeyword ? 'none' : 'other';
}
