// Sections under headings as steps: Soorgeon's way (second-level headings), and that of most notebooks.
import type { AnalysisService } from '../../analysis/service.ts';
import { cellSource, type Notebook, STEP_NAME } from '../../contract/notebook.ts';
import { uniqueName } from '../suggest.ts';
import { computesIn } from './marks.ts';
import type { Reading } from './reading.ts';

interface Section {
  title: string;
  cell: number;
  cells: number[];
}

/** @returns nothing when no heading has code below it. */
export function readHeadings(notebook: Notebook, analysis: AnalysisService): Reading | undefined {
  const level = sectionLevel(notebook);
  if (level === undefined) return undefined;
  const computes = computesIn(notebook, analysis);
  const sections: Section[] = [];
  const before: number[] = [];
  notebook.cells.forEach((cell, index) => {
    if (cell.cell_type === 'markdown') {
      const title = titlesIn(cellSource(cell)).findLast(each => each.level === level)?.title;
      if (title !== undefined) sections.push({ title, cell: index, cells: [] });
    } else if (cell.cell_type === 'code' && computes(index))
      (sections.at(-1)?.cells ?? before).push(index);
  });
  const reading: Reading = { steps: new Map(), parameters: [], notes: [] };
  const taken = new Set<string>();
  const addStep = ({ cells, cell, title }: Section) => {
    const subject = '#'.repeat(level) + ` ${title}`;
    if (cells.length === 0) {
      const text = 'No cell below it computes anything, so it is no step';
      reading.notes.push({ cell, subject, outcome: 'dropped', text });
      return;
    }
    const wanted = analysis.suggestName('', `# ${title}`);
    const step = uniqueName(STEP_NAME.test(wanted) ? wanted : 'step', taken);
    for (const index of cells) reading.steps.set(index, { step });
    const text = `Step "${step}" of ${cells.length === 1 ? '1 cell' : `${cells.length} cells`}`;
    reading.notes.push({ cell, subject, outcome: 'kept', text });
  };
  if (before.length > 0) {
    const step = uniqueName('setup', taken);
    for (const index of before) reading.steps.set(index, { step });
    const text = `The code above the first section is the step "${step}"`;
    reading.notes.push({ cell: before[0]!, subject: '', outcome: 'changed', text });
  }
  sections.forEach(addStep);
  return reading.steps.size > 0 ? reading : undefined;
}

/** The second level, as Soorgeon has it; the level with most headings where there are no two of that. */
function sectionLevel(notebook: Notebook): number | undefined {
  const counts = new Map<number, number>();
  for (const cell of notebook.cells.filter(({ cell_type }) => cell_type === 'markdown'))
    for (const { level } of titlesIn(cellSource(cell)))
      counts.set(level, (counts.get(level) ?? 0) + 1);
  if ((counts.get(2) ?? 0) > 0) return 2;
  return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0];
}

function titlesIn(markdown: string): { level: number; title: string }[] {
  const titles: { level: number; title: string }[] = [];
  let fenced = false;
  for (const line of markdown.split('\n')) {
    if (/^\s*(```|~~~)/.test(line)) fenced = !fenced;
    const [, hashes, title] = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/.exec(line) ?? [];
    if (!fenced && hashes && title) titles.push({ level: hashes.length, title });
  }
  return titles;
}
