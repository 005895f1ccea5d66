// The notebook's code cells, taken apart: imports and definitions may move to the top of a module, the rest is a step's body.
import { cellSource, cellTags, type Notebook } from '../../contract/notebook.ts';
import type { ExportContext } from '../exporter.ts';
import { refuseNotebookOnly } from './refusals.ts';

export interface Piece {
  cell: number;
  kind: 'import' | 'definition' | 'code';
  source: string;
  /** What an import or definition binds. */
  names: string[];
}

export interface CodeCell {
  index: number;
  /** What the markdown right above says; empty without any. */
  markdown: string;
  /** In order; joined by line breaks they are the cell. */
  pieces: Piece[];
}

/** What is left of a magic that only concerns the notebook itself. */
const DROPPED = /^(?:pass {2}# (?=[%!?]|.*\?$)|# (?=%%))(.*)$/;
const IMPLIED = /__import__\("(os|subprocess|types)"\)/g;

/** All but the parameters cell. @throws invalid_code for what only means something inside of a notebook. */
export function readCodeCells(
  notebook: Notebook,
  code: ExportContext['code'],
  note: (text: string) => void
): CodeCell[] {
  const cells: CodeCell[] = [];
  let markdown: string[] = [];
  notebook.cells.forEach((cell, index) => {
    if (cell.cell_type === 'markdown') markdown.push(cellSource(cell));
    if (cell.cell_type !== 'code') return;
    if (!cellTags(cell).includes('parameters')) {
      const plain = withoutMagics(code.stripMagics(cellSource(cell)), index, note);
      refuseNotebookOnly(plain, index);
      cells.push({
        index,
        markdown: markdown.join('\n\n'),
        pieces: [
          ...impliedImports(plain, index),
          ...takeApart(plain.replace(IMPLIED, '$1'), index, code)
        ]
      });
    }
    markdown = [];
  });
  return cells;
}

/** Keeps the number of lines, so that problems name the right one. */
function withoutMagics(plain: string, cell: number, note: (text: string) => void): string {
  return plain
    .split('\n')
    .map((line, at) => {
      const magic = DROPPED.exec(line)?.[1];
      if (magic === undefined) return line;
      note(
        `Cell ${cell + 1}, line ${at + 1}: "${magic}" is left out; it only means something inside of a notebook`
      );
      return '';
    })
    .join('\n');
}

/** What a magic stands for needs modules that the notebook never imported. */
function impliedImports(plain: string, cell: number): Piece[] {
  const modules = new Set([...plain.matchAll(IMPLIED)].map(match => match[1]!));
  return [...modules].map(name => ({
    cell,
    kind: 'import',
    source: `import ${name}`,
    names: [name]
  }));
}

function takeApart(plain: string, cell: number, code: ExportContext['code']): Piece[] {
  const lines = plain.split('\n');
  const { parts } = code.definitionsOf(plain);
  const pieces: Piece[] = [];
  let next = 0;
  const codeUntil = (end: number) => {
    if (end > next)
      pieces.push({ cell, kind: 'code', source: lines.slice(next, end).join('\n'), names: [] });
    next = Math.max(next, end);
  };
  for (const part of parts) {
    const sharesLine = parts.some(
      other => other !== part && other.fromLine <= part.toLine && part.fromLine <= other.toLine
    );
    if (part.kind === 'other' || sharesLine) continue;
    let from = part.fromLine - 1;
    // A comment right above belongs to what it stands above.
    while (from > next && lines[from - 1]!.startsWith('#')) from -= 1;
    codeUntil(from);
    pieces.push({
      cell,
      kind: part.kind,
      source: lines.slice(from, part.toLine).join('\n'),
      names: part.names
    });
    next = part.toLine;
  }
  codeUntil(lines.length);
  return pieces;
}
