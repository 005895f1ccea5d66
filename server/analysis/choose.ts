// An ambiguity answered: the notebook with the choice in the metadata of the cell that reads the name.
import type { Ambiguity, NotebookAnalysis } from '../contract/analysis.ts';
import { type CellIntent, cellIntent, INTENT_KEY, type Notebook } from '../contract/notebook.ts';
import { problem } from '../contract/problem.ts';
import { AS_IT_RUNS } from './interpret/ambiguity.ts';

export interface Choice {
  name: string;
  /** Index of the cell whose value is meant; without it the run decides. */
  writer?: number;
  /** Index of the reading cell, where several ask for the name. */
  reader?: number;
}

/**
 * Answers to questions that the code no longer asks are taken out of that cell.
 * @throws invalid_request when nobody asks for the name, or the cell does not write it
 */
export function chooseWriter(
  notebook: Notebook,
  { ambiguities = [] }: NotebookAnalysis,
  choice: Choice
): Notebook {
  const asked = questionOf(ambiguities, choice);
  const given = asked.choices.find(({ writer }) => writer?.cell === choice.writer);
  if (!given) throw noSuchWriter(asked, choice.writer);
  const open = new Set(ambiguities.flatMap(({ cell, name }) => (cell === asked.cell ? name : [])));
  const cells = notebook.cells.map((cell, index) => {
    if (index !== asked.cell) return cell;
    const known = Object.entries(cellIntent(cell).writers ?? {}).filter(([name]) => open.has(name));
    const writers = sorted({ ...Object.fromEntries(known), [asked.name]: given.choice });
    const intent: CellIntent = { ...(cell.metadata[INTENT_KEY] as object | undefined), writers };
    return { ...cell, metadata: { ...cell.metadata, [INTENT_KEY]: sorted(intent) } };
  });
  return { ...notebook, cells };
}

function questionOf(ambiguities: Ambiguity[], { name, reader }: Choice): Ambiguity {
  const asking = ambiguities.filter(each => each.name === name);
  const asked = reader === undefined ? asking : asking.filter(({ cell }) => cell === reader);
  const [first, second] = asked;
  if (first && !second) return first;
  const cells = asking.map(({ cell }) => cell + 1).join(', ');
  if (first)
    throw problem('invalid_request', `Several cells ask where "${name}" comes from: ${cells}`, {
      remedy: 'Say which of them is meant with --cell'
    });
  const names = [...new Set(ambiguities.map(each => each.name))].map(each => `"${each}"`);
  throw problem(
    'invalid_request',
    `It is clear where "${name}" comes from; there is nothing to choose`,
    {
      remedy:
        asking.length > 0
          ? `The question is asked in cell ${cells}`
          : names.length > 0
            ? `Open questions are about ${names.join(', ')}`
            : 'Run "stepladder analyze" to see what the notebook asks'
    }
  );
}

function noSuchWriter({ cell, name, choices }: Ambiguity, writer?: number) {
  const cells = choices.flatMap(each => (each.writer ? [`${each.writer.cell + 1}`] : []));
  const either = choices.some(({ choice }) => choice === AS_IT_RUNS) ? ' or "any"' : '';
  const what = writer === undefined ? 'what runs last' : `cell ${writer + 1}`;
  return problem('invalid_request', `"${name}" cannot be taken from ${what} here`, {
    cell,
    remedy: `Choose cell ${cells.join(' or ')}${either}`
  });
}

const sorted = <T extends object>(of: T): T =>
  Object.fromEntries(Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1))) as T;
