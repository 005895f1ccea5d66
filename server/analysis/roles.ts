// What a cell is for, as its source alone says.
import type { CellRole } from '../contract/analysis.ts';
import type { Expr, Program, Stmt, Target } from './interpret/ir.ts';
import type { Knowledge } from './interpret/knowledge.ts';
import type { Outline } from './outline.ts';

export function roleOf(
  outline: Outline,
  program: Program,
  tags: string[],
  isSetup: (line: number) => boolean
): CellRole {
  const parts = outline.parts.filter(part => part.kind !== 'other' || !isSetup(part.fromLine));
  if (tags.includes('parameters')) return 'parameters';
  if (outline.parts.length === 0) return program.body.length ? 'code' : 'empty';
  if (parts.every(part => part.kind === 'import')) return 'imports';
  return parts.every(part => part.kind !== 'other') ? 'definitions' : 'code';
}

/**
 * Statements that only set a library up (`pd.set_option`, `plt.style.use`, `plt.rcParams[…] = …`) or say where modules are: replicated like imports, because
 * what they change is not a value that could be handed on. Seeds are not: their state is.
 */
export function setupLines(
  programs: Program[],
  knowledge: Knowledge
): ((line: number) => boolean)[] {
  const paths = new Map<string, string>();
  return programs.map(program => {
    const lines = new Set<number>();
    for (const statement of program.body) {
      if (statement.k === 'import')
        for (const { module, name, as } of statement.names)
          paths.set(as, name ? `${module}.${name}` : module);
      else if (isSetup(statement, paths, knowledge)) lines.add(statement.line);
    }
    return line => lines.has(line);
  });
}

function isSetup(statement: Stmt, paths: Map<string, string>, knowledge: Knowledge): boolean {
  if (statement.k === 'expr' && statement.value.k === 'call') {
    const path = pathOf(statement.value.callee, paths);
    const sets = path && knowledge.functionAt(path)?.sets;
    const { args } = statement.value;
    if (sets?.startsWith('opt:')) return args.every(arg => isFixed(arg.value));
    return addsToPath(path, knowledge) && args.every(arg => isPath(arg.value, paths));
  }
  // `if '..' not in sys.path: sys.path.append('..')`
  if (statement.k === 'if' && statement.otherwise.length === 0)
    return (
      isAboutPath(statement.test, paths, knowledge) &&
      statement.then.every(each => isSetup(each, paths, knowledge))
    );
  if (statement.k === 'assign' && isFixed(statement.value))
    return statement.targets.every(target => stateOf(target, paths, knowledge));
  return false;
}

/** `sys.path.append('..')`: where modules are found, for all cells that come later. */
const addsToPath = (path: string | undefined, knowledge: Knowledge) =>
  ['.append', '.insert', '.extend'].some(
    method => path?.endsWith(method) && isSearchPath(path.slice(0, -method.length), knowledge)
  );

const isSearchPath = (path: string | undefined, knowledge: Knowledge) =>
  path !== undefined && knowledge.stateAt(path)?.kind === 'searchPath';

/** Put together from fixed text and from where the notebook is. */
function isPath(e: Expr, paths: Map<string, string>): boolean {
  if (e.k !== 'call') return isFixed(e);
  const callee = pathOf(e.callee, paths) ?? (e.callee.k === 'name' ? e.callee.id : '');
  return (
    /^(os\.path\.\w+|os\.getcwd|pathlib\.Path(\.cwd)?|str)$/.test(callee) &&
    e.args.every(arg => isPath(arg.value, paths))
  );
}

const isAboutPath = (test: Expr, paths: Map<string, string>, knowledge: Knowledge): boolean =>
  test.k === 'op'
    ? test.parts.every(part => isAboutPath(part, paths, knowledge))
    : isPath(test, paths) || isSearchPath(pathOf(test, paths), knowledge);

function stateOf(target: Target, paths: Map<string, string>, knowledge: Knowledge): boolean {
  if (target.k !== 'attr' && target.k !== 'item') return false;
  for (let of: Expr = target.of; ; of = of.of) {
    const path = pathOf(of, paths);
    if (path && knowledge.stateAt(path)?.key?.startsWith('opt:')) return true;
    if (of.k !== 'attr' && of.k !== 'item') return false;
  }
}

function pathOf(e: Expr, paths: Map<string, string>): string | undefined {
  if (e.k === 'name') return paths.get(e.id);
  const of = e.k === 'attr' ? pathOf(e.of, paths) : undefined;
  return of && e.k === 'attr' ? `${of}.${e.name}` : undefined;
}

function isFixed(e: Expr): boolean {
  if (e.k === 'make')
    return e.parts.every(part => isFixed(part.value) && (!part.key || isFixed(part.key)));
  return (
    e.k === 'const' || (e.k === 'op' && e.parts.every(isFixed)) || (e.k === 'attr' && pathRoot(e))
  );
}

/** `IPython.display.HTML`, `np.nan`: an attribute of a name is fixed when the name is a module, which the caller has checked. */
function pathRoot(e: Expr): boolean {
  return (
    e.k === 'attr' &&
    e.of.k === 'name' &&
    /^(np|pd|plt|sns|matplotlib|warnings|logging)$/.test(e.of.id)
  );
}
