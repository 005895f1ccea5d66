// Python's expressions and targets in the forms that the interpreter evaluates.
import type { Arg, Clause, Expr, Func, Param, Part, Target } from '../interpret/ir.ts';
import { lowerBlock } from './lower-statements.ts';
import { localNames, targetNames } from './scopes.ts';
import { child, childrenOf, named, type Syntax } from './syntax.ts';

export interface Text {
  source: string;
  /** Annotations run at definition: not under `from __future__ import annotations`. */
  eagerAnnotations: boolean;
}

/** The node's own text; identifiers are one name in all their Unicode spellings. */
export const word = (node: Syntax, text: Text) =>
  text.source.slice(node.start, node.end).normalize('NFKC');

export const nothing = (line: number): Expr => ({ k: 'op', op: 'nothing', parts: [], line });

export function lowerExpression(node: Syntax, text: Text): Expr {
  const { line } = node;
  const lower = (of: Syntax | undefined): Expr => (of ? lowerExpression(of, text) : nothing(line));
  const all = () => named(node).map(each => lowerExpression(each, text));
  switch (node.type) {
    case 'identifier':
      return { k: 'name', id: word(node, text), line };
    case 'integer':
    case 'float':
      return { k: 'const', value: Number(word(node, text).replaceAll('_', '')), line };
    case 'true':
    case 'false':
      return { k: 'const', value: node.type === 'true', line };
    case 'none':
      return { k: 'const', value: null, line };
    case 'string':
      return lowerString(node, text);
    case 'concatenated_string':
      return { k: 'text', parts: all(), line };
    case 'attribute':
      return {
        k: 'attr',
        of: lower(child(node, 'object')),
        name: word(child(node, 'attribute') ?? node, text),
        line
      };
    case 'subscript':
      return {
        k: 'item',
        of: lower(child(node, 'value')),
        ...lowerIndex(childrenOf(node, 'subscript'), text, line),
        line
      };
    case 'call':
      return lowerCall(node, text);
    case 'list':
    case 'tuple':
    case 'set':
    case 'expression_list':
    case 'pattern_list':
    case 'tuple_pattern':
    case 'list_pattern':
      return {
        k: 'make',
        kind: node.type === 'list' || node.type === 'set' ? node.type : 'tuple',
        parts: lowerParts(named(node), text),
        line
      };
    case 'dictionary':
      return { k: 'make', kind: 'dict', parts: lowerParts(named(node), text), line };
    case 'binary_operator':
      return {
        k: 'op',
        op: word(child(node, 'operator') ?? node, text),
        parts: [lower(child(node, 'left')), lower(child(node, 'right'))],
        line
      };
    case 'boolean_operator':
      return {
        k: 'either',
        parts: [lower(child(node, 'left')), lower(child(node, 'right'))],
        line
      };
    case 'comparison_operator':
      return {
        k: 'op',
        op: `compare ${node.children
          .filter(each => each.field === 'operators')
          .map(each => word(each, text))
          .join(' ')}`,
        parts: all(),
        line
      };
    case 'not_operator':
      return { k: 'op', op: 'not', parts: all(), line };
    case 'conditional_expression': {
      const [then, test, otherwise] = named(node);
      return { k: 'either', parts: [lower(then), lower(otherwise)], test: lower(test), line };
    }
    case 'named_expression':
      return {
        k: 'assign',
        target: lowerTarget(child(node, 'name') ?? node, text),
        value: lower(child(node, 'value')),
        line
      };
    case 'assignment':
      return {
        k: 'assign',
        target: lowerTarget(child(node, 'left') ?? node, text),
        value: lower(child(node, 'right')),
        line
      };
    case 'augmented_assignment':
      return {
        k: 'update',
        line,
        target: lowerTarget(child(node, 'left') ?? node, text),
        op: word(child(node, 'operator') ?? node, text).slice(0, -1),
        value: lower(child(node, 'right'))
      };
    case 'lambda':
      return { k: 'function', def: lowerFunction(node, text), line };
    case 'list_comprehension':
      return lowerEach(node, 'list', text);
    case 'set_comprehension':
      return lowerEach(node, 'set', text);
    case 'dictionary_comprehension':
      return lowerEach(node, 'dict', text);
    case 'generator_expression':
      return lowerEach(node, 'generator', text);
    case 'yield':
      return { k: 'yield', of: named(node)[0] && lower(named(node)[0]), line };
    case 'parenthesized_expression':
    case 'await':
    case 'type':
    case 'list_splat':
    case 'dictionary_splat':
    case 'keyword_argument': {
      const parts = named(node);
      return lower(node.type === 'keyword_argument' ? child(node, 'value') : parts[0]);
    }
    case 'as_pattern':
      return lower(named(node)[0]);
    case 'generic_type': {
      const [name, ...rest] = named(node);
      return {
        k: 'op',
        op: 'type',
        parts: [
          lower(name),
          ...rest.flatMap(each => named(each)).map(each => lowerExpression(each, text))
        ],
        line
      };
    }
    case 'slice':
    default:
      return node.children.length ? { k: 'op', op: node.type, parts: all(), line } : nothing(line);
  }
}

function lowerString(node: Syntax, text: Text): Expr {
  const { line } = node;
  const holes = node.children.some(each => each.type === 'interpolation');
  if (!holes) return { k: 'const', value: stringValue(node, text), line };
  const parts = node.children.flatMap((each): Expr[] => {
    if (each.type === 'string_content')
      return [{ k: 'const', value: unescape(word(each, text)), line }];
    if (each.type !== 'interpolation') return [];
    const inner = child(each, 'expression');
    const formats = each.children
      .filter(part => part.type === 'format_specifier')
      .flatMap(part => named(part));
    // A format changes the text: what comes out is no longer known.
    const value = inner ? lowerExpression(inner, text) : nothing(line);
    const converted = each.children.some(part => part.type === 'type_conversion');
    if (
      !formats.length &&
      !converted &&
      !each.children.some(part => part.type === 'format_specifier')
    )
      return [value];
    return [
      {
        k: 'op',
        op: 'format',
        parts: [
          value,
          ...formats.flatMap(part => named(part)).map(part => lowerExpression(part, text))
        ],
        line
      }
    ];
  });
  return { k: 'text', parts, line };
}

/** The text of a string literal without holes. */
export function stringValue(node: Syntax, text: Text): string {
  const start = node.children.find(each => each.type === 'string_start');
  const raw = start ? /r/i.test(word(start, text)) : false;
  const content = node.children
    .filter(each => each.type === 'string_content')
    .map(each => text.source.slice(each.start, each.end))
    .join('');
  return raw ? content : unescape(content);
}

const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', '\n': '', '0': '\0' };

function unescape(content: string): string {
  return content.replace(/\\([\s\S])/g, (_, letter: string) => ESCAPES[letter] ?? letter);
}

function lowerIndex(nodes: Syntax[], text: Text, line: number): { index: Expr; slice: boolean } {
  const slice = nodes.some(each => each.type === 'slice' || each.type === 'ellipsis');
  const [first] = nodes;
  const index: Expr =
    nodes.length === 1 && first
      ? lowerExpression(first, text)
      : {
          k: 'make',
          kind: 'tuple',
          parts: nodes.map(each => ({ value: lowerExpression(each, text) })),
          line
        };
  return { index, slice };
}

function lowerCall(node: Syntax, text: Text): Expr {
  const callee = child(node, 'function');
  const given = child(node, 'arguments');
  const args = !given
    ? []
    : given.type === 'generator_expression'
      ? [{ value: lowerExpression(given, text) }]
      : lowerArguments(given, text);
  return {
    k: 'call',
    callee: callee ? lowerExpression(callee, text) : nothing(node.line),
    args,
    line: node.line
  };
}

export function lowerArguments(list: Syntax, text: Text): Arg[] {
  return named(list).map(each => {
    const value = lowerExpression(each, text);
    if (each.type === 'keyword_argument')
      return { value, name: word(child(each, 'name') ?? each, text) };
    return { value, spread: each.type === 'list_splat' || each.type === 'dictionary_splat' };
  });
}

function lowerParts(nodes: Syntax[], text: Text): Part[] {
  return nodes.map(each => {
    const [key, value] = named(each);
    if (each.type === 'pair' && key && value)
      return { key: lowerExpression(key, text), value: lowerExpression(value, text) };
    return {
      value: lowerExpression(each, text),
      spread: each.type === 'list_splat' || each.type === 'dictionary_splat'
    };
  });
}

function lowerEach(node: Syntax, kind: string, text: Text): Expr {
  const clauses: Clause[] = [];
  const names = new Set<string>();
  for (const each of named(node)) {
    if (each.type === 'for_in_clause') {
      const left = child(each, 'left') ?? each;
      targetNames(left, text).forEach(name => names.add(name));
      clauses.push({
        target: lowerTarget(left, text),
        of: lowerExpression(child(each, 'right') ?? each, text),
        tests: []
      });
    } else if (each.type === 'if_clause')
      clauses.at(-1)?.tests.push(...named(each).map(test => lowerExpression(test, text)));
  }
  const body = child(node, 'body');
  const results = !body
    ? []
    : body.type === 'pair'
      ? named(body).map(each => lowerExpression(each, text))
      : [lowerExpression(body, text)];
  return { k: 'each', kind, clauses, results, locals: names, line: node.line };
}

export function lowerTarget(node: Syntax, text: Text): Target {
  const { line } = node;
  switch (node.type) {
    case 'attribute':
      return {
        k: 'attr',
        of: lowerExpression(child(node, 'object') ?? node, text),
        name: word(child(node, 'attribute') ?? node, text),
        line
      };
    case 'subscript':
      return {
        k: 'item',
        of: lowerExpression(child(node, 'value') ?? node, text),
        ...lowerIndex(childrenOf(node, 'subscript'), text, line),
        line
      };
    case 'pattern_list':
    case 'tuple_pattern':
    case 'list_pattern':
    case 'tuple':
    case 'list':
    case 'expression_list':
      return {
        k: 'pattern',
        line,
        parts: named(node).map(each => {
          const rest = each.type === 'list_splat_pattern' || each.type === 'list_splat';
          return { target: lowerTarget(rest ? (named(each)[0] ?? each) : each, text), rest };
        })
      };
    case 'parenthesized_expression':
    case 'as_pattern_target':
      return lowerTarget(named(node)[0] ?? node, text);
    default:
      return { k: 'name', id: word(node, text), line };
  }
}

export function lowerFunction(node: Syntax, text: Text): Func {
  const list = child(node, 'parameters');
  const body = child(node, 'body');
  const isLambda = node.type === 'lambda';
  const { locals, globals, generator } = isLambda
    ? { locals: new Set<string>(), globals: new Set<string>(), generator: false }
    : localNames(body, text);
  const params = (list ? named(list) : []).flatMap(each => lowerParam(each, text));
  for (const param of params) if (param.target.k === 'name') locals.add(param.target.id);
  const types = child(node, 'type_parameters');
  const generics = types
    ? named(types).map(each => word(each, text).split(/[:=]/)[0]?.trim() ?? '')
    : [];
  const eager =
    text.eagerAnnotations && !isLambda
      ? annotationsOf(node, list)
          .filter(each => !generics.includes(word(each, text)))
          .map(each => lowerExpression(each, text))
      : [];
  return {
    line: node.line,
    name: isLambda ? 'lambda' : word(child(node, 'name') ?? node, text),
    params,
    body:
      isLambda && body
        ? [{ k: 'return', value: lowerExpression(body, text), line: body.line }]
        : lowerBlock(body, text),
    locals,
    globals,
    eager: generics.length ? [] : eager,
    generator
  };
}

function annotationsOf(node: Syntax, list: Syntax | undefined): Syntax[] {
  const types = (list ? named(list) : []).map(each => child(each, 'type'));
  return [...types, child(node, 'return_type')].filter(each => each !== undefined);
}

function lowerParam(node: Syntax, text: Text): Param[] {
  const named_ = (of: Syntax): Target => ({ k: 'name', id: word(of, text), line: of.line });
  switch (node.type) {
    case 'identifier':
      return [{ target: named_(node) }];
    case 'default_parameter':
    case 'typed_default_parameter': {
      const value = child(node, 'value');
      return [
        {
          target: named_(child(node, 'name') ?? node),
          otherwise: value && lowerExpression(value, text)
        }
      ];
    }
    case 'typed_parameter':
      return named(node)
        .slice(0, 1)
        .flatMap(each => lowerParam(each, text));
    case 'list_splat_pattern':
    case 'dictionary_splat_pattern': {
      const name = named(node)[0];
      return name
        ? [{ target: named_(name), rest: node.type === 'list_splat_pattern' ? 'list' : 'dict' }]
        : [];
    }
    default:
      return [];
  }
}
