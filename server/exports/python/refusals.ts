// Code that a notebook runs and a module cannot: said with its place and what to do, before anything is written.
import { problem } from '../../contract/problem.ts';
import { lex } from './lex.ts';

const NOTEBOOK_ONLY: { pattern: RegExp; what: string; remedy: string }[] = [
  {
    pattern: /\b__foreign__\(/,
    what: 'a cell magic that is not Python',
    remedy: 'Do it in Python, or keep the cell out of the pipeline'
  },
  {
    pattern: /globals\(\)\.update\(__import__\("runpy"\)/,
    what: '%run',
    remedy: 'Import what that file defines instead'
  },
  {
    pattern: /\bget_ipython\(\)/,
    what: 'get_ipython()',
    remedy: 'Remove the call: a task has no IPython around it'
  }
];

/** @throws invalid_code */
export function refuseNotebookOnly(source: string, cell: number): void {
  const refuse = (line: number, what: string, remedy: string) =>
    problem(
      'invalid_code',
      `Cell ${cell + 1}, line ${line}: ${what} only works inside of a notebook`,
      {
        cell,
        line,
        remedy
      }
    );
  for (const { pattern, what, remedy } of NOTEBOOK_ONLY) {
    const at = source.search(pattern);
    if (at >= 0) throw refuse(source.slice(0, at).split('\n').length, what, remedy);
  }
  const tokens = lex(source);
  let insideFunction = false;
  tokens.forEach((token, i) => {
    if (token.column === 0 && token.kind === 'word') {
      const next = token.text === 'async' ? tokens[i + 1]?.text : token.text;
      insideFunction = next === 'def' || next === 'class';
    }
    const awaits =
      token.text === 'await' || (token.text === 'async' && tokens[i + 1]?.text !== 'def');
    if (token.kind === 'word' && awaits && !insideFunction) {
      throw refuse(
        token.line + 1,
        `"${token.text}" at the top level`,
        'Put it into an async function and call that with asyncio.run(...)'
      );
    }
  });
}
