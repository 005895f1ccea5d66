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

export type ParsePython = (source: string) => PythonTree;

/** Deeper than any code a person writes; beyond it the copy stops instead of the server's stack. */
const DEEPEST = 400;

export async function createPythonParser(): Promise<ParsePython> {
  await Parser.init({ locateFile: () => assets.parserWasm() });
  const language = await Language.load(assets.pythonWasm());
  const parser = new Parser();
  parser.setLanguage(language);
  return source => {
    const tree = parser.parse(source);
    if (!tree) throw new Error('the Python parser gave no tree');
    const cursor = tree.walk();
    try {
      return {
        root: copy(cursor, lineStarts(source), 0),
        source,
        hasError: tree.rootNode.hasError
      };
    } finally {
      cursor.delete();
      tree.delete();
    }
  };
}

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

function copy(cursor: TreeCursor, starts: number[], depth: number): Syntax {
  const start = cursor.startIndex;
  const node: Syntax = {
    type: cursor.nodeType,
    field: cursor.currentFieldName,
    named: cursor.nodeIsNamed,
    start,
    end: cursor.endIndex,
    line: lineAt(starts, start),
    missing: cursor.nodeIsMissing,
    children: []
  };
  if (depth < DEEPEST && cursor.gotoFirstChild()) {
    do node.children.push(copy(cursor, starts, depth + 1));
    while (cursor.gotoNextSibling());
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
