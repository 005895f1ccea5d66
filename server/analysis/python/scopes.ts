// Which names a function or class body binds: in Python that decides whose names they are.
import { word, type Text } from './lower-expressions.ts';
import { child, childrenOf, named, type Syntax } from './syntax.ts';

export interface LocalNames {
  locals: Set<string>;
  globals: Set<string>;
  /** There is a `yield` in it. */
  generator: boolean;
}

export function localNames(body: Syntax | undefined, text: Text): LocalNames {
  const locals = new Set<string>();
  const globals = new Set<string>();
  const outer = new Set<string>();
  let generator = false;
  const bind = (node: Syntax | undefined) => {
    if (node) for (const name of targetNames(node, text)) locals.add(name);
  };
  const walk = (node: Syntax): void => {
    switch (node.type) {
      case 'function_definition':
      case 'class_definition':
        return bind(child(node, 'name'));
      case 'lambda':
        return;
      case 'list_comprehension':
      case 'set_comprehension':
      case 'dictionary_comprehension':
      case 'generator_expression':
        // Only `:=` reaches out of a comprehension.
        return walkWalrus(node);
      case 'global_statement':
        return named(node).forEach(each => globals.add(word(each, text)));
      case 'nonlocal_statement':
        return named(node).forEach(each => outer.add(word(each, text)));
      case 'yield':
        generator = true;
        break;
      case 'assignment':
      case 'augmented_assignment':
      case 'for_statement':
        bind(child(node, 'left'));
        break;
      case 'named_expression':
        bind(child(node, 'name'));
        break;
      case 'as_pattern':
        bind(child(node, 'alias') ?? named(node).at(-1));
        break;
      case 'except_clause':
        bind(child(node, 'alias'));
        break;
      case 'delete_statement':
        named(node).forEach(bind);
        break;
      case 'case_pattern':
        patternNames(node, text).forEach(name => locals.add(name));
        break;
      case 'type_alias_statement':
        locals.add(
          word(child(node, 'left') ?? node, text)
            .split('[')[0]
            ?.trim() ?? ''
        );
        break;
      case 'import_statement':
      case 'import_from_statement':
        for (const name of childrenOf(node, 'name')) {
          const alias = child(name, 'alias');
          const full = word(name, text);
          locals.add(
            alias
              ? word(alias, text)
              : node.type === 'import_statement'
                ? (full.split('.')[0] ?? full)
                : full
          );
        }
        return;
    }
    node.children.forEach(walk);
  };
  const walkWalrus = (node: Syntax): void => {
    if (node.type === 'named_expression') bind(child(node, 'name'));
    if (node.type !== 'lambda') node.children.forEach(walkWalrus);
  };
  if (body) walk(body);
  for (const name of [...globals, ...outer]) locals.delete(name);
  return { locals, globals, generator };
}

/** Names that assigning to the target binds; attributes and items bind none. */
export function targetNames(node: Syntax, text: Text): string[] {
  if (node.type === 'identifier') return [word(node, text)];
  if (node.type === 'attribute' || node.type === 'subscript' || node.type === 'call') return [];
  return named(node).flatMap(each => targetNames(each, text));
}

function patternNames(node: Syntax, text: Text): string[] {
  if (node.type === 'dotted_name') return named(node).length === 1 ? [word(node, text)] : [];
  if (node.type === 'class_pattern')
    return named(node)
      .slice(1)
      .flatMap(each => patternNames(each, text));
  if (node.type === 'keyword_pattern')
    return named(node)
      .slice(1)
      .flatMap(each => patternNames(each, text));
  if (node.type === 'identifier') return [word(node, text)];
  return named(node).flatMap(each => patternNames(each, text));
}
