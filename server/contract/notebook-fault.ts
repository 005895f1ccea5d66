// Why something is not a notebook that we read, in words that its owner understands.
import { Notebook } from './notebook.ts';

export interface NotebookFault {
  /** Goes on after "the notebook …". */
  what: string;
  cell?: number;
  remedy: string;
}

const SAVED = 'Give a Jupyter notebook: a file that JupyterLab saved with the ending .ipynb';
const CONVERT =
  'Open and save it in JupyterLab, or run "jupyter nbconvert --to notebook --inplace" on it';

export function notebookFault(content: unknown): NotebookFault | undefined {
  if (kindOf(content) !== 'an object')
    return { what: `is not a notebook: it is ${kindOf(content)}, not an object`, remedy: SAVED };
  const { nbformat, worksheets } = content as { nbformat?: unknown; worksheets?: unknown };
  // Before anything else: an older format has its cells elsewhere.
  if (worksheets !== undefined && nbformat === undefined)
    return { what: 'has notebook format 3 or older; format 4 is read here', remedy: CONVERT };
  if (nbformat !== undefined && nbformat !== 4)
    return {
      what: `has notebook format ${JSON.stringify(nbformat).slice(0, 40)}; format 4 is read here`,
      remedy: CONVERT
    };
  const { success, error } = Notebook.safeParse(content);
  if (success) return undefined;
  const path = error.issues[0]?.path ?? [];
  const value = path.reduce<unknown>(
    (of, key) => (of as Record<PropertyKey, unknown>)[key],
    content
  );
  const [list, cell] = path;
  const last = String(path.at(-1) ?? 'file');
  const needs = NEEDS[typeof path.at(-1) === 'number' ? 'cell' : last];
  const found = value === undefined ? 'is missing' : `is ${kindOf(value)}`;
  const isCell = list === 'cells' && typeof cell === 'number';
  const place = isCell ? ` of cell ${cell + 1}` : '';
  const part = isCell && path.length === 2 ? `cell ${cell + 1}` : `"${last}"${place}`;
  return {
    what: `is not a notebook: ${part} ${found}${needs ? `, it has to be ${needs}` : ''}`,
    ...(isCell && { cell }),
    remedy: isCell ? `Correct or delete that cell, then save the notebook in JupyterLab` : SAVED
  };
}

const NEEDS: Record<string, string> = {
  cells: 'a list of cells',
  cell: 'an object',
  metadata: 'an object',
  source: 'a text or a list of texts',
  cell_type: '"code", "markdown" or "raw"',
  nbformat: '4',
  nbformat_minor: 'a number',
  id: 'a text'
};

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  const kinds: Record<string, string> = { object: 'an object', string: 'a text' };
  return kinds[typeof value] ?? `a ${typeof value}`;
}
