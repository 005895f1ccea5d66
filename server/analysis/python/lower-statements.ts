// Python's statements in the forms that the interpreter runs.
import type { Case, Expr, Handler, ImportName, Stmt, Target } from '../interpret/ir.ts';
import {
  lowerArguments,
  lowerExpression,
  lowerFunction,
  lowerTarget,
  nothing,
  word,
  type Text
} from './lower-expressions.ts';
import { localNames } from './scopes.ts';
import { child, childrenOf, named, type Syntax } from './syntax.ts';

export function lowerBlock(block: Syntax | undefined, text: Text): Stmt[] {
  return block ? named(block).flatMap(each => lowerStatement(each, text)) : [];
}

function lowerStatement(node: Syntax, text: Text): Stmt[] {
  const { line } = node;
  const expression = (of: Syntax | undefined) => (of ? lowerExpression(of, text) : nothing(line));
  switch (node.type) {
    case 'expression_statement':
      return named(node).flatMap(each => lowerSimple(each, text));
    case 'if_statement':
      return [lowerIf(node, childrenOf(node, 'alternative'), text)];
    case 'for_statement':
      return [
        {
          k: 'for',
          line,
          target: lowerTarget(child(node, 'left') ?? node, text),
          of: expression(child(node, 'right')),
          body: lowerBlock(child(node, 'body'), text),
          otherwise: elseOf(node, text)
        }
      ];
    case 'while_statement':
      return [
        {
          k: 'while',
          line,
          test: expression(child(node, 'condition')),
          body: lowerBlock(child(node, 'body'), text),
          otherwise: elseOf(node, text)
        }
      ];
    case 'try_statement':
      return [lowerTry(node, text)];
    case 'with_statement':
      return [lowerWith(node, text)];
    case 'match_statement':
      return [
        {
          k: 'match',
          line,
          subject: expression(child(node, 'subject')),
          cases: cases(node).map(each => lowerCase(each, text))
        }
      ];
    case 'function_definition':
      return [{ k: 'def', line, def: lowerFunction(node, text), decorators: [] }];
    case 'class_definition':
      return [lowerClass(node, [], text)];
    case 'decorated_definition':
      return lowerDecorated(node, text);
    case 'import_statement':
    case 'import_from_statement':
      return [lowerImport(node, text)];
    case 'return_statement': {
      const value = named(node)[0];
      return [{ k: 'return', line, value: value && lowerExpression(value, text) }];
    }
    case 'raise_statement':
      return [{ k: 'raise', line, parts: named(node).map(each => lowerExpression(each, text)) }];
    case 'delete_statement':
      return named(node)
        .flatMap(each => targetsOf(each))
        .map((each): Stmt => ({
          k: 'expr',
          line,
          value: { k: 'remove', line, target: lowerTarget(each, text) }
        }));
    case 'assert_statement':
    case 'print_statement':
    case 'exec_statement':
    case 'chevron':
      return named(node).map((each): Stmt => ({
        k: 'expr',
        line,
        value: lowerExpression(each, text)
      }));
    case 'type_alias_statement': {
      const name = word(child(node, 'left') ?? node, text).split('[')[0] ?? '';
      return [{ k: 'type', line, id: name.trim(), reads: [] }];
    }
    case 'ERROR':
      // What a broken line still says: names in it are reads, nothing is bound.
      return named(node)
        .filter(each => each.type !== 'ERROR')
        .flatMap(each => lowerStatement(each, text));
    case 'global_statement':
    case 'nonlocal_statement':
    case 'pass_statement':
    case 'break_statement':
    case 'continue_statement':
    case 'future_import_statement':
    case 'comment':
      return [];
    case 'block':
      return lowerBlock(node, text);
    default:
      return [{ k: 'expr', line, value: lowerExpression(node, text) }];
  }
}

function targetsOf(node: Syntax): Syntax[] {
  return ['expression_list', 'tuple', 'list', 'parenthesized_expression'].includes(node.type)
    ? named(node).flatMap(targetsOf)
    : [node];
}

function lowerSimple(node: Syntax, text: Text): Stmt[] {
  const { line } = node;
  if (node.type !== 'assignment') return [{ k: 'expr', line, value: lowerExpression(node, text) }];
  const targets: Target[] = [];
  const annotations: Stmt[] = [];
  let value: Syntax | undefined = node;
  while (value?.type === 'assignment') {
    const left = child(value, 'left');
    const type = child(value, 'type');
    if (type && text.eagerAnnotations)
      annotations.push({ k: 'expr', line, value: lowerExpression(type, text) });
    if (left) targets.push(lowerTarget(left, text));
    value = child(value, 'right');
  }
  if (!value) return annotations;
  return [...annotations, { k: 'assign', line, targets, value: lowerExpression(value, text) }];
}

function lowerIf(node: Syntax, alternatives: Syntax[], text: Text): Stmt {
  const [next, ...rest] = alternatives;
  const test = child(node, 'condition');
  const otherwise: Stmt[] = !next
    ? []
    : next.type === 'elif_clause'
      ? [lowerIf(next, rest, text)]
      : lowerBlock(child(next, 'body'), text);
  return {
    k: 'if',
    line: node.line,
    otherwise,
    test: test ? lowerExpression(test, text) : nothing(node.line),
    then: lowerBlock(child(node, 'consequence'), text)
  };
}

function elseOf(node: Syntax, text: Text): Stmt[] {
  const clause = child(node, 'alternative');
  return clause ? lowerBlock(child(clause, 'body'), text) : [];
}

const blockIn = (node: Syntax) => node.children.find(each => each.type === 'block');

function lowerTry(node: Syntax, text: Text): Stmt {
  const clauses = node.children.filter(
    each => each.type === 'except_clause' || each.type === 'except_group_clause'
  );
  const otherwise = node.children.find(each => each.type === 'else_clause');
  const last = node.children.find(each => each.type === 'finally_clause');
  return {
    k: 'try',
    line: node.line,
    body: lowerBlock(child(node, 'body'), text),
    handlers: clauses.map(each => lowerHandler(each, text)),
    otherwise: otherwise ? lowerBlock(blockIn(otherwise), text) : [],
    last: last ? lowerBlock(blockIn(last), text) : []
  };
}

function lowerHandler(node: Syntax, text: Text): Handler {
  const parts = named(node).filter(each => each.type !== 'block');
  const pattern = parts.find(each => each.type === 'as_pattern');
  const alias = (pattern && child(pattern, 'alias')) ?? child(node, 'alias');
  const types = pattern ? named(pattern).slice(0, 1) : parts.filter(each => each !== alias);
  return {
    line: node.line,
    types: types.map(each => lowerExpression(each, text)),
    catches: types.map(each => word(each, text)).join(' '),
    name: alias && word(alias, text),
    body: lowerBlock(blockIn(node), text)
  };
}

function lowerWith(node: Syntax, text: Text): Stmt {
  const clause = node.children.find(each => each.type === 'with_clause');
  const items = (clause ? withItems(clause) : []).map(value => {
    const pattern = value.type === 'as_pattern' ? value : undefined;
    const alias = pattern && child(pattern, 'alias');
    const target = alias && named(alias)[0];
    const context = pattern ? (named(pattern)[0] ?? value) : value;
    return { context: lowerExpression(context, text), target: target && lowerTarget(target, text) };
  });
  return { k: 'with', line: node.line, items, body: lowerBlock(child(node, 'body'), text) };
}

/** `with (open(a) as f, open(b) as g):` parses as a tuple of patterns. */
function withItems(clause: Syntax): Syntax[] {
  return named(clause).flatMap(item => {
    const value = child(item, 'value');
    if (!value) return [];
    if (value.type === 'tuple' && named(value).some(each => each.type === 'as_pattern'))
      return named(value);
    if (value.type === 'parenthesized_expression') return named(value);
    return [value];
  });
}

const cases = (node: Syntax) => {
  const block = child(node, 'body') ?? node;
  return block.children.filter(each => each.type === 'case_clause');
};

function lowerCase(node: Syntax, text: Text): Case {
  const reads: Expr[] = [];
  const binds: Target[] = [];
  const bindName = (at: Syntax) => binds.push({ k: 'name', id: word(at, text), line: at.line });
  const walk = (pattern: Syntax): void => {
    switch (pattern.type) {
      case 'dotted_name': {
        const parts = named(pattern);
        if (parts.length === 1) bindName(pattern);
        else if (parts[0]) reads.push(lowerExpression(parts[0], text));
        return;
      }
      case 'class_pattern': {
        const [name, ...rest] = named(pattern);
        const root = name && named(name)[0];
        if (root) reads.push(lowerExpression(root, text));
        return rest.forEach(walk);
      }
      case 'keyword_pattern':
        return named(pattern).slice(1).forEach(walk);
      case 'splat_pattern':
        return named(pattern)
          .filter(each => each.type === 'identifier')
          .forEach(bindName);
      case 'as_pattern': {
        const parts = named(pattern);
        parts.slice(0, -1).forEach(walk);
        const last = parts.at(-1);
        if (last) bindName(last.type === 'as_pattern_target' ? (named(last)[0] ?? last) : last);
        return;
      }
      default:
        pattern.children.forEach(walk);
    }
  };
  const patterns = node.children.filter(each => each.type === 'case_pattern');
  patterns.forEach(walk);
  const guard = child(node, 'guard');
  const test = guard && named(guard)[0];
  const only = patterns.length === 1 ? word(patterns[0] ?? node, text).trim() : '';
  return {
    line: node.line,
    reads,
    binds,
    guard: test && lowerExpression(test, text),
    body: lowerBlock(child(node, 'consequence'), text),
    always: /^\w+$/.test(only) && !/^\d|^(True|False|None)$/.test(only)
  };
}

function lowerClass(node: Syntax, decorators: Expr[], text: Text): Stmt {
  const body = child(node, 'body');
  const parents = child(node, 'superclasses');
  const args = parents ? lowerArguments(parents, text) : [];
  const { locals, globals } = localNames(body, text);
  return {
    k: 'class',
    line: node.line,
    decorators,
    def: {
      line: node.line,
      name: word(child(node, 'name') ?? node, text),
      bases: args.filter(arg => arg.name === undefined).map(arg => arg.value),
      keywords: args.filter(arg => arg.name !== undefined).map(arg => arg.value),
      body: lowerBlock(body, text),
      locals,
      globals
    }
  };
}

function lowerDecorated(node: Syntax, text: Text): Stmt[] {
  const definition = child(node, 'definition');
  const decorators = node.children
    .filter(each => each.type === 'decorator')
    .flatMap(each => named(each).map(of => lowerExpression(of, text)));
  if (!definition) return [];
  if (definition.type === 'class_definition') return [lowerClass(definition, decorators, text)];
  return [{ k: 'def', line: definition.line, def: lowerFunction(definition, text), decorators }];
}

function lowerImport(node: Syntax, text: Text): Stmt {
  const from = child(node, 'module_name');
  const module = from ? word(from, text) : '';
  const star = node.children.some(each => each.type === 'wildcard_import');
  const names = childrenOf(node, 'name').map((each): ImportName => {
    const alias = child(each, 'alias');
    const full = word(child(each, 'name') ?? each, text);
    if (from) return { module, name: full, as: alias ? word(alias, text) : full };
    // `import a.b` binds `a`; `import a.b as c` binds the submodule.
    const root = full.split('.')[0] ?? full;
    return alias ? { module: full, as: word(alias, text) } : { module: root, as: root };
  });
  return { k: 'import', line: node.line, names, star: star ? module : undefined };
}
