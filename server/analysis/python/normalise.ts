// The same code without comments and formatting: two cells with equal text here do the same, so version and cache keys use it.
import type { PythonTree, Syntax } from './syntax.ts';

export function normalisePython(tree: PythonTree, plain: string): string {
  const lines: string[] = [];
  const write = (node: Syntax, depth: number, words: string[]) => {
    if (node.type === 'comment') return;
    if (node.children.length === 0 || node.type === 'string') {
      const word = plain.slice(node.start, node.end);
      if (word.trim() !== '' && !(word === ';' && node.type === ';')) words.push(word);
      return;
    }
    for (const each of node.children) {
      if (each.type === 'block') {
        lines.push('\t'.repeat(depth) + words.splice(0).join(' '));
        statements(each, depth + 1);
      } else write(each, depth, words);
    }
  };
  const statements = (block: Syntax, depth: number) => {
    for (const statement of block.children) {
      const words: string[] = [];
      write(statement, depth, words);
      if (words.length) lines.push('\t'.repeat(depth) + words.join(' '));
    }
  };
  statements(tree.root, 0);
  return lines.join('\n');
}
