// Which names a block or a function declares.
import type TS from 'typescript';
import { ts } from './compiler.ts';

export function patternNames(name: TS.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap(each =>
    ts.isOmittedExpression(each) ? [] : patternNames(each.name)
  );
}

/** `let`, `const`, classes, functions, types: what ends with the block. */
export function blockNames(statements: readonly TS.Statement[]): Set<string> {
  const names = new Set<string>();
  for (const each of statements) {
    if (ts.isVariableStatement(each) && each.declarationList.flags & ts.NodeFlags.BlockScoped)
      for (const declaration of each.declarationList.declarations)
        patternNames(declaration.name).forEach(name => names.add(name));
    if (
      (ts.isFunctionDeclaration(each) ||
        ts.isClassDeclaration(each) ||
        ts.isEnumDeclaration(each) ||
        ts.isInterfaceDeclaration(each) ||
        ts.isTypeAliasDeclaration(each)) &&
      each.name
    )
      names.add(each.name.text);
  }
  return names;
}

/** A function's own names: its body's block, and every `var` inside it. */
export function functionNames(node: TS.FunctionLikeDeclaration): Set<string> {
  const { body } = node;
  const names = new Set<string>();
  if (!body || !ts.isBlock(body)) return names;
  for (const name of blockNames(body.statements)) names.add(name);
  const walk = (each: TS.Node): void => {
    if (ts.isVariableDeclarationList(each) && !(each.flags & ts.NodeFlags.BlockScoped))
      for (const declaration of each.declarations)
        patternNames(declaration.name).forEach(name => names.add(name));
    if (!ts.isFunctionLike(each)) ts.forEachChild(each, walk);
  };
  ts.forEachChild(body, walk);
  return names;
}
