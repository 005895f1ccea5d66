// Steps for a notebook that has none: cut at headings, within them at what the cells do, and never between what must stay together.
import type { NotebookAnalysis } from '../contract/analysis.ts';
import { cellSource, type Notebook, STEP_NAME } from '../contract/notebook.ts';

type SuggestName = (source: string, heading?: string) => string;

interface Group {
  heading: string | undefined;
  cells: number[];
}

/** @returns cell index -> step, for each code cell; neighbours with one name are one step. */
export function suggestSteps(
  notebook: Notebook,
  analysis: NotebookAnalysis,
  suggestName: SuggestName
): Record<string, string> {
  const code = analysis.cells.filter(({ role }) => role === 'code').map(({ index }) => index);
  const groups = keepTogether(cutIntoGroups(notebook, code, analysis), analysis);
  const taken = new Set<string>();
  return Object.fromEntries(
    groups.flatMap(({ heading, cells }) => {
      const source = cells.map(cell => cellSource(notebook.cells[cell]!)).join('\n');
      const wanted = suggestName(source, heading);
      const name = uniqueName(STEP_NAME.test(wanted) ? wanted : `cell_${cells[0]}`, taken);
      return cells.map(cell => [String(cell), name] as const);
    })
  );
}

/** A name that is not taken yet; it is then. */
export function uniqueName(name: string, taken: Set<string>): string {
  let unique = name;
  for (let count = 2; taken.has(unique); count++) unique = `${name}_${count}`;
  taken.add(unique);
  return unique;
}

const HEADING = /^\s{0,3}#{1,6}\s+\S/m;

function cutIntoGroups(notebook: Notebook, code: number[], analysis: NotebookAnalysis): Group[] {
  const headings = headingsAbove(notebook);
  const hasSections = new Set(code.map(cell => headings[cell]?.at)).size > 1;
  const binds = new Map(analysis.cells.map(cell => [cell.index, cell.outputs.length > 0]));
  const groups: Group[] = [];
  let section: number | undefined;
  let doing: string | undefined;
  for (const cell of code) {
    const heading = headings[cell];
    const act = actOf(cellSource(notebook.cells[cell]!));
    const last = groups.at(-1);
    const sameSection = last !== undefined && heading?.at === section;
    // A cell that only shows something belongs to what it shows.
    const onlyShows = binds.get(cell) === false;
    const goesOn = sameSection && (hasSections || onlyShows || act === undefined || act === doing);
    if (goesOn) last.cells.push(cell);
    else groups.push({ heading: heading?.text, cells: [cell] });
    section = heading?.at;
    doing = goesOn ? (doing ?? act) : act;
  }
  // A heading names its first group only: the others are named by what they do.
  return groups.map((group, at) =>
    at > 0 && group.heading !== undefined && groups[at - 1]!.heading === group.heading
      ? { ...group, heading: undefined }
      : group
  );
}

function headingsAbove(notebook: Notebook): ({ at: number; text: string } | undefined)[] {
  let current: { at: number; text: string } | undefined;
  return notebook.cells.map((cell, at) => {
    const text = cellSource(cell);
    if (cell.cell_type === 'markdown' && HEADING.test(text))
      current = { at, text: lastHeading(text) };
    return current;
  });
}

/** Of several headings in one cell the last is the nearest to the code. */
const lastHeading = (text: string) => text.split('\n').findLast(line => HEADING.test(line)) ?? text;

const ACTS: [string, RegExp][] = [
  ['load', /\bread_(csv|parquet|json|excel|sql|table)|\b(load|fetch)_[a-z]+\(|\bloadtxt\(/],
  ['train', /\.fit(_transform)?\(|GridSearchCV|\.compile\(/],
  [
    'evaluate',
    /\.(predict|predict_proba|score)\(|_score\(|_error\(|confusion_matrix|classification_report/
  ],
  [
    'prepare',
    /train_test_split\(|\.(dropna|fillna|drop_duplicates|merge|astype|replace|get_dummies)\(/
  ],
  ['save', /\.to_(csv|parquet|json|excel|pickle)\(|\b(dump|savefig|save_model)\(/]
];

const actOf = (source: string) => ACTS.find(([, pattern]) => pattern.test(source))?.[0];

/** A value that cannot be handed on (an open file, a generator, a connection) keeps its cells in one step, with all between. */
function keepTogether(groups: Group[], { findings, edges }: NotebookAnalysis): Group[] {
  const bound = findings
    .filter(({ code, name }) => code === 'unstorable-value' && name !== undefined)
    .flatMap(({ cell, name }) =>
      edges
        .filter(edge => edge.from === cell && edge.names.includes(name!))
        .map(edge => [edge.from, edge.to] as const)
    );
  const of = (cell: number, among: Group[]) => among.findIndex(({ cells }) => cells.includes(cell));
  return bound.reduce((all, [from, to]) => {
    const [first, last] = [of(from, all), of(to, all)];
    if (first < 0 || last <= first) return all;
    const joined = all.slice(first, last + 1);
    const group = { heading: joined[0]!.heading, cells: joined.flatMap(({ cells }) => cells) };
    return [...all.slice(0, first), group, ...all.slice(last + 1)];
  }, groups);
}
