// TypeScript's expressions in the forms that the interpreter evaluates.
import type TS from 'typescript';
import type { Arg, Expr, Part } from '../interpret/ir.ts';
import { ts } from './compiler.ts';
import { computedName, lowerClass, memberName } from './lower-classes.ts';
import { lowerFunction, lowerTarget } from './lower.ts';

export function lineOf(node: TS.Node): number {
  const file = node.getSourceFile();
  return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
}

const UPDATES = new Map<TS.SyntaxKind, string>([
  [ts.SyntaxKind.PlusEqualsToken, '+'],
  [ts.SyntaxKind.MinusEqualsToken, '-'],
  [ts.SyntaxKind.AsteriskEqualsToken, '*'],
  [ts.SyntaxKind.SlashEqualsToken, '/'],
  [ts.SyntaxKind.PercentEqualsToken, '%'],
  [ts.SyntaxKind.AsteriskAsteriskEqualsToken, '**'],
  [ts.SyntaxKind.AmpersandEqualsToken, '&'],
  [ts.SyntaxKind.BarEqualsToken, '|'],
  [ts.SyntaxKind.CaretEqualsToken, '^'],
  [ts.SyntaxKind.LessThanLessThanEqualsToken, '<<'],
  [ts.SyntaxKind.GreaterThanGreaterThanEqualsToken, '>>'],
  [ts.SyntaxKind.GreaterThanGreaterThanGreaterThanEqualsToken, '>>>'],
  [ts.SyntaxKind.BarBarEqualsToken, '||'],
  [ts.SyntaxKind.AmpersandAmpersandEqualsToken, '&&'],
  [ts.SyntaxKind.QuestionQuestionEqualsToken, '??']
]);

const EITHER = new Set([
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.QuestionQuestionToken
]);

export function lowerExpression(node: TS.Expression): Expr {
  const line = lineOf(node);
  if (ts.isIdentifier(node))
    return node.text === 'undefined'
      ? { k: 'const', value: null, line }
      : { k: 'name', id: node.text, line };
  if (node.kind === ts.SyntaxKind.ThisKeyword) return { k: 'name', id: 'this', line };
  if (node.kind === ts.SyntaxKind.SuperKeyword) return { k: 'name', id: 'super', line };
  if (ts.isStringLiteralLike(node)) return { k: 'const', value: node.text, line };
  if (ts.isNumericLiteral(node)) return { k: 'const', value: Number(node.text), line };
  if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword)
    return { k: 'const', value: node.kind === ts.SyntaxKind.TrueKeyword, line };
  if (node.kind === ts.SyntaxKind.NullKeyword) return { k: 'const', value: null, line };
  if (ts.isRegularExpressionLiteral(node)) return { k: 'make', kind: 'regex', parts: [], line };
  if (ts.isTemplateExpression(node))
    return {
      k: 'text',
      line,
      parts: [
        { k: 'const', value: node.head.text, line },
        ...node.templateSpans.flatMap((span): Expr[] => [
          lowerExpression(span.expression),
          { k: 'const', value: span.literal.text, line }
        ])
      ]
    };
  if (ts.isTaggedTemplateExpression(node))
    return {
      k: 'call',
      callee: lowerExpression(node.tag),
      args: [{ value: lowerExpression(node.template) }],
      line
    };
  if (ts.isPropertyAccessExpression(node))
    return { k: 'attr', of: lowerExpression(node.expression), name: node.name.text, line };
  if (ts.isElementAccessExpression(node)) return lowerElement(node, line);
  if (ts.isCallExpression(node)) return lowerCall(node, line);
  if (ts.isNewExpression(node))
    return {
      k: 'call',
      callee: lowerExpression(node.expression),
      args: (node.arguments ?? []).map(lowerArg),
      isNew: true,
      line
    };
  if (ts.isArrayLiteralExpression(node))
    return {
      k: 'make',
      kind: 'list',
      line,
      parts: node.elements
        .filter(each => !ts.isOmittedExpression(each))
        .map(each =>
          ts.isSpreadElement(each)
            ? { value: lowerExpression(each.expression), spread: true }
            : { value: lowerExpression(each) }
        )
    };
  if (ts.isObjectLiteralExpression(node))
    return { k: 'make', kind: 'object', parts: node.properties.flatMap(lowerProperty), line };
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node))
    return { k: 'function', def: lowerFunction(node), line };
  if (ts.isClassExpression(node)) return { k: 'class', def: lowerClass(node), line };
  if (ts.isConditionalExpression(node))
    return {
      k: 'either',
      parts: [lowerExpression(node.whenTrue), lowerExpression(node.whenFalse)],
      test: lowerExpression(node.condition),
      line
    };
  if (ts.isBinaryExpression(node)) return lowerBinary(node, line);
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node))
    return lowerUnary(node, line);
  if (ts.isDeleteExpression(node))
    return { k: 'remove', target: lowerTarget(node.expression), line };
  if (ts.isYieldExpression(node))
    return { k: 'yield', of: node.expression && lowerExpression(node.expression), line };
  if (
    ts.isSpreadElement(node) ||
    ts.isAwaitExpression(node) ||
    ts.isParenthesizedExpression(node) ||
    ts.isNonNullExpression(node)
  )
    return lowerExpression(node.expression);
  if (
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isTypeAssertionExpression(node)
  ) {
    const types = typeReads(node.type);
    const value = lowerExpression(node.expression);
    return types.length
      ? { k: 'either', parts: [value], test: { k: 'op', op: 'type', parts: types, line }, line }
      : value;
  }
  if (ts.isTypeOfExpression(node) || ts.isVoidExpression(node))
    return { k: 'op', op: 'not', parts: [lowerExpression(node.expression)], line };
  return { k: 'op', op: 'nothing', parts: [], line };
}

function lowerElement(node: TS.ElementAccessExpression, line: number): Expr {
  const wellKnown = computedName(node.argumentExpression);
  if (wellKnown?.startsWith('__'))
    return { k: 'attr', of: lowerExpression(node.expression), name: wellKnown, line };
  return {
    k: 'item',
    of: lowerExpression(node.expression),
    index: lowerExpression(node.argumentExpression),
    slice: false,
    line
  };
}

function lowerCall(node: TS.CallExpression, line: number): Expr {
  const callee: Expr =
    node.expression.kind === ts.SyntaxKind.ImportKeyword
      ? { k: 'name', id: 'require', line }
      : lowerExpression(node.expression);
  return { k: 'call', callee, args: node.arguments.map(lowerArg), line };
}

function lowerArg(node: TS.Expression): Arg {
  return ts.isSpreadElement(node)
    ? { value: lowerExpression(node.expression), spread: true }
    : { value: lowerExpression(node) };
}

function lowerProperty(node: TS.ObjectLiteralElementLike): Part[] {
  const line = lineOf(node);
  if (ts.isSpreadAssignment(node))
    return [{ value: lowerExpression(node.expression), spread: true }];
  const key: Expr =
    node.name && ts.isComputedPropertyName(node.name)
      ? lowerExpression(node.name.expression)
      : { k: 'const', value: node.name ? memberName(node.name) : '', line };
  if (ts.isPropertyAssignment(node)) return [{ key, value: lowerExpression(node.initializer) }];
  if (ts.isShorthandPropertyAssignment(node))
    return [{ key, value: { k: 'name', id: node.name.text, line } }];
  return node.body ? [{ key, value: { k: 'function', def: lowerFunction(node), line } }] : [];
}

function lowerBinary(node: TS.BinaryExpression, line: number): Expr {
  const { kind } = node.operatorToken;
  const value = lowerExpression(node.right);
  if (kind === ts.SyntaxKind.EqualsToken)
    return { k: 'assign', target: lowerTarget(node.left), value, line };
  const update = UPDATES.get(kind);
  if (update) return { k: 'update', target: lowerTarget(node.left), op: update, value, line };
  const left = lowerExpression(node.left);
  if (EITHER.has(kind)) return { k: 'either', parts: [left, value], line };
  if (kind === ts.SyntaxKind.CommaToken) return { k: 'either', parts: [value], test: left, line };
  return {
    k: 'op',
    op: kind === ts.SyntaxKind.PlusToken ? '+' : 'compare',
    parts: [left, value],
    line
  };
}

function lowerUnary(
  node: TS.PrefixUnaryExpression | TS.PostfixUnaryExpression,
  line: number
): Expr {
  if (
    node.operator === ts.SyntaxKind.PlusPlusToken ||
    node.operator === ts.SyntaxKind.MinusMinusToken
  )
    return {
      k: 'update',
      target: lowerTarget(node.operand),
      op: '-',
      value: { k: 'const', value: 1, line },
      line
    };
  return { k: 'op', op: 'compare', parts: [lowerExpression(node.operand)], line };
}

/** Names that a type refers to: types of other cells, and values behind `typeof`. */
export function typeReads(node: TS.Node): Expr[] {
  const reads: Expr[] = [];
  const own = new Set<string>();
  const walk = (each: TS.Node): void => {
    if (ts.isTypeParameterDeclaration(each)) own.add(each.name.text);
    const name = ts.isTypeReferenceNode(each)
      ? each.typeName
      : ts.isTypeQueryNode(each)
        ? each.exprName
        : ts.isExpressionWithTypeArguments(each)
          ? each.expression
          : undefined;
    const root = name && rootName(name);
    if (root && !own.has(root)) reads.push({ k: 'name', id: root, line: lineOf(each) });
    ts.forEachChild(each, walk);
  };
  walk(node);
  return reads;
}

function rootName(name: TS.EntityName | TS.Expression): string | undefined {
  if (ts.isIdentifier(name)) return name.text;
  if (ts.isQualifiedName(name)) return rootName(name.left);
  return ts.isPropertyAccessExpression(name) ? rootName(name.expression) : undefined;
}
