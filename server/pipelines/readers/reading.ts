// What a reader of another tool's notebook gives: which cells make which step in our words, and what became of each mark.
import type { ImportNote } from '../../contract/pipelines.ts';
import { cellTags, INTENT_KEY, type Notebook } from '../../contract/notebook.ts';

export interface Reading {
  /** Cell index -> our intent for it. */
  steps: Map<number, { step: string; after?: string[] }>;
  /** Cells that hold params. */
  parameters: number[];
  notes: ImportNote[];
}

/** The notebook with our intent beside the other tool's marks, which stay. */
export function withReading(notebook: Notebook, { steps, parameters }: Reading): Notebook {
  return {
    ...notebook,
    cells: notebook.cells.map((cell, index) => {
      const intent = steps.get(index);
      const tags = cellTags(cell);
      const addsTag = parameters.includes(index) && !tags.includes('parameters');
      if (!intent && !addsTag) return cell;
      return {
        ...cell,
        metadata: {
          ...cell.metadata,
          ...(addsTag ? { tags: [...tags, 'parameters'] } : {}),
          ...(intent ? { [INTENT_KEY]: { ...ownOf(cell.metadata), ...intent } } : {})
        }
      };
    })
  };
}

const ownOf = (metadata: Record<string, unknown>) => metadata[INTENT_KEY] as object | undefined;

/** A step's cells next to one another, at the place of its first: what a tool that joins them by name does. */
export function gatherSteps(notebook: Notebook, reading: Reading): [Notebook, ImportNote[]] {
  const order: number[] = [];
  const notes: ImportNote[] = [];
  const lastOf = new Map<string, number>();
  notebook.cells.forEach((_, index) => {
    const step = reading.steps.get(index)?.step;
    const before = step === undefined ? undefined : lastOf.get(step);
    const at = before === undefined ? order.length : order.indexOf(before) + 1;
    const between = order.slice(at).some(cell => reading.steps.has(cell));
    if (before === undefined || !between) order.push(index);
    else {
      order.splice(at, 0, index);
      notes.push({
        cell: index,
        subject: `step:${step}`,
        outcome: 'changed',
        text: `The cell was moved up to the other cells of the step "${step}": its tool runs them together`
      });
    }
    if (step !== undefined) lastOf.set(step, index);
  });
  const moved = { ...notebook, cells: order.map(index => notebook.cells[index]!) };
  return [moved, notes];
}
