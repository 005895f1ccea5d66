// `import FILE`: what another tool wrote, as a notebook with steps of ours, and what became of each of its marks.
import { basename, extname } from 'node:path';
import type { AnalysisService } from '../../analysis/service.ts';
import { cellTags, Notebook } from '../../contract/notebook.ts';
import type { ImportNote } from '../../contract/pipelines.ts';
import { problem } from '../../contract/problem.ts';
import { readElyra } from './elyra.ts';
import { readHeadings } from './headings.ts';
import { isKale, readKale } from './kale.ts';
import { computesIn } from './marks.ts';
import { gatherSteps, type Reading, withReading } from './reading.ts';

export interface Imported {
  from: 'kale' | 'headings' | 'papermill' | 'elyra';
  /** Name of the notebook to write, beside the file. */
  name: string;
  notebook: Notebook;
  notes: ImportNote[];
}

/** @throws invalid_notebook, invalid_request */
export function importFile(
  path: string,
  text: string,
  files: Record<string, string>,
  analysis: AnalysisService
): Imported {
  const name = basename(path);
  if (extname(name) === '.pipeline') {
    const read = readElyra(text, name, files, analysis);
    return { from: 'elyra', name: name.replace(/\.pipeline$/, '.ipynb'), ...read };
  }
  return { name, ...importNotebook(parse(text, name), name, analysis) };
}

function importNotebook(
  notebook: Notebook,
  name: string,
  analysis: AnalysisService
): Omit<Imported, 'name'> {
  if (isKale(notebook)) {
    const reading = readKale(notebook, computesIn(notebook, analysis));
    return { from: 'kale', ...applied(notebook, reading) };
  }
  const headings = readHeadings(notebook, analysis);
  const parameters = notebook.cells.flatMap((cell, index) =>
    cellTags(cell).includes('parameters') ? [index] : []
  );
  const notes = parameters.map((cell): ImportNote => {
    const text = 'The cell holds the params';
    return { cell, subject: 'parameters', outcome: 'kept', text };
  });
  notes.push(...ofPapermill(notebook));
  if (headings) {
    const { notebook: read, notes: others } = applied(notebook, headings);
    return { from: 'headings', notebook: read, notes: [...notes, ...others] };
  }
  if (notes.length > 0) return { from: 'papermill', notebook, notes };
  throw problem('invalid_request', `"${name}" has no tags or headings that could be steps`, {
    remedy: 'Give a notebook with tags of Kale or with headings, or a .pipeline file of Elyra'
  });
}

function applied(notebook: Notebook, reading: Reading): Pick<Imported, 'notebook' | 'notes'> {
  const [gathered, moves] = gatherSteps(withReading(notebook, reading), reading);
  return { notebook: gathered, notes: [...reading.notes, ...moves] };
}

/** What papermill leaves in a notebook that it ran. */
function ofPapermill(notebook: Notebook): ImportNote[] {
  return notebook.cells.flatMap((cell, index) =>
    cellTags(cell).includes('injected-parameters')
      ? [
          {
            cell: index,
            subject: 'injected-parameters',
            outcome: 'kept',
            text: 'The values of one run of papermill: an ordinary cell here, which overrides the params'
          } as const
        ]
      : []
  );
}

function parse(text: string, name: string): Notebook {
  const remedy = 'Give a Jupyter notebook, or a .pipeline file of Elyra';
  try {
    const read = Notebook.safeParse(JSON.parse(text));
    if (read.success && read.data.nbformat === 4) return read.data;
  } catch {
    // Said below, as for what is JSON and no notebook.
  }
  throw problem('invalid_notebook', `"${name}" is not a notebook of format 4`, { remedy });
}
