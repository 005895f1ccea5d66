// Cells that would take too long to read, or too deep a stack: pasted data is left out, and of the rest only the names are looked at.
import type { Finding } from '../contract/analysis.ts';
import { cellSource, type Notebook } from '../contract/notebook.ts';

type Language = 'python' | 'typescript';

/** Characters beyond which literals are looked for, and beyond which the rest is not read line by line. */
const LARGE = 50_000;
const TOO_LARGE = 300_000;
/** Brackets within brackets that both parsers and the interpreter take. */
const DEEPEST = 200;
const MOST_NAMES = 5000;

const STRINGS = /"""[^]*?"""|'''[^]*?'''|`[^`]*`|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;

export interface Bounded {
  notebook: Notebook;
  findings: Finding[];
}

/** What a cell needs that was read by its names alone is a guess, hence no finding. */
export function withoutGuesses(found: Finding[], bounded: Finding[]): Finding[] {
  const guessed = new Set(bounded.map(({ cell }) => cell));
  return found.filter(({ code, cell }) => code !== 'undefined-name' || !guessed.has(cell));
}

/** @param strict also cells that are only suspected: something in the notebook was too much */
export function bounded(notebook: Notebook, language: Language, strict = false): Bounded {
  const findings: Finding[] = [];
  const cells = notebook.cells.map((cell, index) => {
    if (cell.cell_type !== 'code') return cell;
    const source = cellSource(cell);
    const depth = depthOf(source);
    if (source.length < LARGE && depth < DEEPEST && !strict) return cell;
    const data = withoutData(source);
    const deep = depthOf(data) >= (strict ? DEEPEST / 10 : DEEPEST);
    if (data.length < (strict ? LARGE : TOO_LARGE) && !deep) return { ...cell, source: data };
    findings.push(tooMuch(index, deep ? `its brackets are nested ${depth} deep` : sizeOf(source)));
    return { ...cell, source: namesOnly(data, language) };
  });
  return {
    notebook:
      findings.length || cells.some((cell, at) => cell !== notebook.cells[at])
        ? { ...notebook, cells }
        : notebook,
    findings
  };
}

/** A number or a string, and the comma after it. */
const DATUM = /\s*(?:[-+]?\.?\d[\w.+]{0,40}|"[^"\\\n]{0,2000}"|'[^'\\\n]{0,2000}')\s*,/y;
const MANY = 20;

/** Numbers and strings one after the other are data, which names nothing; only their lines are kept. */
function withoutData(source: string): string {
  const kept: string[] = [];
  let from = 0;
  for (let at = 0; at < source.length; at += 1) {
    if (!/[\d"'+.-]/.test(source[at]!) || /[\w.]/.test(source[at - 1] ?? '')) continue;
    DATUM.lastIndex = at;
    let count = 0;
    let end = at;
    for (; DATUM.test(source); count += 1) end = DATUM.lastIndex;
    if (count >= MANY) {
      kept.push(source.slice(from, at), '\n'.repeat(source.slice(at, end).split('\n').length - 1));
      from = end;
    }
    if (count > 0) at = end - 1;
  }
  return kept.join('') + source.slice(from);
}

function depthOf(source: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < source.length; at += 1) {
    const code = source.charCodeAt(at);
    if (code === 40 || code === 91 || code === 123) deepest = Math.max(deepest, (depth += 1));
    else if (code === 41 || code === 93 || code === 125) depth = Math.max(0, depth - 1);
  }
  return deepest;
}

const sizeOf = (source: string) => `it has ${(source.length / 1e6).toFixed(1)} million characters`;

function tooMuch(cell: number, why: string): Finding {
  return {
    code: 'too-large',
    severity: 'warning',
    cell,
    line: 1,
    message: `This cell was not read line by line, because ${why}; only the names in it were looked at.`,
    remedy: 'Put data into a file, or split the cell.'
  };
}

/** A cell that imports, uses and binds the same names, and does nothing else. */
function namesOnly(source: string, language: Language): string {
  const plain = source
    .replace(STRINGS, '""')
    .replace(language === 'python' ? /#.*/g : /\/\/.*/g, '');
  const imports = plain.match(/^(?:import|from)\s.*$/gm) ?? [];
  const isName = (name: string) =>
    !WORDS.has(name) && (language === 'typescript' || !name.includes('$'));
  const used = unique(plain.matchAll(/(?<![.\w$])([A-Za-z_$][\w$]*)/g)).filter(isName);
  const bound = unique(
    plain.matchAll(
      /(?:^[ \t]*|[:;][ \t]+)(?:(?:export\s+)?(?:let|const|var|def|async def|class|function)\s+)?([A-Za-z_$][\w$]*)\s*(?::[^=\n]+)?(?:=(?!=)|\(.*\)\s*(?:->.*)?[:{]|[:{(]\s*$)/gm
    )
  ).filter(isName);
  const code =
    language === 'python'
      ? [`__foreign__(${used.join(', ')})`, ...bound.map(name => `${name} = __foreign__()`)]
      : [`void [${used.join(', ')}];`, ...bound.map(name => `var ${name} = undefined as unknown;`)];
  return [...new Set(imports), ...code].join('\n');
}

function unique(found: Iterable<RegExpMatchArray>): string[] {
  const names = new Set<string>();
  for (const [, name = ''] of found) {
    names.add(name);
    if (names.size === MOST_NAMES) break;
  }
  return [...names];
}

const WORDS = new Set(
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield case catch const debugger default delete do enum export extends false function implements instanceof interface let new null package private protected public static super switch this throw true typeof var void any number string boolean'.split(
    ' '
  )
);
