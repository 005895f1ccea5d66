// Which cells make which step: those of one name where the user named any, else every code cell for itself.
import type { Finding, NotebookAnalysis } from '../contract/analysis.ts';
import {
  cellIntent,
  cellSource,
  cellTags,
  type Notebook,
  STEP_NAME
} from '../contract/notebook.ts';
import { uniqueName } from './suggest.ts';

export interface StepCells {
  name: string;
  cells: number[];
  /** Steps that its author wants before it. */
  after: string[];
}

export interface Grouping {
  named: boolean;
  steps: StepCells[];
  /** A name for each code cell that has none. */
  suggestions: Record<string, string>;
  findings: Finding[];
}

const NEVER_A_STEP = new Set<unknown>(['markdown', 'empty', 'parameters', undefined]);

type SuggestName = (source: string, heading?: string) => string;

export function groupCells(
  notebook: Notebook,
  analysis: NotebookAnalysis,
  suggestName: SuggestName
): Grouping {
  // Params are given to every step, so their cell is part of none.
  const roleOf = new Map(analysis.cells.map(cell => [cell.index, cell.role]));
  const names = notebook.cells.map((cell, index) =>
    NEVER_A_STEP.has(roleOf.get(index)) ? undefined : cellIntent(cell).step
  );
  const code = analysis.cells.filter(cell => cell.role === 'code').map(cell => cell.index);
  const named = names.some(name => name !== undefined);
  const suggestions = suggestNames(notebook, code, names, suggestName);
  if (named) {
    const skipped = notebook.cells.flatMap((cell, at) =>
      cellTags(cell).includes('skip') ? [at] : []
    );
    const grouped = groupNamed(names, code, new Set(skipped));
    const ordered = orderAsAsked(notebook, grouped.steps);
    const findings = [...grouped.findings, ...ordered.findings];
    return { named, suggestions, steps: ordered.steps, findings };
  }
  const steps = code.map(cell => ({ name: suggestions[cell]!, cells: [cell], after: [] }));
  return { named, steps, suggestions, findings: [] };
}

function groupNamed(
  names: (string | undefined)[],
  code: number[],
  skipped: Set<number>
): Pick<Grouping, 'steps' | 'findings'> {
  const steps: StepCells[] = [];
  const findings: Finding[] = [];
  const fault = (cell: number, name: string, message: string, remedy: string) =>
    findings.push({
      code: 'step-name',
      severity: 'error',
      cell,
      line: 1,
      name,
      message,
      remedy
    });
  names.forEach((name, cell) => {
    if (name === undefined) return;
    const last = steps.at(-1);
    if (last?.name === name) {
      last.cells.push(cell);
      return;
    }
    if (!STEP_NAME.test(name)) {
      fault(
        cell,
        name,
        `"${name}" cannot be the name of a step`,
        'Use lower-case letters, digits and underscores, beginning with a letter, such as "load_data"'
      );
    } else if (steps.some(step => step.name === name)) {
      fault(
        cell,
        name,
        `The step "${name}" already ended before this cell: another step lies between its cells`,
        'Give this cell another step name, or move it next to the other cells of the step'
      );
    }
    steps.push({ name, cells: [cell], after: [] });
  });
  for (const cell of code) {
    // Kale's mark for a cell that is only for looking at.
    if (names[cell] !== undefined || skipped.has(cell)) continue;
    findings.push({
      code: 'outside-steps',
      severity: 'warning',
      cell,
      line: 1,
      message: 'This cell belongs to no step, so the pipeline does not run it',
      remedy: 'Mark it as a step if its results are needed'
    });
  }
  return { steps, findings };
}

/** What `after` in the cells says; it can only name a step that stands above. */
function orderAsAsked(
  notebook: Notebook,
  steps: StepCells[]
): { steps: StepCells[]; findings: Finding[] } {
  const findings: Finding[] = [];
  const ordered = steps.map((step, at) => {
    const above = new Set(steps.slice(0, at).map(({ name }) => name));
    const asked = step.cells.flatMap(cell =>
      (cellIntent(notebook.cells[cell]!).after ?? []).map(name => ({ cell, name }))
    );
    for (const { cell, name } of asked.filter(each => !above.has(each.name))) {
      findings.push({
        code: 'step-name',
        severity: 'warning',
        cell,
        line: 1,
        name,
        message: `The step "${step.name}" is to come after "${name}", but no step of that name stands above it`,
        remedy: 'Move the cells of that step above this one, or take the name out of "after"'
      });
    }
    const after = asked.map(({ name }) => name).filter(name => above.has(name));
    return { ...step, after: [...new Set(after)].sort() };
  });
  return { steps: ordered, findings };
}

function suggestNames(
  notebook: Notebook,
  code: number[],
  names: (string | undefined)[],
  suggestName: SuggestName
): Record<string, string> {
  const taken = new Set(names.filter(name => name !== undefined));
  const suggestions: Record<string, string> = {};
  for (const cell of code) {
    if (names[cell] !== undefined) continue;
    const wanted = suggestName(cellSource(notebook.cells[cell]!), headingOf(notebook, cell));
    suggestions[cell] = uniqueName(STEP_NAME.test(wanted) ? wanted : `cell_${cell}`, taken);
  }
  return suggestions;
}

/** The markdown just above the cell. */
function headingOf(notebook: Notebook, cell: number): string | undefined {
  const above = notebook.cells[cell - 1];
  return above?.cell_type === 'markdown' ? cellSource(above) : undefined;
}
