// Cells in another language, or in one that an extension of IPython brings: steps run them as the notebook does, exports cannot.
import type { Finding } from '../contract/analysis.ts';
import { cellSource, type Notebook } from '../contract/notebook.ts';

/** Cell magics whose body is Python or a shell's, or only something to look at. */
const UNDERSTOOD =
  /^(time|timeit|capture|prun|memit|mprun|lprun|writefile|file|bash|sh|script|cmd|system|sx|!|html|HTML|javascript|js|latex|markdown|svg|SVG)$/;
/** IPython has these without being asked. */
const OF_IPYTHON = /^(python[23]?|perl|ruby|pypy|debug)$/;
const LOADS = /^[ \t]*%?(?:re)?load_ext[ \t]+[\w.]+[ \t]*$/gm;
const REGISTERS =
  /\bregister_(?:(?:line|cell|line_cell)_magic|magics|magic_function)\b|\bmagics_class\b/;
/** Magics that every IPython has; what else stands in a cell came with an extension. */
const EVERYWHERE =
  /^(alias|alias_magic|autoawait|autocall|automagic|bookmark|cd|colors|conda|config|debug|dhist|dirs|env|gui|load|loadpy|load_ext|ls|lsmagic|macro|magic|mamba|matplotlib|micromamba|notebook|page|pastebin|pdb|pdef|pdoc|pfile|pinfo|pinfo2|pip|popd|pprint|precision|prun|psearch|psource|pushd|pwd|pycat|pylab|quickref|recall|rehashx|reload_ext|rerun|reset|reset_selective|run|save|sc|set_env|store|sx|system|tb|time|timeit|unalias|unload_ext|uv|who|who_ls|whos|xdel|xmode)$/;
const MAGICS = /(?:^|=)[ \t]*%{1,2}(\w[\w.]*)/gm;

/** Better said now than missed later. */
export function findForeignCells(notebook: Notebook, steps: { cells: number[] }[]): Finding[] {
  return steps.flatMap(step =>
    step.cells.flatMap((cell): Finding[] => {
      const lines = cellSource(notebook.cells[cell]!).split('\n');
      const first = lines.findIndex(line => line.trim() !== '');
      const name = /^%%(\S+)/.exec(lines[first] ?? '')?.[1];
      if (name === undefined || UNDERSTOOD.test(name)) return [];
      const isBrought = OF_IPYTHON.test(name) || bringsMagics(notebook, cell);
      return [
        {
          code: 'magic',
          severity: isBrought ? 'warning' : 'error',
          cell,
          line: first + 1,
          name,
          message: isBrought
            ? `The cell magic %%${name} runs in IPython, as in the notebook; this cell can be a step, but cannot be exported`
            : `Nothing above brings the cell magic %%${name} (no %load_ext), so this cell cannot be a step`,
          remedy: isBrought
            ? 'Prove the notebook, so that it is known what the cell takes and gives; write it in plain Python where it has to be exported'
            : 'Load the extension in a cell above, write the cell in plain Python, or take it out of the step'
        }
      ];
    })
  );
}

/** What a cell in another language gives cannot be seen in its source: a name that nobody seems to define may be from there. */
export const perhapsFrom =
  (foreign: Finding[]) =>
  (finding: Finding): Finding =>
    finding.code === 'undefined-name' && foreign.some(({ cell }) => cell < finding.cell)
      ? { ...finding, severity: 'warning' }
      : finding;

function bringsMagics({ cells }: Notebook, before: number): boolean {
  return cells.slice(0, before).some(cell => {
    const source = cell.cell_type === 'code' ? cellSource(cell) : '';
    return source.match(LOADS) !== null || REGISTERS.test(source);
  });
}

export const usesExtensions = (source: string): boolean =>
  [...source.matchAll(MAGICS)].some(([, name = '']) => !EVERYWHERE.test(name));

/** The lines of each earlier cell that load extensions. */
export function loadingLines(
  { cells }: Notebook,
  before: number
): { cell: number; source: string }[] {
  return cells.slice(0, before).flatMap((cell, index) => {
    const lines = cell.cell_type === 'code' ? cellSource(cell).match(LOADS) : null;
    return lines ? [{ cell: index, source: lines.map(line => line.trim()).join('\n') }] : [];
  });
}
