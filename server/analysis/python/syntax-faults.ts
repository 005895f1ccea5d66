// What is wrong with a cell's syntax. The parser goes on after an error, and takes some of Python 2 as it is: both are looked for here.
import type { Fault } from '../read-cell.ts';
import type { PythonTree, Syntax } from './syntax.ts';

/** More of them would be echoes of the first. */
const MOST = 3;

export function syntaxFaults(tree: PythonTree): Fault[] {
  const faults: Fault[] = [];
  const walk = (node: Syntax): void => {
    if (faults.length >= MOST) return;
    const fault = faultOf(node, tree);
    if (fault && !faults.some(each => each.line === fault.line)) faults.push(fault);
    if (!fault) node.children.forEach(walk);
  };
  walk(tree.root);
  return faults;
}

function faultOf(node: Syntax, { source, hasError }: PythonTree): Fault | undefined {
  const { line } = node;
  if (node.type === 'print_statement')
    return {
      line,
      message: 'print without parentheses is Python 2.',
      remedy: 'Write print(…) with parentheses.'
    };
  if (node.type === 'exec_statement')
    return {
      line,
      message: 'exec without parentheses is Python 2.',
      remedy: 'Write exec(…) with parentheses.'
    };
  if (!hasError) return undefined;
  if (node.missing)
    return {
      line,
      message: `Something is missing here: “${node.type}”.`,
      remedy: `Add “${node.type}” at the end of line ${line}.`
    };
  if (node.type !== 'ERROR') return undefined;
  const text = source.slice(node.start, node.end);
  const open = unclosed(text);
  if (open)
    return {
      line: line + open.line,
      message: `The “${open.bracket}” in this line is never closed.`,
      remedy: `Close the “${open.bracket}”, or take it away.`
    };
  const shown = (text.split('\n')[0] ?? '').trim().slice(0, 60);
  return {
    line,
    message: `This is not valid Python: “${shown}”.`,
    remedy: 'Correct the line; the other cells are analysed without it.'
  };
}

function unclosed(text: string): { bracket: string; line: number } | undefined {
  const open: { bracket: string; line: number }[] = [];
  let line = 0;
  for (const letter of text.replace(/"[^"\n]*"|'[^'\n]*'|#[^\n]*/g, '')) {
    if (letter === '\n') line += 1;
    else if ('([{'.includes(letter)) open.push({ bracket: letter, line });
    else if (')]}'.includes(letter)) open.pop();
  }
  return open[0];
}
