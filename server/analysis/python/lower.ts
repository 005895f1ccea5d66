import type { Program } from '../interpret/ir.ts';
import { lowerBlock } from './lower-statements.ts';
import { named, type PythonTree } from './syntax.ts';

/** A cell without its comments and formatting: what it does. `displays` when its last expression is shown. */
export function lowerPython(tree: PythonTree): Program {
  const eagerAnnotations = !/^\s*from\s+__future__\s+import\s.*\bannotations\b/m.test(tree.source);
  const body = lowerBlock(tree.root, { source: tree.source, eagerAnnotations });
  const last = named(tree.root).at(-1);
  const shown = last?.type === 'expression_statement' && !/;\s*$/.test(tree.source.slice(last.end));
  return {
    body,
    lazyAnnotations: !eagerAnnotations,
    displays: shown && !/assignment/.test(last.children[0]?.type ?? '')
  };
}
