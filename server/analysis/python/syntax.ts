// Python source to a plain tree. Tree-sitter lives in WebAssembly and every look at one of its nodes crosses over,
// so the tree is copied once with a cursor and everybody walks the copy.
import { Language, Parser, type TreeCursor } from 'web-tree-sitter';
import { assets } from '../assets.ts';

export interface Syntax {
  type: string;
  field: string | null;
  named: boolean;
  start: number;
  end: number;
  /** 1-based. */
  line: number;
  missing: boolean;
  children: Syntax[];
}

export interface PythonTree {
  root: Syntax;
  source: string;
  hasError: boolean;
}

/** @param tokens also brackets, commas and keywords, which mean nothing of their own */
export type ParsePython = (source: string, tokens?: boolean) => PythonTree;

/** Deeper than any code a person writes; beyond it the copy stops instead of the server's stack. */
const DEEPEST = 400;

export async function createPythonParser(): Promise<ParsePython> {
  await Parser.init({ locateFile: () => assets.parserWasm() });
  const language = await Language.load(assets.pythonWasm());
  const parser = new Parser();
  parser.setLanguage(language);
  const kinds = language.types.map((type, id): Kind => ({
    type,
    named: language.nodeTypeIsNamed(id),
    leaf: LEAVES.has(type)
  }));
  return (source, tokens = false) => {
    const tree = parser.parse(source);
    if (!tree) throw new Error('the Python parser gave no tree');
    const cursor = tree.walk();
    try {
      const { hasError } = tree.rootNode;
      // What is missing may be a bracket, so all of them are looked at when something is wrong.
      const copying = { starts: lineStarts(source), kinds, hasError, tokens: tokens || hasError };
      return { root: copy(cursor, copying, 0)!, source, hasError };
    } finally {
      cursor.delete();
      tree.delete();
    }
  };
}

interface Kind {
  type: string;
  named: boolean;
  /** Never has children: it need not be asked. */
  leaf: boolean;
}

const LEAVES = new Set(['identifier', 'integer', 'float', 'true', 'false', 'none', 'comment']);

function lineStarts(source: string): number[] {
  const starts = [0];
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1))
    starts.push(at + 1);
  return starts;
}

function lineAt(starts: number[], index: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}

interface Copying {
  starts: number[];
  kinds: Kind[];
  hasError: boolean;
  tokens: boolean;
}

const ERROR: Kind = { type: 'ERROR', named: true, leaf: false };

/** Every question to the cursor is a call into WebAssembly; few are asked of the many nodes that carry no meaning. */
function copy(cursor: TreeCursor, copying: Copying, depth: number): Syntax | undefined {
  const { type, named, leaf } = copying.kinds[cursor.nodeTypeId] ?? ERROR;
  const field = cursor.currentFieldName;
  if (!named && field === null && !copying.tokens) return undefined;
  const start = cursor.startIndex;
  const node: Syntax = {
    type,
    field,
    named,
    start,
    end: cursor.endIndex,
    line: lineAt(copying.starts, start),
    missing: copying.hasError && cursor.nodeIsMissing,
    children: []
  };
  if (!leaf && named && depth < DEEPEST && cursor.gotoFirstChild()) {
    do {
      const each = copy(cursor, copying, depth + 1);
      if (each) node.children.push(each);
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }
  return node;
}

export function child(node: Syntax, field: string): Syntax | undefined {
  return node.children.find(each => each.field === field);
}

export function childrenOf(node: Syntax, field: string): Syntax[] {
  return node.children.filter(each => each.field === field);
}

/** The children that carry meaning: no punctuation, no comments. */
export function named(node: Syntax): Syntax[] {
  return node.children.filter(each => each.named && each.type !== 'comment');
}

export function endLine(node: Syntax, source: string): number {
  let line = node.line;
  for (let at = source.indexOf('\n', node.start); at >= 0 && at < node.end - 1;) {
    line += 1;
    at = source.indexOf('\n', at + 1);
  }
  return line;
}
