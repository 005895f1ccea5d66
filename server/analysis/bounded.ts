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

/** Numbers and strings one after the other: data, which names nothing. */
const DATA = /(?:\s*(?:(?<![\w.])[-+]?\.?\d[\w.+]{0,40}|"[^"\\\n]*"|'[^'\\\n]*')\s*,){20,}/g;
const STRINGS = /"""[^]*?"""|'''[^]*?'''|`[^`]*`|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;

export interface Bounded {
  notebook: Notebook;
  findings: Finding[];
}

/** @param strict also cells that are only suspected: something in the notebook was too much */
export function bounded(notebook: Notebook, language: Language, strict = false): Bounded {
  const findings: Finding[] = [];
  const cells = notebook.cells.map((cell, index) => {
    if (cell.cell_type !== 'code') return cell;
    const source = cellSource(cell);
    const depth = depthOf(source);
    if (source.length < LARGE && depth < DEEPEST && !strict) return cell;
    const data = source.replace(DATA, found => '\n'.repeat(found.split('\n').length - 1));
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
  const used = unique(plain.matchAll(/(?<![.\w$])([A-Za-z_$][\w$]*)/g)).filter(
    name => !WORDS.has(name)
  );
  const bound = unique(
    plain.matchAll(
      /^(?:(?:export\s+)?(?:let|const|var|def|async def|class|function)\s+)?([A-Za-z_$][\w$]*)\s*(?::[^=\n]+)?(?:=(?!=)|\(.*\)\s*(?:->.*)?[:{]|[:{(]\s*$)/gm
    )
  ).filter(name => !WORDS.has(name));
  const code =
    language === 'python'
      ? [`__foreign__(${used.join(', ')})`, ...bound.map(name => `${name} = __foreign__()`)]
      : [`void [${used.join(', ')}];`, ...bound.map(name => `var ${name} = undefined as unknown;`)];
  return [...new Set(imports), ...code].join('\n');
}

const unique = (found: Iterable<RegExpMatchArray>) =>
  [...new Set([...found].map(each => each[1] ?? ''))].slice(0, MOST_NAMES);

const WORDS = new Set(
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield case catch const debugger default delete do enum export extends false function implements instanceof interface let new null package private protected public static super switch this throw true typeof var void any number string boolean'.split(
    ' '
  )
);
