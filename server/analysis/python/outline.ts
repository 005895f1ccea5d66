// The top level of a Python cell in three sorts: imports, definitions, and everything else. Pipelines replicate the first two.
import type { Outline, OutlinePart } from '../outline.ts';
import type { Magic } from './magics.ts';
import { child, childrenOf, endLine, named, type PythonTree, type Syntax } from './syntax.ts';

export function outlinePython(tree: PythonTree): Outline {
  const parts = named(tree.root).map(node => part(node, tree.source));
  return { parts: parts.filter(each => each !== undefined) };
}

function part(node: Syntax, source: string): OutlinePart | undefined {
  const place = { fromLine: node.line, toLine: endLine(node, source) };
  if (isImport(node)) return { kind: 'import', names: importedNames(node, source), ...place };
  if (isGuardedImport(node)) {
    const names = [...new Set(importsWithin(node).flatMap(each => importedNames(each, source)))];
    return { kind: 'import', names, ...place };
  }
  const definition = node.type === 'decorated_definition' ? child(node, 'definition') : node;
  if (
    definition &&
    (definition.type === 'function_definition' || definition.type === 'class_definition')
  ) {
    const name = child(definition, 'name');
    return { kind: 'definition', names: name ? [slice(name, source)] : [], ...place };
  }
  if (isDocstring(node) || node.type === 'pass_statement') return undefined;
  return { kind: 'other', names: [], ...place };
}

const slice = (node: Syntax, source: string) =>
  source.slice(node.start, node.end).normalize('NFKC');

function isImport(node: Syntax): boolean {
  return (
    node.type === 'import_statement' ||
    node.type === 'import_from_statement' ||
    node.type === 'future_import_statement'
  );
}

/** `try: import a except ImportError: import b`: nothing but imports on every branch. */
function isGuardedImport(node: Syntax): boolean {
  if (node.type !== 'try_statement' || importsWithin(node).length === 0) return false;
  return blocksOf(node).every(block =>
    named(block).every(
      each => isImport(each) || each.type === 'pass_statement' || isConstantAssignment(each)
    )
  );
}

/** `HAVE_X = True` beside a guarded import, or `x = None` in its handler. */
function isConstantAssignment(node: Syntax): boolean {
  const assignment = node.type === 'expression_statement' ? node.children[0] : undefined;
  const right = assignment?.type === 'assignment' ? child(assignment, 'right') : undefined;
  return right !== undefined && ['true', 'false', 'none'].includes(right.type);
}

function blocksOf(node: Syntax): Syntax[] {
  return node.children.flatMap(each => (each.type === 'block' ? [each] : blocksOf(each)));
}

function importsWithin(node: Syntax): Syntax[] {
  return node.children.flatMap(each => (isImport(each) ? [each] : importsWithin(each)));
}

function isDocstring(node: Syntax): boolean {
  return (
    node.type === 'expression_statement' &&
    node.children[0]?.type === 'string' &&
    node.children.length === 1
  );
}

/** The names an import binds; `*` for a star import. */
export function importedNames(node: Syntax, source: string): string[] {
  if (node.children.some(each => each.type === 'wildcard_import')) return ['*'];
  return childrenOf(node, 'name').map(name => {
    const alias = child(name, 'alias');
    if (alias) return slice(alias, source);
    const dotted = slice(name, source);
    return node.type === 'import_statement' ? (dotted.split('.')[0] ?? dotted) : dotted;
  });
}

/** Top-level packages that the code imports, anywhere in it: `sklearn` for `from sklearn.svm import SVC`. */
export function importedModules(tree: PythonTree): string[] {
  const modules = importsWithin(tree.root).flatMap(node => {
    if (node.type === 'future_import_statement') return [];
    const from = child(node, 'module_name');
    if (from) return from.type === 'relative_import' ? [] : [slice(from, tree.source)];
    return childrenOf(node, 'name').map(name => slice(child(name, 'name') ?? name, tree.source));
  });
  return [...new Set(modules.map(each => each.split('.')[0] ?? each))].filter(Boolean);
}

/** Words for a finding: what becomes of a magic outside of the notebook. */
export const MAGIC_OUTCOMES: Record<Magic['becomes'], string> = {
  python: 'In a pipeline it runs as the Python it stands for.',
  subprocess: 'In a pipeline it runs as a command of the step, in the step’s folder.',
  dropped: 'In a pipeline it is left out: it only concerns the notebook’s display or session.',
  environment:
    'In a pipeline it is left out: what it installs belongs to the captured environment.',
  kept: 'Its step runs it in IPython. What it takes and gives is known once the notebook is proved.'
};
