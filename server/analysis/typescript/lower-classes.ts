// TypeScript's classes: fields and constructor become one constructor, accessors become properties.
import type TS from 'typescript';
import type { Class, Expr, Stmt } from '../interpret/ir.ts';
import { ts } from './compiler.ts';
import { lineOf, lowerExpression } from './lower-expressions.ts';
import { lowerBlock, lowerFunction } from './lower.ts';

export function lowerClass(node: TS.ClassLikeDeclaration): Class {
  const body: Stmt[] = [];
  const fields: Stmt[] = [];
  const self: Expr = { k: 'name', id: 'this', line: lineOf(node) };
  let constructor: TS.ConstructorDeclaration | undefined;
  for (const member of node.members) {
    const line = lineOf(member);
    const isStatic =
      ts.canHaveModifiers(member) &&
      (ts.getModifiers(member) ?? []).some(each => each.kind === ts.SyntaxKind.StaticKeyword);
    if (ts.isConstructorDeclaration(member) && member.body) constructor = member;
    else if (ts.isPropertyDeclaration(member)) {
      const name = memberName(member.name);
      for (const decorator of decoratorsOf(member))
        body.push({ k: 'expr', value: { k: 'call', callee: decorator, args: [], line }, line });
      const value: Expr = member.initializer
        ? lowerExpression(member.initializer)
        : { k: 'const', value: null, line };
      if (isStatic)
        body.push({ k: 'assign', targets: [{ k: 'name', id: name, line }], value, line });
      else if (member.initializer)
        fields.push({ k: 'assign', targets: [{ k: 'attr', of: self, name, line }], value, line });
    } else if ((ts.isMethodDeclaration(member) || ts.isGetAccessor(member)) && member.body) {
      const mark: Expr[] = ts.isGetAccessor(member) ? [{ k: 'name', id: '@property', line }] : [];
      body.push({
        k: 'def',
        def: { ...lowerFunction(member), name: memberName(member.name) },
        decorators: [...mark, ...decoratorsOf(member)],
        line
      });
    } else if (ts.isSetAccessor(member) && member.body)
      body.push({
        k: 'def',
        def: { ...lowerFunction(member), name: `${memberName(member.name)}.setter` },
        decorators: [],
        line
      });
    else if (ts.isClassStaticBlockDeclaration(member))
      body.push(...lowerBlock(member.body.statements));
  }
  const extended = (node.heritageClauses ?? [])
    .filter(each => each.token === ts.SyntaxKind.ExtendsKeyword)
    .flatMap(each => each.types);
  if (constructor || fields.length)
    body.push(lowerConstructor(constructor, fields, extended.length > 0, lineOf(node)));
  return {
    line: lineOf(node),
    name: node.name?.text ?? '',
    keywords: [],
    body,
    globals: new Set(),
    bases: extended.map(each => lowerExpression(each.expression)),
    locals: new Set(
      body.flatMap(each =>
        each.k === 'def'
          ? [each.def.name]
          : each.k === 'assign'
            ? each.targets.flatMap(target => (target.k === 'name' ? [target.id] : []))
            : []
      )
    )
  };
}

/** Fields with a value are set before the constructor's own body, after the base class has been built. */
function lowerConstructor(
  node: TS.ConstructorDeclaration | undefined,
  fields: Stmt[],
  derived: boolean,
  line: number
): Stmt {
  const own = node ? lowerFunction(node) : undefined;
  const properties = (node?.parameters ?? []).flatMap((each): Stmt[] =>
    (ts.getModifiers(each) ?? []).length && ts.isIdentifier(each.name)
      ? [
          {
            k: 'assign',
            line,
            value: { k: 'name', id: each.name.text, line },
            targets: [
              { k: 'attr', of: { k: 'name', id: 'this', line }, name: each.name.text, line }
            ]
          }
        ]
      : []
  );
  const superCall: Stmt[] =
    derived && !node
      ? [
          {
            k: 'expr',
            line,
            value: { k: 'call', callee: { k: 'name', id: 'super', line }, args: [], line }
          }
        ]
      : [];
  return {
    k: 'def',
    line,
    decorators: [],
    def: {
      line,
      name: '__init__',
      params: own?.params ?? [],
      locals: own?.locals ?? new Set(),
      globals: new Set(),
      eager: [],
      generator: false,
      lateDefaults: true,
      body: [...superCall, ...fields, ...properties, ...(own?.body ?? [])]
    }
  };
}

export function decoratorsOf(node: TS.Node): Expr[] {
  if (!ts.canHaveDecorators(node)) return [];
  return (ts.getDecorators(node) ?? []).map(({ expression }) => lowerExpression(expression));
}

/** Where the language looks for them itself. */
const WELL_KNOWN: Record<string, string> = {
  'Symbol.iterator': '__iter__',
  'Symbol.asyncIterator': '__iter__'
};

/** `[Symbol.iterator]`, `['name']`: as the member that it is. */
export function computedName(node: TS.Expression): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  return ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)
    ? WELL_KNOWN[`${node.expression.text}.${node.name.text}`]
    : undefined;
}

export function memberName(name: TS.PropertyName): string {
  if (ts.isComputedPropertyName(name)) return computedName(name.expression) ?? '[]';
  return ts.isIdentifier(name) ||
    ts.isStringLiteral(name) ||
    ts.isPrivateIdentifier(name) ||
    ts.isNumericLiteral(name)
    ? name.text
    : '[]';
}
