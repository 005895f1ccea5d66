// What stands inside of a step's function: the code of its cells, made to mean there what it meant at the top level.
import { cellSummary } from './prose.ts';
import type { CodeCell, Piece } from './cells.ts';
import { isBuiltin } from './identifiers.ts';
import { tidy } from './layout.ts';
import { namesOf } from './names.ts';

export interface Surroundings {
  /** Definitions of earlier cells that cannot stand on their own. */
  nested: Piece[];
  /** Definitions that stand at the top of the module. */
  standing: Set<Piece>;
  imports: Piece[];
  /** Names of the function's arguments. */
  given: ReadonlySet<string>;
}

export function bodyOf(
  cells: CodeCell[],
  { nested, standing, imports, given }: Surroundings
): string {
  const parts = nested.map(piece => piece.source);
  cells.forEach((cell, i) => {
    const kept = cell.pieces.filter(piece => piece.kind !== 'import' && !standing.has(piece));
    const heading = i > 0 ? cellSummary(cell.markdown) : undefined;
    const source = showLastValue(tidy(kept.map(piece => piece.source).join('\n')));
    if (source) parts.push(heading ? `# ${heading}\n${source}` : source);
  });
  const source = parts.join('\n\n');
  const { bound, read } = namesOf(source);
  const isLocal = (name: string) => bound.has(name) && !given.has(name);
  // A name that the code both takes from outside and binds anew would be unbound inside of a function.
  const taken = imports.filter(each => each.names.some(name => isLocal(name) && read.has(name)));
  const set = [
    ...[...bound]
      .filter(name => isLocal(name) && read.has(name) && isBuiltin(name))
      .map(name => `${name} = builtins.${name}`),
    ...globalsOf(source)
      .filter(name => !bound.has(name) && !given.has(name))
      .map(name => `${name} = None`)
  ];
  const blocks = [
    taken.map(each => each.source).join('\n'),
    set.join('\n'),
    asInnerFunctions(source)
  ];
  return tidy(blocks.filter(Boolean).join('\n\n'));
}

/** The names that functions inside of the cell change in the notebook. */
function globalsOf(source: string): string[] {
  const found = source.matchAll(/^[ \t]+global[ \t]+(.+)$/gm);
  return [...new Set([...found].flatMap(match => match[1]!.split(',').map(name => name.trim())))];
}

/** `global` meant the notebook, which is now the function around. */
function asInnerFunctions(source: string): string {
  return source.replace(/^global .*\n?/gm, '').replace(/^([ \t]+)global(?=[ \t])/gm, '$1nonlocal');
}

/** A notebook shows a cell's last value; where that is no more than a name, a module would do nothing at all. */
function showLastValue(source: string): string {
  const lines = source.replace(/;[ \t]*$/, '').split('\n');
  const last = lines.at(-1)!;
  const isName =
    /^[A-Za-z_][\w.]*$/.test(last) && !['pass', 'break', 'continue', 'return'].includes(last);
  return isName ? [...lines.slice(0, -1), `print(${last})`].join('\n') : lines.join('\n');
}
