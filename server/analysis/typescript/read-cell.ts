// One TypeScript cell, read: what it does, its outline, what is wrong with it. Cells that stay the same are read once.
import ts from 'typescript';
import type { Parameter } from '../../contract/analysis.ts';
import { mentionsOf } from '../interpret/free-names.ts';
import type { Program } from '../interpret/ir.ts';
import type { Outline } from '../outline.ts';
import type { Magic } from '../python/magics.ts';
import type { Fault } from '../python/syntax-faults.ts';
import { lowerTypeScript } from './lower.ts';
import { outlineTypeScript, parseTypeScript } from './outline.ts';

export interface ReadTypeScriptCell {
  program: Program;
  isolated: boolean;
  mentions: Set<string>;
  outline: Outline;
  magics: Magic[];
  faults: Fault[];
  parameters: Omit<Parameter, 'cell'>[];
}

export function readTypeScriptCell(source: string): ReadTypeScriptCell {
  const file = parseTypeScript(source);
  const program = lowerTypeScript(file);
  return {
    program,
    isolated: false,
    mentions: mentionsOf(program),
    outline: outlineTypeScript(source),
    magics: [],
    faults: faultsOf(file),
    parameters: parametersOf(file)
  };
}

/** The parser's own complaints: they need no types, hence no program. */
export function faultsOf(file: ts.SourceFile): Fault[] {
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
