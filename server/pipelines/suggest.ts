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
  const groups = keepTogether(cutWell(notebook, code, analysis), analysis);
  const taken = new Set<string>();
  return Object.fromEntries(
    groups.flatMap(({ heading, cells }, at) => {
      const source = cells.map(cell => cellSource(notebook.cells[cell]!)).join('\n');
      const found = suggestName(source, heading);
      const wanted = at === 0 && found === 'step' ? 'setup' : found;
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

const HEADING = /^\s{0,3}#{1,6}\s+\S/;

/** As many steps as can be taken in at a glance. */
const FEWEST = 3;
const MOST = 12;
/** A shorter notebook may well be two steps. */
const SHORT = 8;

/** By the deepest headings that do not give too many steps; where they give too few, also by what the cells do. */
function cutWell(notebook: Notebook, code: number[], analysis: NotebookAnalysis): Group[] {
  const headings = headingsIn(notebook);
  const cut = (level: number, byActs: boolean) =>
    cutIntoGroups(
      notebook,
      code,
      analysis,
      headingsAbove(
        notebook,
        headings.filter(heading => heading.level <= level)
      ),
      byActs
    );
  const levels = [...new Set(headings.map(({ level }) => level))].sort((a, b) => b - a);
  const cuts = levels.map(level => cut(level, false));
  const fits = cuts.find(({ length }) => length <= MOST && length >= FEWEST);
  const many = cuts.findLast(({ length }) => length > MOST);
  const few = cuts.find(({ length }) => length > 1);
  if (fits ?? many) return (fits ?? many)!;
  if (few && code.length < SHORT) return few;
  const byActs = cut(levels[0] ?? 0, true);
  return few && byActs.length > MOST ? few : byActs;
}

function cutIntoGroups(
  notebook: Notebook,
  code: number[],
  analysis: NotebookAnalysis,
  headings: (Heading | undefined)[],
  byActs: boolean
): Group[] {
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
    const goesOn = sameSection && (!byActs || onlyShows || act === undefined || act === doing);
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

interface Heading {
  at: number;
  level: number;
  text: string;
}

/** Of several in one cell the last is the nearest to the code. */
function headingsIn(notebook: Notebook): Heading[] {
  return notebook.cells.flatMap((cell, at) => {
    if (cell.cell_type !== 'markdown') return [];
    const text = cellSource(cell)
      .split('\n')
      .findLast(line => HEADING.test(line));
    return text === undefined ? [] : [{ at, level: /#+/.exec(text)![0].length, text }];
  });
}

function headingsAbove(notebook: Notebook, headings: Heading[]): (Heading | undefined)[] {
  const byCell = new Map(headings.map(heading => [heading.at, heading]));
  let current: Heading | undefined;
  return notebook.cells.map((_, at) => (current = byCell.get(at) ?? current));
}

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
