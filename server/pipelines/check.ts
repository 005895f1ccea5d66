// What is refused before anything is captured or run, with the cell, the line and what to do.
import type { Finding } from '../contract/analysis.ts';
import { cellSource, type Notebook } from '../contract/notebook.ts';
import type { Pipeline } from '../contract/pipelines.ts';
import { problem } from '../contract/problem.ts';

/** @throws invalid_code for the first thing in the pipeline that cannot work. */
export function requireSound(pipeline: Pipeline): void {
  const fault = pipeline.findings.find(finding => finding.severity === 'error');
  if (fault) {
    const { cell, line, remedy, message } = fault;
    throw problem('invalid_code', message, { cell, line, remedy });
  }
  if (pipeline.steps.length === 0) {
    throw problem('invalid_code', 'The notebook has no code cell that could be a step', {
      remedy: 'Add a code cell that computes something, or mark one as a step'
    });
  }
}

/** Cell magics whose body is Python or a shell's, or only something to look at. */
const UNDERSTOOD =
  /^(time|timeit|capture|prun|memit|mprun|lprun|writefile|file|bash|sh|script|cmd|system|sx|!|html|HTML|javascript|js|latex|markdown|svg|SVG)$/;

/** A cell in another language does nothing outside of a kernel: better said now than missed later. */
export function findForeignCells(notebook: Notebook, steps: { cells: number[] }[]): Finding[] {
  return steps.flatMap(step =>
    step.cells.flatMap((cell): Finding[] => {
      const lines = cellSource(notebook.cells[cell]!).split('\n');
      const first = lines.findIndex(line => line.trim() !== '');
      const name = /^%%(\S+)/.exec(lines[first] ?? '')?.[1];
      if (name === undefined || UNDERSTOOD.test(name)) return [];
      return [
        {
          code: 'magic',
          severity: 'error',
          cell,
          line: first + 1,
          name,
          message: `The cell magic %%${name} works in a notebook only, so this cell cannot be a step`,
          remedy: 'Write the cell in plain Python, or take it out of the step'
        }
      ];
    })
  );
}
