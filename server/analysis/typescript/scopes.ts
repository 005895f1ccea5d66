// Which names a block or a function declares.
import ts from 'typescript';

export function patternNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap(each =>
    ts.isOmittedExpression(each) ? [] : patternNames(each.name)
  );
}

/** `let`, `const`, classes, functions, types: what ends with the block. */
export function blockNames(statements: readonly ts.Statement[]): Set<string> {
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
export function functionNames(node: ts.FunctionLikeDeclaration): Set<string> {
  const { body } = node;
  const names = new Set<string>();
  if (!body || !ts.isBlock(body)) return names;
  for (const name of blockNames(body.statements)) names.add(name);
  const walk = (each: ts.Node): void => {
    if (ts.isVariableDeclarationList(each) && !(each.flags & ts.NodeFlags.BlockScoped))
      for (const declaration of each.declarations)
        patternNames(declaration.name).forEach(name => names.add(name));
    if (!ts.isFunctionLike(each)) ts.forEachChild(each, walk);
  };
  ts.forEachChild(body, walk);
  return names;
}
