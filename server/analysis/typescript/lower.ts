// TypeScript's statements and functions in the forms that the interpreter runs. Types are looked at only for the names they read.
import type TS from 'typescript';
import type { Expr, Func, Handler, Param, Program, Stmt, Target } from '../interpret/ir.ts';
import { ts } from './compiler.ts';
import { decoratorsOf, lowerClass, memberName } from './lower-classes.ts';
import { lineOf, lowerExpression, typeReads } from './lower-expressions.ts';
import {
  hoistTypes,
  lowerEnum,
  lowerImportEquals,
  lowerNamespace,
  lowerType
} from './lower-names.ts';
import { blockNames, functionNames, patternNames } from './scopes.ts';

export function lowerTypeScript(file: TS.SourceFile): Program {
  return { body: lowerBlock(file.statements), displays: false };
}

/** Function declarations are there before the statements around them run. */
function hoisted(statements: TS.Statement[]): TS.Statement[] {
  const functions = statements.filter(ts.isFunctionDeclaration);
  return [...functions, ...statements.filter(each => !ts.isFunctionDeclaration(each))];
}

export function lowerBlock(statements: readonly TS.Statement[]): Stmt[] {
  return [...hoistTypes(statements), ...hoisted([...statements]).flatMap(lowerStatement)];
}

/** A statement in a scope of its own, when it declares anything. */
function scoped(statement: TS.Statement | undefined): Stmt[] {
  if (!statement) return [];
  if (!ts.isBlock(statement)) return lowerStatement(statement);
  const locals = blockNames(statement.statements);
  const body = lowerBlock(statement.statements);
  return locals.size ? [{ k: 'block', locals, body, line: lineOf(statement) }] : body;
}

function lowerStatement(node: TS.Statement): Stmt[] {
  const line = lineOf(node);
  if (ts.isExpressionStatement(node))
    return [{ k: 'expr', value: lowerExpression(node.expression), line }];
  if (ts.isVariableStatement(node)) return lowerDeclarations(node.declarationList);
  if (ts.isFunctionDeclaration(node)) {
    if (!node.body || !node.name) return [];
    return [{ k: 'def', def: lowerFunction(node), decorators: [], line }];
  }
  if (ts.isClassDeclaration(node))
    return [{ k: 'class', def: lowerClass(node), decorators: decoratorsOf(node), line }];
  if (ts.isImportDeclaration(node)) return lowerImport(node);
  if (ts.isImportEqualsDeclaration(node)) return lowerImportEquals(node);
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return [lowerType(node)];
  if (ts.isEnumDeclaration(node)) return [lowerEnum(node)];
  if (ts.isModuleDeclaration(node)) return lowerNamespace(node);
  if (ts.isIfStatement(node))
    return [
      {
        k: 'if',
        test: lowerExpression(node.expression),
        then: scoped(node.thenStatement),
        otherwise: scoped(node.elseStatement),
        line
      }
    ];
  if (ts.isBlock(node)) return scoped(node);
  if (ts.isForOfStatement(node) || ts.isForInStatement(node)) return [lowerForEach(node)];
  if (ts.isForStatement(node)) return [lowerFor(node)];
  if (ts.isWhileStatement(node) || ts.isDoStatement(node))
    return [
      {
        k: 'while',
        test: lowerExpression(node.expression),
        body: scoped(node.statement),
        otherwise: [],
        atLeastOnce: ts.isDoStatement(node),
        line
      }
    ];
  if (ts.isTryStatement(node)) return [lowerTry(node)];
  if (ts.isSwitchStatement(node)) return [lowerSwitch(node)];
  if (ts.isReturnStatement(node))
    return [{ k: 'return', value: node.expression && lowerExpression(node.expression), line }];
  if (ts.isThrowStatement(node))
    return [{ k: 'raise', parts: [lowerExpression(node.expression)], line }];
  if (ts.isLabeledStatement(node)) return lowerStatement(node.statement);
  if (ts.isExportAssignment(node))
    return [{ k: 'expr', value: lowerExpression(node.expression), line }];
  return [];
}

function lowerDeclarations(list: TS.VariableDeclarationList): Stmt[] {
  return list.declarations.flatMap((each): Stmt[] => {
    const line = lineOf(each);
    const types: Stmt[] = each.type
      ? typeReads(each.type).map(value => ({ k: 'expr', value, line }))
      : [];
    const value: Expr = each.initializer
      ? lowerExpression(each.initializer)
      : { k: 'const', value: null, line };
    return [...types, { k: 'assign', targets: [lowerPattern(each.name)], value, line }];
  });
}

export function lowerPattern(name: TS.BindingName): Target {
  const line = lineOf(name);
  if (ts.isIdentifier(name)) return { k: 'name', id: name.text, line };
  const parts = name.elements.flatMap(element => {
    if (ts.isOmittedExpression(element)) return [];
    const property =
      element.propertyName ?? (ts.isIdentifier(element.name) ? element.name : undefined);
    const key =
      ts.isObjectBindingPattern(name) &&
      property &&
      (ts.isIdentifier(property) || ts.isStringLiteral(property))
        ? property.text
        : undefined;
    return [
      {
        target: lowerPattern(element.name),
        rest: element.dotDotDotToken !== undefined,
        key: ts.isObjectBindingPattern(name) ? (key ?? '') : undefined,
        otherwise: element.initializer && lowerExpression(element.initializer)
      }
    ];
  });
  return { k: 'pattern', parts, line };
}

export function lowerFunction(node: TS.FunctionLikeDeclaration): Func {
  const line = lineOf(node);
  const params = node.parameters.map((each): Param => ({
    target: lowerPattern(each.name),
    otherwise: each.initializer && lowerExpression(each.initializer),
    rest: each.dotDotDotToken ? 'list' : undefined
  }));
  const body = node.body;
  const locals = functionNames(node);
  for (const each of node.parameters) for (const name of patternNames(each.name)) locals.add(name);
  const isName =
    node.name &&
    (ts.isIdentifier(node.name) ||
      ts.isStringLiteral(node.name) ||
      ts.isPrivateIdentifier(node.name));
  return {
    line,
    params,
    locals,
    name: isName && node.name ? (node.name as TS.Identifier).text : '',
    body: !body
      ? []
      : ts.isBlock(body)
        ? lowerBlock(body.statements)
        : [{ k: 'return', value: lowerExpression(body), line }],
    globals: new Set(),
    eager: [],
    generator: 'asteriskToken' in node && node.asteriskToken !== undefined,
    lexicalThis: ts.isArrowFunction(node),
    lateDefaults: true
  };
}

function lowerImport(node: TS.ImportDeclaration): Stmt[] {
  if (!ts.isStringLiteral(node.moduleSpecifier)) return [];
  const module = node.moduleSpecifier.text.replace(/^node:/, '');
  const clause = node.importClause;
  const names = clause?.name ? [{ module, as: clause.name.text }] : [];
  const bindings = clause?.namedBindings;
  if (bindings && ts.isNamespaceImport(bindings)) names.push({ module, as: bindings.name.text });
  const taken =
    bindings && ts.isNamedImports(bindings)
      ? bindings.elements.map(each => ({
          module,
          name: (each.propertyName ?? each.name).text,
          as: each.name.text
        }))
      : [];
  return [{ k: 'import', names: [...names, ...taken], line: lineOf(node) }];
}

function declared(
  initializer: TS.ForInitializer | undefined
): TS.VariableDeclarationList | undefined {
  return initializer && ts.isVariableDeclarationList(initializer) ? initializer : undefined;
}

function lowerForEach(node: TS.ForOfStatement | TS.ForInStatement): Stmt {
  const line = lineOf(node);
  const list = declared(node.initializer);
  const first = list?.declarations[0];
  const target: Target = first
    ? lowerPattern(first.name)
    : lowerTarget(node.initializer as TS.Expression);
  const loop: Stmt = {
    k: 'for',
    target,
    of: lowerExpression(node.expression),
    body: scoped(node.statement),
    otherwise: [],
    keys: ts.isForInStatement(node),
    line
  };
  return list && first && list.flags & ts.NodeFlags.BlockScoped
    ? { k: 'block', locals: new Set(patternNames(first.name)), body: [loop], line }
    : loop;
}

function lowerFor(node: TS.ForStatement): Stmt {
  const line = lineOf(node);
  const list = declared(node.initializer);
  const start: Stmt[] = list
    ? lowerDeclarations(list)
    : node.initializer
      ? [{ k: 'expr', value: lowerExpression(node.initializer as TS.Expression), line }]
      : [];
  const step: Stmt[] = node.incrementor
    ? [{ k: 'expr', value: lowerExpression(node.incrementor), line }]
    : [];
  const test: Expr = node.condition
    ? lowerExpression(node.condition)
    : { k: 'const', value: true, line };
  const body: Stmt[] = [
    ...start,
    {
      k: 'while',
      test,
      body: [...scoped(node.statement), ...step],
      otherwise: [],
      atLeastOnce: true,
      line
    }
  ];
  const names =
    list && list.flags & ts.NodeFlags.BlockScoped
      ? list.declarations.flatMap(each => patternNames(each.name))
      : [];
  return names.length
    ? { k: 'block', locals: new Set(names), body, line }
    : { k: 'block', locals: new Set(), body, line };
}

export function lowerTarget(node: TS.Expression): Target {
  const line = lineOf(node);
  if (ts.isIdentifier(node)) return { k: 'name', id: node.text, line };
  if (ts.isPropertyAccessExpression(node))
    return { k: 'attr', of: lowerExpression(node.expression), name: node.name.text, line };
  if (ts.isElementAccessExpression(node))
    return {
      k: 'item',
      of: lowerExpression(node.expression),
      index: lowerExpression(node.argumentExpression),
      slice: false,
      line
    };
  if (ts.isArrayLiteralExpression(node))
    return {
      k: 'pattern',
      line,
      parts: node.elements
        .filter(each => !ts.isOmittedExpression(each))
        .map(each =>
          ts.isSpreadElement(each)
            ? { target: lowerTarget(each.expression), rest: true }
            : { target: lowerTarget(each) }
        )
    };
  if (ts.isObjectLiteralExpression(node))
    return {
      k: 'pattern',
      line,
      parts: node.properties.flatMap(each => {
        if (ts.isShorthandPropertyAssignment(each))
          return [{ target: lowerTarget(each.name), key: each.name.text }];
        if (ts.isPropertyAssignment(each))
          return [{ target: lowerTarget(each.initializer), key: memberName(each.name) }];
        return ts.isSpreadAssignment(each)
          ? [{ target: lowerTarget(each.expression), rest: true, key: '' }]
          : [];
      })
    };
  if (ts.isBinaryExpression(node)) return lowerTarget(node.left);
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isNonNullExpression(node))
    return lowerTarget(node.expression);
  return { k: 'pattern', parts: [], line };
}

function lowerTry(node: TS.TryStatement): Stmt {
  const clause = node.catchClause;
  const name = clause?.variableDeclaration?.name;
  const handler: Handler[] = clause
    ? [{ line: lineOf(clause), types: [], catches: '', body: scoped(clause.block) }]
    : [];
  const body: Stmt = {
    k: 'try',
    body: scoped(node.tryBlock),
    handlers: handler,
    otherwise: [],
    last: scoped(node.finallyBlock),
    line: lineOf(node)
  };
  return name
    ? { k: 'block', locals: new Set(patternNames(name)), body: [body], line: lineOf(node) }
    : body;
}

function lowerSwitch(node: TS.SwitchStatement): Stmt {
  const line = lineOf(node);
  const clauses = node.caseBlock.clauses;
  const body: Stmt = {
    k: 'match',
    subject: lowerExpression(node.expression),
    line,
    cases: clauses.map(each => ({
      line: lineOf(each),
      binds: [],
      always: ts.isDefaultClause(each),
      body: lowerBlock(each.statements),
      reads: ts.isCaseClause(each) ? [lowerExpression(each.expression)] : []
    }))
  };
  const locals = blockNames(clauses.flatMap(each => [...each.statements]));
  return { k: 'block', locals, body: [body], line };
}
