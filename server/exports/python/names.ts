// Which names a piece of Python reads from outside of itself: what decides whether a function can stand on its own.
import { lex, namesInString, type Token } from './lex.ts';

interface Scope {
  kind: 'module' | 'class' | 'function';
  indent: number;
  bound: Set<string>;
  reads: Set<string>;
  parent?: Scope;
}

const KEYWORDS = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from ' +
    'global if import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' ')
);

export function isKeyword(name: string): boolean {
  return KEYWORDS.has(name);
}

/** Every name that occurs as code, whatever it means there. */
export function mentionedNames(source: string): Set<string> {
  const names = new Set<string>();
  const tokens = lex(source);
  tokens.forEach((token, i) => {
    if (token.kind === 'string') for (const name of namesInString(token.text)) names.add(name);
    if (token.kind === 'word' && tokens[i - 1]?.text !== '.') names.add(token.text);
  });
  return names;
}

export interface Names {
  /** Read, and bound nowhere inside; builtins among them. When in doubt a name counts as free. */
  free: Set<string>;
  /** Bound at the top level of the source. */
  bound: Set<string>;
  /** Read by the top level itself, bound there or not. */
  read: Set<string>;
}

export function namesOf(source: string): Names {
  const module: Scope = { kind: 'module', indent: -1, bound: new Set(), reads: new Set() };
  const open = [module];
  const all = [module];
  for (const line of logicalLines(lex(source))) {
    while (open.at(-1)!.indent >= line[0]!.column) open.pop();
    const inner = readLine(line, open.at(-1)!);
    if (inner) open.push(inner);
    if (inner) all.push(inner);
  }
  const free = all.flatMap(scope => [...scope.reads].filter(name => !isBound(name, scope)));
  return { free: new Set(free), bound: module.bound, read: module.reads };
}

/** Settled at the end: a scope binds a name wherever in it the binding stands. Class bodies hide nothing from their methods. */
function isBound(name: string, scope: Scope): boolean {
  if (scope.bound.has(name)) return true;
  let outer = scope.parent;
  while (outer?.kind === 'class') outer = outer.parent;
  return outer !== undefined && isBound(name, outer);
}

function logicalLines(tokens: Token[]): Token[][] {
  const lines: Token[][] = [[]];
  for (const token of tokens) {
    if (token.kind === 'comment') continue;
    if (token.kind === 'newline') {
      if (token.depth === 0) lines.push([]);
    } else lines.at(-1)!.push(token);
  }
  return lines.filter(line => line.length > 0);
}

/** @returns the scope that the line opens, if it opens one. */
function readLine(line: Token[], scope: Scope): Scope | undefined {
  const opener = line[0]!.text === 'async' ? 1 : 0;
  const keyword = line[opener]?.text;
  const name = line[opener + 1]?.text;
  if ((keyword !== 'def' && keyword !== 'class') || name === undefined) {
    readStatement(line, scope);
    return undefined;
  }
  const { depth, column } = line[0]!;
  const colon = line.findIndex(
    (token, i) => i > opener && token.text === ':' && token.depth === depth
  );
  const header = line.slice(opener + 2, colon < 0 ? undefined : colon);
  const parameters = keyword === 'def' ? parameterTokens(header, depth + 1) : [];
  scope.bound.add(name);
  // Defaults, annotations and bases are evaluated outside.
  readStatement(
    header.filter(token => !parameters.includes(token)),
    scope
  );
  const inner: Scope = {
    kind: keyword === 'def' ? 'function' : 'class',
    indent: column,
    bound: new Set(parameters.map(token => token.text)),
    reads: new Set(),
    parent: scope
  };
  if (colon >= 0) readStatement(line.slice(colon + 1), inner);
  return inner;
}

function parameterTokens(header: Token[], depth: number): Token[] {
  return header.filter((token, i) => {
    const before = header[i - 1]?.text ?? '';
    return token.kind === 'word' && token.depth === depth && ['(', ',', '*', '**'].includes(before);
  });
}

function readStatement(line: Token[], scope: Scope): void {
  if (line.length === 0) return;
  const first = line[0]!.text;
  if (first === 'global') {
    for (const token of line.slice(1))
      if (token.kind === 'word') rootOf(scope).reads.add(token.text);
    return;
  }
  const bindings = bindingTokens(line);
  const passing = new Set([...bindings.passing].map(token => token.text));
  for (const token of bindings.lasting) scope.bound.add(token.text);
  line.forEach((token, i) => {
    if (token.kind === 'string') {
      for (const name of namesInString(token.text)) if (!passing.has(name)) scope.reads.add(name);
    }
    if (token.kind !== 'word' || isKeyword(token.text) || line[i - 1]?.text === '.') return;
    const isArgumentName = line[i + 1]?.text === '=' && token.depth > line[0]!.depth;
    if (isArgumentName || bindings.lasting.has(token) || passing.has(token.text)) return;
    scope.reads.add(token.text);
  });
}

function rootOf(scope: Scope): Scope {
  return scope.parent ? rootOf(scope.parent) : scope;
}

/** Tokens that bind a name: for the rest of the scope, or only within their line (comprehensions, lambdas). */
function bindingTokens(line: Token[]): { lasting: Set<Token>; passing: Set<Token> } {
  const lasting = new Set<Token>();
  const passing = new Set<Token>();
  const base = line[0]!.depth;
  const words = (from: number, to: number) =>
    line.slice(from, to).filter(token => token.kind === 'word');
  if (line[0]!.text === 'import' || line[0]!.text === 'from') {
    for (const token of words(1, line.length)) if (!isKeyword(token.text)) lasting.add(token);
    return { lasting, passing };
  }
  let targetsFrom = 0;
  line.forEach((token, i) => {
    const previous = line[i - 1];
    if (/^(?:[-+*/%&|^@]|\*\*|\/\/|<<|>>)?=$/.test(token.text) && token.depth === base) {
      const targets = line.slice(targetsFrom, i);
      const annotated = targets.findIndex(each => each.text === ':' && each.depth === base);
      for (const each of bareTargets(annotated < 0 ? targets : targets.slice(0, annotated)))
        lasting.add(each);
      targetsFrom = i + 1;
    }
    if (token.text === ':=' && previous) lasting.add(previous);
    if (previous?.text === 'as' && token.kind === 'word') lasting.add(token);
    if (token.text === 'for') {
      const end = line.findIndex(
        (each, at) => at > i && each.text === 'in' && each.depth === token.depth
      );
      for (const each of bareTargets(line.slice(i + 1, end < 0 ? i + 1 : end))) {
        (token.depth > base ? passing : lasting).add(each);
      }
    }
    if (token.text === 'lambda') {
      const end = line.findIndex(
        (each, at) => at > i && each.text === ':' && each.depth === token.depth
      );
      for (const each of words(i + 1, end < 0 ? i + 1 : end))
        if (each.depth === token.depth) passing.add(each);
    }
  });
  return { lasting, passing };
}

/** `a, (b, *c)` binds all three; `a.b` and `a[b]` bind nothing, they change what is there. */
function bareTargets(tokens: Token[]): Token[] {
  return tokens.filter((token, i) => {
    if (token.kind !== 'word' || isKeyword(token.text)) return false;
    const before = tokens[i - 1]?.text ?? ',';
    const after = tokens[i + 1]?.text ?? ',';
    return (
      ['(', '[', ',', '*'].includes(before) &&
      [')', ']', ','].includes(after) &&
      !isSubscript(tokens, i)
    );
  });
}

function isSubscript(tokens: Token[], i: number): boolean {
  const depth = tokens[i]!.depth;
  for (let at = i - 1; at >= 0; at -= 1) {
    if (tokens[at]!.depth >= depth) continue;
    const before = tokens[at - 1];
    return before !== undefined && (before.kind === 'word' || [')', ']'].includes(before.text));
  }
  return false;
}
