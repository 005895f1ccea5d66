// What TypeScript has besides values and classes: types, enums, namespaces, and other names for what is in them.
import type TS from 'typescript';
import type { Expr, Part, Stmt } from '../interpret/ir.ts';
import { ts } from './compiler.ts';
import { memberName } from './lower-classes.ts';
import { lineOf, lowerExpression, typeReads } from './lower-expressions.ts';
import { lowerBlock } from './lower.ts';
import { blockNames, patternNames } from './scopes.ts';

type TypeDeclaration = TS.InterfaceDeclaration | TS.TypeAliasDeclaration;

const isType = (node: TS.Statement): node is TypeDeclaration =>
  ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);

/** Types and classes may be named in types above their declaration, and in their own. */
export function hoistTypes(statements: readonly TS.Statement[]): Stmt[] {
  return statements.flatMap((each): Stmt[] =>
    (isType(each) || ts.isClassDeclaration(each)) && each.name
      ? [{ k: 'type', id: each.name.text, reads: [], line: lineOf(each) }]
      : []
  );
}

/** The name is there already, see `hoistTypes`; what is read is read here. */
export function lowerType(node: TypeDeclaration): Stmt {
  return { k: 'type', id: '', reads: typeReads(node), line: lineOf(node) };
}

/** A member may be given by those before it. */
export function lowerEnum(node: TS.EnumDeclaration): Stmt {
  const line = lineOf(node);
  const names = node.members.map(member => memberName(member.name));
  const members = node.members.map((member, at): Stmt => {
    const value: Expr = member.initializer
      ? lowerExpression(member.initializer)
      : { k: 'const', value: at, line };
    return { k: 'assign', targets: [{ k: 'name', id: names[at]!, line }], value, line };
  });
  return objectOf(node.name.text, names, members, new Set(names), line);
}

/** An object of what the namespace exports, made in a scope that its functions go on seeing. */
export function lowerNamespace(node: TS.ModuleDeclaration): Stmt[] {
  const line = lineOf(node);
  const { body } = node;
  if (!body || !ts.isIdentifier(node.name)) return [];
  if (ts.isModuleDeclaration(body)) {
    // `namespace A.B { }`
    const inner = lowerNamespace(body);
    const name = memberName(body.name);
    return [objectOf(node.name.text, [name], inner, new Set([name]), line)];
  }
  if (!ts.isModuleBlock(body)) return [];
  const locals = blockNames(body.statements);
  for (const each of body.statements)
    if (ts.isModuleDeclaration(each)) locals.add(memberName(each.name));
  const exported = body.statements.flatMap(exportedNames);
  return [objectOf(node.name.text, exported, lowerBlock(body.statements), locals, line)];
}

function objectOf(
  id: string,
  names: string[],
  before: Stmt[],
  locals: Set<string>,
  line: number
): Stmt {
  const parts = names.map((name): Part => ({
    key: { k: 'const', value: name, line },
    value: { k: 'name', id: name, line }
  }));
  const value: Expr = { k: 'make', kind: 'object', parts, line };
  const assigned: Stmt = { k: 'assign', targets: [{ k: 'name', id, line }], value, line };
  return { k: 'block', locals, body: [...before, assigned], line };
}

function exportedNames(statement: TS.Statement): string[] {
  const isExported =
    ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  if (!isExported) return [];
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) => patternNames(name));
  if (
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isModuleDeclaration(statement)
  )
    return statement.name ? [statement.name.text] : [];
  return [];
}

/** `import fs = require('fs')`, `import Unit = Geo.Unit`. */
export function lowerImportEquals(node: TS.ImportEqualsDeclaration): Stmt[] {
  const line = lineOf(node);
  const { moduleReference: from, name } = node;
  if (!ts.isExternalModuleReference(from))
    return [
      {
        k: 'assign',
        targets: [{ k: 'name', id: name.text, line }],
        value: lowerEntity(from, line),
        line
      }
    ];
  return ts.isStringLiteral(from.expression)
    ? [{ k: 'import', names: [{ module: from.expression.text, as: name.text }], line }]
    : [];
}

function lowerEntity(name: TS.EntityName, line: number): Expr {
  return ts.isIdentifier(name)
    ? { k: 'name', id: name.text, line }
    : { k: 'attr', of: lowerEntity(name.left, line), name: name.right.text, line };
}
